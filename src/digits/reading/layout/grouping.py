"""Digits of one row go in; the line they make comes out, with the gaps that set groups apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from digits.reading.geometry import around, enlarge_box
from digits.reading.result import Box, Digit, FloatArray, Line, Reading

# In digit heights: no smaller gap begins a new group; a lone gap has to be wider, as no other says how close this hand
# writes.
LEAST_GROUP_GAP, LONE_GROUP_GAP = 0.45, 1.0
# Groups begin where a row's gaps, in order of size, make their greatest jump: at least by this factor, once so many
# digit heights are added, so that digits which nearly touch do not make every other gap wide. Chosen on lines of
# validation digits (docs/log.md).
JUMP, CLOSE = 1.6, 0.2


def make_line(digits: Sequence[Digit], height_px: float) -> Line:
    """Return the line of ``digits``, left to right, all with boxes, of a row whose digits are ``height_px`` high."""
    boxes = [digit.box for digit in digits if digit.box is not None]
    return Line(tuple(digits), around(boxes), find_starts(boxes, height_px))


def find_starts(boxes: Sequence[Box], height_px: float) -> tuple[int, ...]:
    """Return the places of a row's boxes, left to right, that begin a new group, without the first."""
    gaps = np.array([max(0, two.x - one.x - one.width) / height_px for one, two in pairwise(boxes)], np.float32)
    return tuple(int(i) + 1 for i in np.flatnonzero(gaps >= _group_gap(gaps)))


def find_groups(boxes: Sequence[Box], height_px: float) -> list[range]:
    """Return the places of the boxes of each group of a row, left to right; none of no boxes."""
    starts = find_starts(boxes, height_px)
    return [range(first, end) for first, end in pairwise((0, *starts, len(boxes))) if end > first]


def _group_gap(gaps: FloatArray) -> float:
    """Return the least gap that begins a new group; infinity where all are of one kind. In digit heights."""
    if len(gaps) < 2:
        return LONE_GROUP_GAP
    ordered = np.sort(gaps)
    jumps = np.where(ordered[1:] >= LEAST_GROUP_GAP, (ordered[1:] + CLOSE) / (ordered[:-1] + CLOSE), 0)
    best = int(jumps.argmax())
    return float(ordered[best + 1]) if jumps[best] >= JUMP else float("inf")


def enlarge_reading(reading: Reading, factor: int) -> Reading:
    """Return the reading with its boxes in pixels of the picture before it was made coarser."""
    if factor == 1:
        return reading
    lines = (
        replace(
            line,
            box=enlarge_box(line.box, factor),
            digits=tuple(replace(digit, box=digit.box and enlarge_box(digit.box, factor)) for digit in line.digits),
        )
        for line in reading.lines
    )
    marks = (replace(mark, box=enlarge_box(mark.box, factor)) for mark in reading.marks)
    return replace(reading, lines=tuple(lines), marks=tuple(marks))
