"""What may be digits of a page goes in; how likely such things are digits on this page comes out.

Among many words, what might be a number is seldom one, and the other way round. And a page's digits are of few heights,
those that somebody wrote and those that are printed. The shares of digits and others are estimated by expectation and
maximization (Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm", 1977).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from digits.reading.detection.detections import Detections
from digits.reading.detection.verification import log_odds, probability
from digits.reading.result import FloatArray

# Heights are compared in eighths of an octave, and count for less the more of these lie between, up to so many.
PER_OCTAVE, REACH = 8, 3
# The prior has settled after so many steps; this many of either kind are taken to have been seen before.
STEPS, SEEN = 8, 1.0


def find_prior(odds: FloatArray, heights: FloatArray) -> npt.NDArray[np.float64]:
    """Return the log-odds that something is a digit, as far as all others of about its height tell: float64 (n,).

    Args:
        odds: float32 (n,), the log-odds that each is a digit, whatever the others are.
        heights: float32 (n,), of each, above 0.
    """
    prior = np.zeros(len(odds))
    if not len(odds):
        return prior
    place = np.rint(np.log2(heights / heights.min()) * PER_OCTAVE).astype(np.int64)
    weights = 1 - np.abs(np.arange(-REACH, REACH + 1)) / (REACH + 1)
    count = int(place.max()) + 1

    def around(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        near = np.convolve(np.bincount(place, shares, count), weights)[REACH : REACH + count]
        return np.asarray(near[place] - shares, np.float64)

    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-(odds + prior)))
        prior = np.log((SEEN + around(likely)) / (SEEN + around(1 - likely)))
    return prior


def weigh_heights(seen: Detections) -> Detections:
    """Return the same detections; how sure a page's digits are takes into account how high they are.

    So the presence of each depends on all others of the page from here on.
    """
    is_digit = seen.kind < 10
    odds = log_odds(seen.presence[is_digit])
    presence = seen.presence.copy()
    heights = np.maximum(seen.heights[is_digit], 1)
    presence[is_digit] = probability(odds + find_prior(odds, heights))
    return replace(seen, presence=presence)
