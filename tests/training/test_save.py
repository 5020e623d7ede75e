"""Few held-out digits cannot show how sure an answer must be; the shipped model, fitted on more, sets the limit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.model.folder import open_model
from digits.reading.recognition.calibration import Confidence
from digits.training.backend import prepare
from digits.training.recipe import find_recipe
from digits.training.save import limit_threshold, write_described


@pytest.mark.parametrize(
    ("fitted", "count", "expected"),
    [
        (0.98, 150, 0.55),  # few digits, all clear
        (0.31, 150, 0.31),  # few digits, one in doubt: that much they do show
        (0.98, 4999, 0.55),
        (0.98, 5000, 0.98),  # as many as the known threshold rests on
    ],
)
def test_fewer_digits_than_the_known_threshold_rests_on_only_lower_it(
    fitted: float, count: int, expected: float
) -> None:
    own = Confidence(temperature=1.2, min_confidence=fitted)
    limited = limit_threshold(own, count, known=0.55, known_count=5000)
    assert limited == Confidence(temperature=1.2, min_confidence=expected)


@pytest.mark.slow
def test_a_network_sure_of_150_clear_digits_refuses_no_more_than_the_shipped_one(
    sample: Dataset, tmp_path: Path
) -> None:
    """It is the shipped network itself; by the 150 surest digits alone, the threshold would be 0.98."""
    shipped = open_model()
    answers = digits.load().classify_frames(sample.train.images)
    surest = np.argsort(-answers.confidence)[:150]
    dataset = replace(sample, validation=sample.train.take(surest))
    assert answers.confidence[surest].min() > 0.98
    environment = prepare(threads=2, bfloat16=False)
    write_described(
        shipped.weights, shipped.int8 or b"", tmp_path,
        recipe=find_recipe("finetune"), dataset=dataset, environment=environment,
    )  # fmt: skip
    info = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert info["refusal"]["min_confidence"] == shipped.info["refusal"]["min_confidence"]
    assert info["int8"]["refusal"]["min_confidence"] == shipped.info["int8"]["refusal"]["min_confidence"]
    assert "150 held-out digits" in info["refusal"]["notice"]
