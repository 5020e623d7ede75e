"""What lies beside the shipped networks is about them."""

from __future__ import annotations

import json
from pathlib import Path

from digits.model.folder import SHIPPED

RESULT = Path(__file__).parents[2] / "benchmarks" / "results" / "shipped.json"


def test_the_confusion_matrix_is_that_of_the_published_evaluation() -> None:
    """After a new evaluation, copy ``test_accuracy``, ``test_n`` and ``confusion_matrix`` from one to the other."""
    beside = json.loads((SHIPPED / "metrics.json").read_text(encoding="utf-8"))
    published = json.loads(RESULT.read_text(encoding="utf-8"))
    assert beside["confusion_matrix"] == published["confusion_matrix"]
    measured = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))["int8"]["measured"]
    assert (beside["test_accuracy"], beside["test_n"]) == (measured["test_accuracy"], measured["test_n"])
