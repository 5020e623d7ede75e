"""Ink of slanted handwriting goes in; the same ink with its strokes upright comes out, and boxes on it go back.

A slanted hand's digits overlap where one ends above the next; set upright, they stand apart. Rows are shifted against
each other, so what is level stays level. Nothing here knows how much a hand slants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from digits.reading.geometry import around
from digits.reading.ink.connected_components import find_parts
from digits.reading.ink.despeckling import FIRM_INK
from digits.reading.ink.line_removal import Unruled
from digits.reading.result import Box, FloatArray, Line, Mark, Reading

# Marks that were found before the slant was taken away.
UNMOVED = ("rule", "ring")


@dataclass(frozen=True)
class Slant:
    """Strokes lean to the right ``by`` so many pixels for each upwards, on a page so high and wide in pixels."""

    by: float
    height: int
    width: int

    @property
    def margin(self) -> int:
        """So many columns come in on either side where the slant is taken away."""
        return int(np.ceil(abs(self.by) * self.height / 2))

    def set_upright(self, ink: FloatArray) -> FloatArray:
        """Return the page's ink, float32 (height, width), with strokes upright: as high, and wider by both margins."""
        shift = self.margin - self.by * (self.height - 1) / 2
        matrix = np.array([[1, self.by, shift], [0, 1, 0]], np.float32)
        size = self.width + 2 * self.margin, self.height
        return np.asarray(cv2.warpAffine(ink, matrix, size, flags=cv2.INTER_LINEAR), np.float32)

    def set_boxes_upright(self, boxes: FloatArray) -> FloatArray:
        """Return where boxes of the slanted ink are on the upright one, float32 (n, 4) each: edges in pixels."""
        if not self.by:
            return boxes
        shift = self.margin + self.by * ((boxes[:, 1] + boxes[:, 3]) / 2 - (self.height - 1) / 2)
        return np.asarray(boxes + np.outer(shift, [1, 0, 1, 0]), np.float32)

    def put_back(self, box: Box, ink: FloatArray) -> Box:
        """Return the box of the page's ``ink``, float32 (height, width), that is in a box of the upright ink."""
        if not self.by:
            return box
        rows = np.arange(max(box.y, 0), min(box.y + box.height, self.height))[:, np.newaxis]
        lefts = box.x - self.margin - self.by * (rows - (self.height - 1) / 2)
        columns = np.arange(self.width)
        is_inside = (columns >= lefts) & (columns < lefts + box.width)
        is_inked = np.flatnonzero((is_inside & (ink[rows[:, 0]] >= FIRM_INK)).any(axis=0))
        inside = is_inked if len(is_inked) else np.flatnonzero(is_inside.any(axis=0))
        if not len(inside):
            return Box(min(max(0, box.x - self.margin), self.width - 1), box.y, 1, box.height)
        return Box(int(inside[0]), box.y, int(inside[-1] - inside[0]) + 1, box.height)


def remove_slant(unruled: Unruled, slant: Slant) -> Unruled:
    """Return a page's ink and parts with strokes upright; where lines and rings were stays as it is."""
    if not slant.by:
        return unruled
    ink = slant.set_upright(unruled.ink)
    return replace(unruled, with_lines=slant.set_upright(unruled.with_lines), ink=ink, parts=find_parts(ink))


def restore_slant(reading: Reading, slant: Slant, ink: FloatArray) -> Reading:
    """Return the reading of what was ``ink`` with strokes upright, with its boxes where they are on the page."""

    def put_back(box: Box) -> Box:
        return slant.put_back(box, ink)

    marks = tuple(mark if mark.kind in UNMOVED else Mark(mark.kind, put_back(mark.box)) for mark in reading.marks)
    return replace(reading, lines=tuple(_restore_line(line, put_back) for line in reading.lines), marks=marks)


def _restore_line(line: Line, put_back: Callable[[Box], Box]) -> Line:
    digits = tuple(replace(digit, box=digit.box and put_back(digit.box)) for digit in line.digits)
    return replace(line, digits=digits, box=around([digit.box for digit in digits if digit.box]))
