"""Detections go in; those that are surely there, and those beside them that may well be, come out.

Thresholding with hysteresis, as Canny has it for edges (IEEE Trans. PAMI 8, 1986): a digit in a number whose other
digits are sure needs less presence than one that stands alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from digits.reading.detection.detections import Detections

# The presence that a digit needs by itself, and beside one that is kept.
HIGH, LOW = 0.75, 0.5
# Beside means: level by so much, as near, and as high, in heights of a digit.
LEVEL, NEAR, UNLIKE = 0.5, 1.5, 1.7


def keep_present(digits: Detections) -> npt.NDArray[np.bool_]:
    """Return which detections are kept, bool (n,)."""
    kept = digits.presence >= HIGH
    if kept.all() or not kept.any():
        return np.asarray(kept, bool)
    (x, y), heights = digits.middles.T, np.maximum(digits.heights, 1)
    higher = np.maximum(heights[:, None], heights)
    beside = (np.abs(x[:, None] - x) < NEAR * higher) & (np.abs(y[:, None] - y) < LEVEL * higher)
    beside &= higher < UNLIKE * np.minimum(heights[:, None], heights)
    may_be = digits.presence >= LOW
    while True:
        more = kept | may_be & (beside & kept).any(axis=1)
        if np.array_equal(more, kept):
            return np.asarray(kept, bool)
        kept = more
