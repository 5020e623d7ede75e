"""The digits of one line and the marks beside them go in; the signs that join the digits come out.

A point, a comma, a dash and a slash are what ``punctuation`` and ``separators`` say; here it is decided which of them
stand where such a sign stands, and which two points are a colon. Lengths are in heights of a digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from digits.reading.result import Digit, Mark

SIGNS = {"dot": ".", "comma": ",", "dash": "-", "slash": "/"}
# Beside a line's ends, a sign is at most so far away.
BESIDE = 0.8
# Where the middle of a sign may be, from the top of the digits beside it, 0, to their bottom, 1.
LEVELS = {"dot": (0.7, 1.3), "comma": (0.7, 1.5), "dash": (0.25, 0.8), "slash": (0.2, 0.8)}
# Two points above each other make a colon: so far apart across at most, and down at least and at most.
SAME, LEAST_APART, MOST_APART = 0.25, 0.2, 0.9


def find_signs(digits: Sequence[Digit], marks: Sequence[Mark], height_px: float) -> tuple[tuple[int, str], ...]:
    """Return the signs from left to right, each with the number of digits on its left, as ``Line.signs`` has them.

    Args:
        digits: of the line, left to right, all with boxes.
        marks: of its row, with boxes in the same pixels.
        height_px: how high a digit of the row is.
    """
    boxes = [digit.box for digit in digits if digit.box is not None]
    middles = np.array([box.x + box.width / 2 for box in boxes])
    left, right = boxes[0].x - BESIDE * height_px, boxes[-1].x + boxes[-1].width + BESIDE * height_px
    found: list[tuple[float, str]] = []
    dots: list[tuple[float, float]] = []
    for mark in marks:
        x, y = mark.box.x + mark.box.width / 2, mark.box.y + mark.box.height / 2
        if mark.kind not in SIGNS or not left < x < right:
            continue
        nearest = boxes[int(np.abs(middles - x).argmin())]
        level = (y - nearest.y) / max(nearest.height, 1)
        if mark.kind == "dot":
            dots.append((x, y))
        low, high = LEVELS[mark.kind]
        if low <= level <= high:
            found.append((x, SIGNS[mark.kind]))
    found = _with_colons(found, dots, height_px)
    return tuple((int((middles < x).sum()), sign) for x, sign in sorted(found))


def _with_colons(
    found: list[tuple[float, str]], dots: list[tuple[float, float]], height_px: float
) -> list[tuple[float, str]]:
    """Put a colon in place of each point that another stands above."""
    for (x, y), (next_x, next_y) in pairwise(sorted(dots)):
        apart = abs(next_y - y) / height_px
        if next_x - x <= SAME * height_px and LEAST_APART <= apart <= MOST_APART:
            found = [one for one in found if one not in ((x, "."), (next_x, "."))]
            found.append(((x + next_x) / 2, ":"))
    return found
