"""Numbers go in, their quantiles and medians come out: what numpy's functions of these names give, to rounding.

Numpy's own load ``numpy.ma`` when they are first called, which takes a twentieth of a second, and are slower on the
many small arrays here.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


def quantile(values: npt.ArrayLike, share: float) -> float:
    """Return the value below which ``share``, 0-1, of ``values`` lie.

    Linear between neighbours: definition 7 of Hyndman and Fan 1996, "Sample Quantiles in Statistical Packages".

    Args:
        values: numbers of any shape, at least one, none of them NaN.
    """
    return quantiles(values, (share,))[0]


def quantiles(values: npt.ArrayLike, shares: tuple[float, ...]) -> list[float]:
    """Return ``quantile`` of ``values`` for each of ``shares``, by one sorting."""
    ordered = np.sort(values, axis=None)
    found = []
    for share in shares:
        place = share * (len(ordered) - 1)
        below, above = float(ordered[math.floor(place)]), float(ordered[math.ceil(place)])
        found.append(below + (above - below) * (place - math.floor(place)))
    return found


def median(values: npt.ArrayLike) -> float:
    """Return the middle of ``values``, numbers of any shape, at least one, none of them NaN."""
    return quantile(values, 0.5)


def row_medians(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the median of each row, float64 (n,), of float64 (n, k)."""
    ordered, width = np.sort(values, axis=1), values.shape[1]
    return np.asarray((ordered[:, (width - 1) // 2] + ordered[:, width // 2]) / 2)
