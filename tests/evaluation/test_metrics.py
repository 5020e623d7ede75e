from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, precision_recall_fscore_support

from digits.errors import DataError
from digits.evaluation.metrics import ECE_BINS, calibration_bins, expected_calibration_error, measure, wilson_interval

DIGITS = range(10)


def answers_of(n: int, seed: int, sharpness: float = 4.0) -> tuple[np.ndarray, np.ndarray]:
    """Labels and the softmax of noisy scores that often favour them."""
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 10, n)
    scores = chance.normal(0, 2, (n, 10))
    scores[np.arange(n), labels] += sharpness
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True), labels


def certain(answers: list[int]) -> np.ndarray:
    return np.eye(10)[answers]


def shares(values: list[float | None]) -> list[float]:
    return [np.nan if value is None else value for value in values]


datasets = st.builds(
    answers_of, n=st.integers(1, 300), seed=st.integers(0, 10_000), sharpness=st.floats(-2, 8, allow_nan=False)
)


@given(datasets)
def test_accuracy_confusion_and_per_digit_figures_agree_with_scikit_learn(dataset):
    probabilities, labels = dataset
    answers = probabilities.argmax(axis=1)
    metrics = measure(probabilities, labels)
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, answers, labels=DIGITS, zero_division=np.nan
    )
    assert metrics.accuracy == pytest.approx(accuracy_score(labels, answers))
    assert (metrics.confusion_matrix == confusion_matrix(labels, answers, labels=DIGITS)).all()
    assert [row.digit for row in metrics.per_digit] == list(DIGITS)
    for name, theirs in (("precision", precision), ("recall", recall), ("f1", f1)):
        expected = np.where(support, theirs, np.nan)  # they call precision 0 where only an absent digit is answered
        assert shares([getattr(row, name) for row in metrics.per_digit]) == pytest.approx(expected, nan_ok=True)
    assert [row.support for row in metrics.per_digit] == support.tolist()


@given(datasets)
def test_loss_agrees_with_scikit_learn(dataset):
    probabilities, labels = dataset
    assert measure(probabilities, labels).loss == pytest.approx(log_loss(labels, probabilities, labels=DIGITS))


def test_loss_of_a_certain_wrong_answer_is_clipped_as_keras_clips_it():
    assert measure(certain([3]), np.array([5])).loss == pytest.approx(-np.log(1e-7))


def test_loss_of_certain_right_answers_is_zero():
    assert str(measure(certain([3, 5]), np.array([3, 5])).loss) == "0.0"  # and not -0.0


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3: the score interval without continuity correction.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_interval_has_the_published_values(right, n, low, high):
    assert wilson_interval(right, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_agrees_with_scipy_and_holds_the_proportion(counts):
    right, n = counts
    low, high = wilson_interval(right, n)
    expected = binomtest(right, n).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= low <= right / n <= high <= 1


@pytest.mark.parametrize(("right", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_interval_of_an_impossible_count_is_refused(right, n):
    with pytest.raises(DataError, match="expected 0 <= right <= n"):
        wilson_interval(right, n)


@given(datasets)
def test_ece_agrees_with_its_definition_written_as_a_loop(dataset):
    probabilities, labels = dataset
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    total = 0.0
    for m in range(1, ECE_BINS + 1):
        inside = (confidence > (m - 1) / ECE_BINS) & (confidence <= m / ECE_BINS)
        if inside.any():
            total += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    assert measure(probabilities, labels).ece == pytest.approx(total)


def test_ece_of_always_certain_and_half_right_is_one_half():
    assert measure(certain([1, 2]), np.array([1, 7])).ece == pytest.approx(0.5)


def test_ece_is_zero_where_confidence_tells_the_truth():
    confidence = np.full(10, 0.7)
    assert expected_calibration_error(confidence, np.arange(10) < 7) == pytest.approx(0)


@given(datasets)
def test_most_confused_lists_every_error_once_most_frequent_first(dataset):
    metrics = measure(*dataset)
    counts = [pair.count for pair in metrics.most_confused]
    assert sum(counts) == metrics.errors
    assert counts == sorted(counts, reverse=True)
    for pair in metrics.most_confused:
        assert pair.true != pair.predicted
        assert pair.count == metrics.confusion_matrix[pair.true, pair.predicted] > 0


@given(datasets, st.randoms(use_true_random=False))
def test_the_order_of_images_does_not_matter(dataset, random):
    probabilities, labels = dataset
    order = list(range(len(labels)))
    random.shuffle(order)
    here, there = measure(probabilities, labels), measure(probabilities[order], labels[order])
    assert here.per_digit == there.per_digit
    assert (here.loss, here.ece) == pytest.approx((there.loss, there.ece))


def test_a_digit_never_answered_and_one_that_never_occurs_have_no_share():
    metrics = measure(certain([1, 1, 4]), np.array([1, 2, 1]))
    never_answered = metrics.per_digit[2]
    assert (never_answered.precision, never_answered.recall, never_answered.f1) == (None, 0, 0)
    for digit in (4, 9):  # answered all the same, and not
        row = metrics.per_digit[digit]
        assert (row.precision, row.recall, row.f1, row.support) == (None, None, None, 0)


def test_a_tie_is_answered_with_the_lowest_digit():
    assert measure(np.full((1, 10), 0.1), np.array([0])).accuracy == 1


def test_float32_probabilities_as_the_network_gives_them_are_measured():
    probabilities, labels = answers_of(50, seed=1)
    halved = measure(probabilities.astype(np.float32), labels.astype(np.uint8))
    assert halved.loss == pytest.approx(measure(probabilities, labels).loss, rel=1e-5)


def test_to_dict_is_plain_json():
    import json

    metrics = measure(*answers_of(100, seed=2))
    assert json.loads(json.dumps(metrics.to_dict())) == metrics.to_dict()
    assert np.array(metrics.to_dict()["confusion_matrix"]).sum() == 100


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (np.empty((0, 10)), np.empty(0, int), "at least one image"),
        (np.full((2, 9), 1 / 9), np.zeros(2, int), r"floats \(n, 10\)"),
        (np.eye(10, dtype=int), np.arange(10), r"floats \(n, 10\)"),
        (np.full(10, 0.1), np.zeros(10, int), r"floats \(n, 10\)"),
        (np.eye(10), np.arange(9), "10 labels as integers"),
        (np.eye(10), np.arange(10.0), "10 labels as integers"),
        (np.eye(10), np.eye(10, dtype=int), "not one-hot"),
        (np.eye(10), np.arange(10) + 1, "labels in 0-9; got 1 to 10"),
        (np.eye(10), np.arange(10) - 1, "labels in 0-9; got -1 to 8"),
        (np.eye(10) * 5, np.arange(10), "not logits"),
        (np.eye(10) - 0.1, np.arange(10), "not logits"),
        (np.full((10, 10), np.nan), np.arange(10), "diverged"),
    ],
)
def test_what_cannot_be_measured_is_refused(probabilities, labels, message):
    with pytest.raises(DataError, match=message):
        measure(probabilities, labels)


@given(datasets)
def test_calibration_bins_hold_every_answer_once_in_ascending_order(dataset):
    probabilities, labels = dataset
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bins = calibration_bins(confidence, correct)
    assert sum(part.n for part in bins) == len(labels)
    assert sum(part.right for part in bins) == correct.sum()
    assert sum(part.n * part.confidence for part in bins) == pytest.approx(confidence.sum())
    assert [part.confidence for part in bins] == sorted(part.confidence for part in bins)
