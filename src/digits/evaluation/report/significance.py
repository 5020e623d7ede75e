"""In: answers of two networks to the same images, or accuracies over seeds. Out: whether they differ, and by how much.

Numpy and arithmetic; the tests hold these against SciPy and published examples.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from digits.errors import DataError

LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """First minus second, as a share in [-1, 1], its 95 % ``interval``, and ``p``, two-sided."""

    value: float
    interval: tuple[float, float]
    p: float


@dataclass(frozen=True)
class Pair(Difference):
    """Two networks on the same images: ``only_first`` were right in the first alone, ``only_second`` in the second."""

    only_first: int
    only_second: int


def compare_on_same_images(first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> Pair:
    """Compare two networks by which images they got right: bool (n,) each, the same n >= 1 images.

    McNemar's test, exact: of the images on which the two differ, each is as likely to go either way when they are
    equally good (McNemar 1947). The interval is Bonett and Price's (2012), which holds where such images are few.
    """
    if first.shape != second.shape or not len(first):
        raise DataError(f"expected two answers to each image; got {first.shape} and {second.shape}; measure on one set")
    n, b, c = len(first), int((first & ~second).sum()), int((second & ~first).sum())
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    first_share, second_share = (b + 1) / (n + 2), (c + 1) / (n + 2)
    middle = first_share - second_share
    half = z * math.sqrt((first_share + second_share - middle**2) / (n + 2))
    return Pair((b - c) / n, (middle - half, middle + half), sign_test(b, c), b, c)


def sign_test(one: int, other: int) -> float:
    """Return how likely a split at least as uneven as ``one`` to ``other`` is, either way, when both are as likely."""
    n = one + other
    tail = term = 1
    for k in range(min(one, other)):
        term = term * (n - k) // (k + 1)
        tail += term
    return float(min(1.0, 2 * tail / 2**n))


def compare_over_seeds(first: Sequence[float], second: Sequence[float]) -> Difference | None:
    """Compare the means of two recipes from an accuracy a seed; None where either has one seed or all are the same.

    Welch's test: the two spreads may differ (Welch 1947).
    """
    if min(len(first), len(second)) < 2:
        return None
    parts = [statistics.variance(values) / len(values) for values in (first, second)]
    if not sum(parts):
        return None
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True)
    )
    value, error = statistics.fmean(first) - statistics.fmean(second), math.sqrt(sum(parts))
    half = student_quantile(1 - LEVEL, freedom) * error
    return Difference(value, (value - half, value + half), student_tail(value / error, freedom))


def student_tail(t: float, freedom: float) -> float:
    """Return the probability that a Student t of ``freedom`` degrees, >= 1, lies further from 0 than ``t``.

    With t = sqrt(freedom) tan(a) its density becomes a power of cos(a) on a finite range, which Simpson's rule
    integrates to eight digits.
    """
    angles = np.linspace(0, math.pi / 2, 20_001)
    start = math.atan(abs(t) / math.sqrt(freedom))
    outside = start + (math.pi / 2 - start) * np.linspace(0, 1, 20_001)
    return min(1.0, _simpson(angles=outside, power=freedom - 1) / _simpson(angles=angles, power=freedom - 1))


def student_quantile(p: float, freedom: float) -> float:
    """Return the t beyond which, on both sides together, lies the probability ``p`` in (0, 1)."""
    low, high = 0.0, 1e6
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if student_tail(middle, freedom) > p else (low, middle)
    return (low + high) / 2


def holm(probabilities: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number (Holm 1979), in the order given."""
    order = sorted(range(len(probabilities)), key=lambda i: probabilities[i])
    corrected = [0.0] * len(probabilities)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * probabilities[place]))
        corrected[place] = highest
    return corrected


def _simpson(*, angles: npt.NDArray[np.float64], power: float) -> float:
    heights = np.cos(angles).clip(0) ** power
    step = (angles[-1] - angles[0]) / (len(angles) - 1)
    return float(step / 3 * (heights[0] + heights[-1] + 4 * heights[1:-1:2].sum() + 2 * heights[2:-1:2].sum()))
