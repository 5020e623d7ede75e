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
# These stand between two numbers, and these behind one; the others may stand before one, too.
BETWEEN, BEHIND = "/:", ","
# Beside a line's ends, a sign is at most so far away.
BESIDE = 0.8
# One pen's points are alike: what has less than this share of the largest one's area is none.
LIKE_DOTS = 0.4
# Where the middle of a sign may be, from the top of a digit that stands beside it, 0, to its bottom, 1.
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
    near = [mark for mark in marks if mark.kind in SIGNS and left < mark.box.x + mark.box.width / 2 < right]
    least_area = LIKE_DOTS * max((_area(mark) for mark in near if mark.kind == "dot"), default=0)
    for mark in near:
        if mark.kind == "dot" and _area(mark) < least_area:
            continue
        x, y = mark.box.x + mark.box.width / 2, mark.box.y + mark.box.height / 2
        nearest = boxes[int(np.abs(middles - x).argmin())]
        # Beside a low digit, a dash is as high as beside others.
        level = 1 + (y - nearest.y - nearest.height) / max(nearest.height, height_px, 1)
        if mark.kind == "dot":
            dots.append((x, y))
        low, high = LEVELS[mark.kind]
        if low <= level <= high:
            found.append((x, SIGNS[mark.kind]))
    placed = [(int((middles < x).sum()), sign) for x, sign in sorted(_with_colons(found, dots, height_px))]
    return tuple((k, sign) for k, sign in placed if _may_stand(sign, k, len(boxes)))


def _area(mark: Mark) -> int:
    return mark.box.width * mark.box.height


def _may_stand(sign: str, before: int, count: int) -> bool:
    """Tell whether a sign may have so many of a line's digits before it."""
    return (before > 0 or sign not in BETWEEN + BEHIND) and (before < count or sign not in BETWEEN)


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
