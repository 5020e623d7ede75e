"""Detections of an upright picture go in; the rows that they stand in come out, from top to bottom, left to right.

A digit is followed by the nearest one on its right that stands about level with it and is about as high; chains of such
digits that go on in each other make a row. Lengths are in heights of a digit.
"""

from __future__ import annotations

import numpy as np

from digits.reading.detection.detections import Detections
from digits.reading.result import FloatArray

# How far a follower's middle may be off a digit's, up or down, and how far away it may begin; how unlike in height.
LEVEL, FAR, UNLIKE = 0.5, 12.0, 2.4


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
    return sorted(lines, key=lambda line: (float(np.median(middles[line, 1])), float(middles[line[0], 0])))


def _followers(digits: Detections) -> dict[int, int]:
    """Return which digit follows which; each follows one at most, nearest pairs first."""
    if len(digits) < 2:
        return {}
    boxes, heights = digits.boxes, np.maximum(digits.heights, 1)
    middles = digits.middles
    higher = np.maximum(heights[:, None], heights[None])
    gap = (boxes[None, :, 0] - boxes[:, None, 2]) / higher
    level = np.abs(middles[None, :, 1] - middles[:, None, 1]) / higher
    is_right = middles[None, :, 0] > middles[:, None, 0]
    is_near = is_right & (gap < FAR) & (level < LEVEL + 0.02 * np.maximum(gap, 0))
    is_near &= higher / np.minimum(heights[:, None], heights[None]) < UNLIKE
    np.fill_diagonal(is_near, False)
    cost: FloatArray = np.where(is_near, np.maximum(gap, 0) + 2 * level, np.inf).astype(np.float32)
    first, second = np.nonzero(is_near)
    order = np.argsort(cost[first, second], kind="stable")
    follower: dict[int, int] = {}
    taken: set[int] = set()
    for one, other in zip(first[order].tolist(), second[order].tolist(), strict=True):
        if one not in follower and other not in taken:
            follower[one] = other
            taken.add(other)
    return follower
