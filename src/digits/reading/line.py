"""Digits of one row go in; the line they make comes out, with the gaps that set groups apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from digits.reading.result import Box, Digit, Line

# A gap begins a new group when it is this many digit heights wide, and this many times the row's usual gap.
GROUP_GAP, GROUP_RATIO = 0.7, 2.5


def make_line(digits: Sequence[Digit], height_px: float) -> Line:
    """Return the line of ``digits``, left to right, all with boxes, of a row whose digits are ``height_px`` high."""
    boxes = [digit.box for digit in digits if digit.box is not None]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    gaps = np.array([max(0, two.x - one.x - one.width) for one, two in pairwise(boxes)])
    starts: tuple[int, ...] = ()
    if len(gaps):
        least = max(GROUP_GAP * height_px, GROUP_RATIO * float(np.median(gaps)))
        starts = tuple(int(i) + 1 for i in np.flatnonzero(gaps > least))
    return Line(tuple(digits), Box(left, top, right - left, bottom - top), starts)
