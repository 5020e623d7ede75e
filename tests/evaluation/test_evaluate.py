from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digits.data import LabelledImages
from digits.data.formats.npz import read_npz
from digits.evaluation.evaluate import evaluate, find_notices
from digits.evaluation.metrics import measure
from digits.reading.recognition.predictions import Predictions

MNIST = {"name": "mnist", "sha256": "0", "notice": None}
SAMPLE = {"name": "mnist-sample-5000", "sha256": "1", "notice": "NOT THE FULL MNIST"}


class FakeReader:
    """Reads the digit that is written as a grey value into the first pixel."""

    def __init__(self, dataset: dict[str, Any] | None = None) -> None:
        self.info = {"dataset": dataset or {"name": "elsewhere", "notice": None}, "weights": {"sha256": "abc"}}
        self.batches: list[int] = []

    def classify_frames(self, frames: np.ndarray) -> Predictions:
        self.batches.append(len(frames))
        values = frames[:, 0, 0].astype(np.int64)
        probabilities = np.full((len(frames), 10), 0.02, np.float32)
        probabilities[np.arange(len(frames)), values] = 0.82
        features = np.zeros((len(frames), 32), np.float32)
        return Predictions(values, probabilities.max(axis=1), probabilities, features)


def examples_of(n: int, errors: int = 0) -> LabelledImages:
    labels = np.arange(n) % 10
    images = np.zeros((n, 28, 28), np.uint8)
    images[:, 0, 0] = labels
    images[:, 14, 14] = 255  # ink, or they would be told to be faint
    images[:errors, 0, 0] = (labels[:errors] + 1) % 10
    return LabelledImages(images, labels)


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 511, 512, 513, 1300])
def test_every_image_is_answered_once_and_in_order(n):
    reader, examples = FakeReader(), examples_of(n, errors=min(n, 7))
    evaluation = evaluate(reader, "own", examples)
    assert sum(reader.batches) == n
    assert (evaluation.predictions.values == examples.images[:, 0, 0]).all()
    assert evaluation.metrics.errors == min(n, 7)


def test_metrics_are_those_of_the_reader_s_probabilities():
    evaluation = evaluate(FakeReader(), "own", examples := examples_of(100, errors=3))
    expected = measure(evaluation.predictions.probabilities, examples.labels)
    assert evaluation.metrics.to_dict() == expected.to_dict()


def test_progress_counts_up_to_all_images():
    seen: list[int] = []
    evaluate(FakeReader(), "own", examples_of(1300), progress=seen.append)
    assert seen == sorted(seen)
    assert len(seen) > 1
    assert seen[-1] == 1300


def test_a_training_that_was_too_short_is_told_beside_the_figures_and_so_are_absent_digits():
    reader = FakeReader()
    reader.info["training_notice"] = "TRAINING TOO SHORT"
    notices = evaluate(reader, "own", examples_of(9)).notices
    assert [notice.split(":")[0] for notice in notices] == ["The model's training", "NOT EVERY DIGIT"]


def test_figures_can_be_traced_to_the_weights():
    assert evaluate(FakeReader(), "own", examples_of(10)).to_dict()["model_sha256"] == "abc"


def test_mnist_model_on_the_offline_sample_is_no_test_result():
    (notice,) = find_notices({"dataset": MNIST}, "mnist-sample-5000", examples_of(10))
    assert notice.startswith("NOT A TEST RESULT")


def test_mnist_model_on_the_training_images_under_any_name_is_no_test_result(mnist):
    parts = read_npz(Path(mnist.source.removeprefix("MNIST from ")))
    (notice,) = find_notices({"dataset": MNIST}, "digits-i-found", parts.train)
    assert notice.startswith("NOT A TEST RESULT")


def test_mnist_model_on_mnist_needs_no_notice(mnist):
    assert find_notices({"dataset": MNIST}, "mnist", mnist.test) == ()


def test_a_dataset_is_mnist_s_test_part_by_its_images_and_not_by_its_name():
    (notice,) = find_notices({"dataset": MNIST}, "mnist", examples_of(10))
    assert notice.startswith("PERHAPS NOT A TEST RESULT")


def test_a_model_trained_on_the_test_images_has_seen_them(mnist):
    trained_on = {"name": "t10k", "part_sha256": {"source_train": mnist.test.sha256}}
    (notice,) = find_notices({"dataset": trained_on}, "renamed", mnist.test)
    assert notice.startswith("NOT A TEST RESULT")


@pytest.mark.parametrize(
    ("part", "is_told"), [("train", True), ("validation", True), ("source_train", True), ("test", False)]
)
def test_images_are_known_by_their_hash_whatever_they_are_called(part, is_told):
    trained_on = {"name": "invoices", "part_sha256": {part: examples_of(10).sha256}}
    for name in ("invoices", "renamed"):
        notices = find_notices({"dataset": trained_on}, name, examples_of(10))
        assert [notice.startswith("NOT A TEST RESULT") for notice in notices] == [True] * is_told


def test_light_paper_is_told_where_it_is_measured():
    light = LabelledImages(np.full((3, 28, 28), 250, np.uint8), np.arange(3))
    (notice,) = find_notices({}, "own", light)
    assert notice.startswith("LIGHT PAPER")


def test_sample_model_repeats_its_notice_wherever_it_is_measured():
    for name in ("mnist", "mnist-sample-5000", "own"):
        notices = find_notices({"dataset": SAMPLE}, name, examples_of(10))
        assert notices == ("The model's training data: NOT THE FULL MNIST",)


def test_a_remark_that_was_made_about_the_training_data_is_not_made_twice():
    faint = LabelledImages(examples_of(10).images // 255, np.arange(10))
    assert [notice[:10] for notice in find_notices({}, "own", faint)] == ["FAINT INK:"]
    told = "FAINT INK: as these were."
    assert find_notices({"dataset": {"notice": told}}, "own", faint) == (f"The model's training data: {told}",)


def test_own_data_of_the_training_data_s_name_is_doubted():
    (notice,) = find_notices({"dataset": {"name": "invoices", "notice": None}}, "invoices", examples_of(10))
    assert notice.startswith("PERHAPS NOT A TEST RESULT")


def test_model_without_a_recorded_dataset_has_nothing_to_say():
    assert find_notices({}, "mnist", examples_of(10)) == ()


@pytest.mark.parametrize(
    "info",
    [
        {"dataset": {"name": "mine"}, "initial_weights": {"dataset": "mnist"}},
        {"dataset": {"name": "mine", "mixed_in": {"name": "mnist"}}},
    ],
)
def test_a_network_that_learned_from_mnist_before_or_besides_is_not_tested_on_its_training_digits(info):
    assert find_notices(info, "mnist-sample-5000", examples_of(10))[0].startswith("NOT A TEST RESULT")
    assert not any("MNIST" in notice for notice in find_notices(info, "other", examples_of(10)))


def test_doubts_about_the_refusal_threshold_accompany_the_figures():
    info = {"dataset": {"name": "mine"}, "refusal": {"min_confidence": 0.9, "notice": "TOO FEW DIGITS"}}
    assert "TOO FEW DIGITS" in find_notices(info, "other", examples_of(10))
