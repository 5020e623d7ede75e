from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from digits.data import LabelledImages
from digits.errors import MissingExtraError, RunError
from digits.evaluation.evaluate import Evaluation
from digits.evaluation.folder import save_evaluation
from digits.evaluation.metrics import measure
from digits.reading.recognition.predictions import Predictions

EXAMPLES = LabelledImages(np.zeros((50, 28, 28), np.uint8), np.arange(50) % 10)
NOTICE = "NOT A TEST RESULT: the model was trained on these images."


@pytest.fixture
def evaluation() -> Evaluation:
    """The answers of a reader that takes the first three of the images for the next digit."""
    values = (EXAMPLES.labels + (np.arange(len(EXAMPLES)) < 3)) % 10
    probabilities = (0.02 + 0.8 * np.eye(10, dtype=np.float32))[values]
    predictions = Predictions(values, probabilities.max(axis=1), probabilities, np.zeros((len(values), 32), np.float32))
    return Evaluation("own", measure(probabilities, EXAMPLES.labels), 0.5, predictions, (NOTICE,))


def test_saved_files_are_metrics_and_three_pictures(evaluation, tmp_path):
    paths = save_evaluation(evaluation, EXAMPLES, tmp_path / "new" / "evaluation")
    names = [path.name for path in paths]
    assert names == ["metrics.json", "confusion_matrix.png", "most_wrong.png", "risk_coverage.png"]
    assert sorted(paths) == sorted((tmp_path / "new" / "evaluation").iterdir())
    saved: dict[str, Any] = json.loads(paths[0].read_text())
    assert saved == evaluation.to_dict()
    assert saved["notices"] == [NOTICE]


@pytest.mark.parametrize(("most", "title"), [(0, "The 0 most wrong: "), (25, "")])
def test_the_wrongest_are_counted_only_where_not_all_errors_are_shown(evaluation, tmp_path, monkeypatch, most, title):
    titles = []
    monkeypatch.setattr("digits.evaluation.folder.draw_most_wrong", lambda *_, title, **__: titles.append(title))
    monkeypatch.setattr("digits.evaluation.folder.MOST_WRONG_COUNT", most)
    save_evaluation(evaluation, EXAMPLES, tmp_path / "evaluation")
    assert titles[0].startswith(f"{title}{evaluation.metrics.errors} error")


def test_folder_that_cannot_be_made_is_named(evaluation, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match="give another folder"):
        save_evaluation(evaluation, EXAMPLES, tmp_path / "file" / "evaluation")


def test_missing_plotting_is_told_before_anything_is_written(evaluation, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"matplotlib and seaborn .*pip install '\.\[train\]"):
        save_evaluation(evaluation, EXAMPLES, tmp_path / "evaluation")
    assert not (tmp_path / "evaluation").exists()
