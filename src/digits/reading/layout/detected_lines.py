"""Detections of an upright picture go in; the rows that they stand in come out, from top to bottom, left to right.

A digit is followed by the nearest one on its right that stands about level with it and is about as high; chains of such
digits that go on in each other make a row. Lengths are in heights of a digit.
"""

from __future__ import annotations

import numpy as np

from digits.reading.detection.detections import Detections
from digits.reading.quantiles import median
from digits.reading.result import FloatArray, IntArray

# How far a follower's middle may be off a digit's, up or down, and how far away it may begin; how unlike in height.
LEVEL, FAR, UNLIKE = 0.5, 12.0, 2.4
# The farther away, the more it may be off; and so many digits are compared with all others at a time.
SLACK, AT_ONCE = 0.02, 256


def find_lines(digits: Detections) -> list[list[int]]:
    """Return for each row the numbers of its digits, left to right.

    Args:
        digits: digits alone, of a picture that stands upright and level.
    """
    follower = _followers(digits)
    preceded = set(follower.values())
    lines = []
    for first in range(len(digits)):
        if first not in preceded:
            line = [first]
            while line[-1] in follower:
                line.append(follower[line[-1]])
            lines.append(line)
    middles = digits.middles
    return sorted(lines, key=lambda line: (median(middles[line, 1]), float(middles[line[0], 0])))


def _followers(digits: Detections) -> dict[int, int]:
    """Return which digit follows which; each follows one at most, nearest pairs first."""
    pairs = [_near(digits, slice(start, start + AT_ONCE)) for start in range(0, len(digits), AT_ONCE)]
    if not pairs:
        return {}
    first, second, cost = (np.concatenate(each) for each in zip(*pairs, strict=True))
    order = np.argsort(cost, kind="stable")
    follower: dict[int, int] = {}
    taken: set[int] = set()
    for one, other in zip(first[order].tolist(), second[order].tolist(), strict=True):
        if one not in follower and other not in taken:
            follower[one] = other
            taken.add(other)
    return follower


def _near(digits: Detections, some: slice) -> tuple[IntArray, IntArray, FloatArray]:
    """Return which digits may follow ``some``: pairs of numbers, and how far apart the two of each pair are."""
    boxes, heights, middles = digits.boxes, np.maximum(digits.heights, 1), digits.middles
    own = heights[some, None]
    higher = np.maximum(own, heights[None])
    gap = (boxes[None, :, 0] - boxes[some, None, 2]) / higher
    level = np.abs(middles[None, :, 1] - middles[some, None, 1]) / higher
    is_near = (middles[None, :, 0] > middles[some, None, 0]) & (gap < FAR)
    is_near &= level < LEVEL + SLACK * np.maximum(gap, 0)
    is_near &= higher / np.minimum(own, heights[None]) < UNLIKE
    first, second = np.nonzero(is_near)
    cost = np.maximum(gap[first, second], 0) + 2 * level[first, second]
    return first + some.start, second, np.asarray(cost, np.float32)
