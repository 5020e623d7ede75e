"""In: two networks' answers to the same images, or accuracies over seeds. Out: whether they differ, and by how much.

SciPy comes with the extra [train] and is imported inside: a light installation can still say what a report needs.
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
    """Compare two networks by the images that they got right: bool (n,) each, over the same n >= 1 images.

    McNemar's test, exact: if the two are equally good, each image on which they differ is equally likely to go either
    way (McNemar 1947). The interval is Bonett and Price's (2012), which holds where such images are few.
    """
    from scipy import stats

    if first.shape != second.shape or not len(first):
        raise DataError(f"expected two answers to each image; got {first.shape} and {second.shape}; measure on one set")
    n, b, c = len(first), int((first & ~second).sum()), int((second & ~first).sum())
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    first_share, second_share = (b + 1) / (n + 2), (c + 1) / (n + 2)
    middle = first_share - second_share
    half = z * math.sqrt((first_share + second_share - middle**2) / (n + 2))
    p = float(stats.binomtest(b, b + c).pvalue) if b + c else 1.0
    return Pair((b - c) / n, (middle - half, middle + half), p, b, c)


def compare_over_seeds(first: Sequence[float], second: Sequence[float]) -> Difference | None:
    """Compare the means of two recipes from one accuracy per seed; None if either has one seed or all are equal.

    Welch's test: the two spreads may differ (Welch 1947).
    """
    from scipy import stats

    if min(len(first), len(second)) < 2:
        return None
    parts = [statistics.variance(values) / len(values) for values in (first, second)]
    if not sum(parts):
        return None
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True)
    )
    value, error = statistics.fmean(first) - statistics.fmean(second), math.sqrt(sum(parts))
    low, high = stats.t.interval(LEVEL, freedom, loc=value, scale=error)
    return Difference(value, (float(low), float(high)), float(2 * stats.t.sf(abs(value) / error, freedom)))


def holm(probabilities: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number (Holm 1979), in the order given."""
    order = sorted(range(len(probabilities)), key=lambda i: probabilities[i])
    corrected = [0.0] * len(probabilities)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * probabilities[place]))
        corrected[place] = highest
    return corrected
