"""In: ten probabilities and one true label per image. Out: ``Metrics``, everything a report says about them.

Numpy only. Nothing here runs a network, reads a file or draws.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.errors import DataError
from digits.evaluation.risk_coverage import RiskCoverage, measure_risk_coverage
from digits.reading.result import IntArray

N_DIGITS = 10
# Guo et al. 2017 use 15 bins; keeping theirs makes the figure comparable with published ones.
ECE_BINS = 15
# What Keras clips at, so that this loss and the one of its training log are the same quantity.
SMALLEST_PROBABILITY = 1e-7
# Float32 rows sum to 1 within 1e-6; float16 exports within 1e-3. More is not a distribution.
SUM_TOLERANCE = 2e-3


@dataclass(frozen=True)
class DigitMetrics:
    """One digit's figures, in [0, 1]; ``support`` counts its true images.

    A digit that never occurs has no figures, even if it was answered; a digit that was never answered has no
    ``precision``, as with scikit-learn's ``zero_division=nan``. A missing figure is None.
    """

    digit: int
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


@dataclass(frozen=True)
class Confusion:
    """``count`` images of ``true`` were answered with ``predicted``, another digit."""

    true: int
    predicted: int
    count: int


@dataclass(frozen=True, eq=False)
class Metrics:
    """How well n images were classified.

    ``accuracy`` in [0, 1] and its 95 % Wilson ``interval``; ``loss`` is the mean negative log likelihood in
    nats; ``ece`` the expected calibration error in [0, 1]; ``confusion_matrix`` int64 (10, 10), rows true,
    columns predicted; ``per_digit`` holds digits 0-9 in order; ``most_confused`` every pair that occurs, most
    frequent first; ``risk_coverage`` how accuracy rises as the least sure images are left out.
    """

    n: int
    accuracy: float
    interval: tuple[float, float]
    loss: float
    ece: float
    confusion_matrix: IntArray
    per_digit: tuple[DigitMetrics, ...]
    most_confused: tuple[Confusion, ...]
    risk_coverage: RiskCoverage

    @property
    def errors(self) -> int:
        return self.n - int(np.trace(self.confusion_matrix))

    def to_dict(self) -> dict[str, Any]:
        return {
            "n": self.n,
            "errors": self.errors,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "loss": self.loss,
            "ece": self.ece,
            "confusion_matrix": self.confusion_matrix.tolist(),
            "per_digit": [asdict(digit) for digit in self.per_digit],
            "most_confused": [asdict(pair) for pair in self.most_confused],
            "risk_coverage": self.risk_coverage.to_dict(),
        }


def measure(probabilities: npt.ArrayLike, labels: npt.ArrayLike) -> Metrics:
    """Measure answers against the truth.

    ``probabilities`` float (n, 10), rows in [0, 1] that sum to 1; ``labels`` integer (n,) in 0-9; n >= 1. The
    answer is the largest probability, the lowest digit on a tie. Anything else raises ``DataError``.
    """
    chances, truth = _checked(probabilities, labels)
    answers = chances.argmax(axis=1)
    matrix = confusion_matrix(truth, answers)
    right = int(np.trace(matrix))
    chance_of_truth = chances[np.arange(len(truth)), truth]
    return Metrics(
        n=len(truth),
        accuracy=right / len(truth),
        interval=wilson_interval(right, len(truth)),
        loss=max(0.0, float(-np.log(np.maximum(chance_of_truth, SMALLEST_PROBABILITY)).mean())),  # never -0.0
        ece=expected_calibration_error(chances.max(axis=1), answers == truth),
        confusion_matrix=matrix,
        per_digit=per_digit(matrix),
        most_confused=most_confused(matrix),
        risk_coverage=measure_risk_coverage(chances.max(axis=1), answers == truth),
    )


def wilson_interval(right: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a proportion ``right / n``, n >= 1, within [0, 1].

    Wilson 1927; unlike the textbook interval it stays valid near 100 %, the usual range of digit readers.
    """
    if not 0 <= right <= n or n < 1:
        raise DataError(f"expected 0 <= right <= n and n >= 1; got {right} of {n}; count at least one image")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = right / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At 0 and n of n an end is 0 or 1 exactly; rounding must not push it past the proportion itself.
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


@dataclass(frozen=True)
class CalibrationBin:
    """The ``n`` >= 1 answers with a confidence in one bin: its mean ``confidence``, how many were ``right``."""

    n: int
    confidence: float
    right: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n


def calibration_bins(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> tuple[CalibrationBin, ...]:
    """Return the non-empty bins among 15 equal bins of confidence, ascending; open below and closed above.

    ``confidence`` float (n,) in [0, 1]; ``correct`` bool (n,); n >= 1.
    """
    sure = np.asarray(confidence, dtype=np.float64)
    bins = np.clip(np.ceil(sure * ECE_BINS).astype(np.int64) - 1, 0, ECE_BINS - 1)
    counts, sums, right = (
        np.bincount(bins, weights=weights, minlength=ECE_BINS)
        for weights in (None, sure, np.asarray(correct, dtype=np.float64))
    )
    return tuple(
        CalibrationBin(int(n), float(total / n), int(hits))
        for n, total, hits in zip(counts, sums, right, strict=True)
        if n
    )


def expected_calibration_error(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> float:
    """The mean gap between confidence and accuracy over ``calibration_bins``, weighted by size (Guo et al. 2017)."""
    bins = calibration_bins(confidence, correct)
    return sum(part.n * abs(part.accuracy - part.confidence) for part in bins) / sum(part.n for part in bins)


def confusion_matrix(labels: IntArray, answers: IntArray) -> IntArray:
    """Count each pair: ``labels`` and ``answers`` int64 (n,) in 0-9 -> int64 (10, 10), rows true, columns predicted."""
    counts = np.bincount(labels * N_DIGITS + answers, minlength=N_DIGITS * N_DIGITS)
    return counts.reshape(N_DIGITS, N_DIGITS).astype(np.int64)


def per_digit(matrix: IntArray) -> tuple[DigitMetrics, ...]:
    """Precision, recall, F1 and support of each digit, from a confusion matrix int64 (10, 10), rows true."""
    rows = []
    for digit in range(N_DIGITS):
        right, answered, support = (int(n) for n in (matrix[digit, digit], matrix[:, digit].sum(), matrix[digit].sum()))
        precision = right / answered if answered and support else None
        recall, f1 = (right / support, 2 * right / (answered + support)) if support else (None, None)
        rows.append(DigitMetrics(digit, precision, recall, f1, support))
    return tuple(rows)


def most_confused(matrix: IntArray) -> tuple[Confusion, ...]:
    """Every wrong pair of a confusion matrix int64 (10, 10) that occurs, most frequent first, then by digit."""
    wrong = matrix - np.diag(np.diag(matrix))
    pairs = [Confusion(int(true), int(said), int(wrong[true, said])) for true, said in np.argwhere(wrong)]
    return tuple(sorted(pairs, key=lambda pair: (-pair.count, pair.true, pair.predicted)))


def _checked(probabilities: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], IntArray]:
    chances = np.asarray(probabilities)
    truth = np.asarray(labels)
    if chances.ndim != 2 or chances.shape[1] != N_DIGITS or not np.issubdtype(chances.dtype, np.floating):
        raise DataError(
            f"expected probabilities as floats (n, {N_DIGITS}); got {chances.dtype} {chances.shape}; "
            "give one row of ten per image"
        )
    if truth.shape != chances.shape[:1] or not np.issubdtype(truth.dtype, np.integer):
        raise DataError(
            f"expected {len(chances)} labels as integers, one per row of probabilities; "
            f"got {truth.dtype} {truth.shape}; give the digit itself, not one-hot rows"
        )
    if not len(truth):
        raise DataError("expected at least one image to measure, got none; give a dataset that is not empty")
    if truth.min() < 0 or truth.max() >= N_DIGITS:
        raise DataError(f"expected labels in 0-{N_DIGITS - 1}; got {truth.min()} to {truth.max()}; correct the labels")
    # "not all(...)" rather than "any(not ...)": a NaN fails every comparison and must land here.
    chances = chances.astype(np.float64)
    in_range = bool((chances >= 0).all() and (chances <= 1 + SUM_TOLERANCE).all())
    if not in_range or not (np.abs(chances.sum(axis=1) - 1) <= SUM_TOLERANCE).all():
        raise DataError(
            f"expected rows of probabilities in [0, 1] that sum to 1; got values {chances.min()} to {chances.max()}, "
            f"sums {chances.sum(axis=1).min()} to {chances.sum(axis=1).max()}; give the softmax output, not logits "
            "(NaN means that the network diverged)"
        )
    return chances, truth.astype(np.int64)
