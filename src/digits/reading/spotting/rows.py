"""Lines of digits and connected parts go in; rows come out, each with the parts that belong to it.

Where digits are seen says where a row runs; what ink lies there, or a little before it or behind, is the row's, for the
detector may have overlooked a digit. Nothing here splits or joins parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digits.reading.detection.detections import PRESENT, Detections
from digits.reading.detection.text_lines import find_lines
from digits.reading.geometry import as_box
from digits.reading.ink.connected_components import Parts
from digits.reading.quantiles import median, quantile
from digits.reading.result import Box, FloatArray

# In digits' heights: a part is a row's up to so far beyond its ends, and where it lies at most so far off its course,
# unless it is higher than the last.
BEYOND, OFF, TALLEST = 1.5, 0.6, 3.5
# What may be a digit goes on with a row at most so far beyond its ends.
FAR = 4.0
# A row is as high as this quantile of its digits: the taller ones say more about the writing than small zeros do.
USUAL_HEIGHT = 0.6


@dataclass
class Row:
    """Indices of the parts of one row, left to right; where digits were seen in it; their height in pixels."""

    parts: list[int]
    seen: list[Box]
    height_px: float


def find_rows(parts: Parts, digits: Detections) -> tuple[list[Row], list[int]]:
    """Return rows from top to bottom, and the indices of the parts in none of them.

    Args:
        parts: of the page.
        digits: what may be some, with boxes in pixels of the ink. Those that are present for sure tell where rows run.
    """
    is_sure, middles = digits.presence >= PRESENT, digits.middles[:, 0]
    sure = np.flatnonzero(is_sure)
    lines = [sure[line].tolist() for line in find_lines(digits.boxes[sure], with_pieces=False)]
    for i in np.flatnonzero(~is_sure).tolist():
        off = [_distance(digits.boxes[i], digits.boxes[line]) for line in lines]
        if off and min(off) < OFF:
            lines[int(np.argmin(off))].append(i)
    return _rows_of(parts, digits.boxes, [sorted(line, key=lambda i: float(middles[i])) for line in lines])


def find_one_row(parts: Parts, digits: Detections) -> tuple[Row | None, list[int]]:
    """Return the one row that there is, whatever height its digits stand at, and the parts that are not in it."""
    lines = [np.argsort(digits.middles[:, 0]).tolist()] if len(digits) else []
    rows, left = _rows_of(parts, digits.boxes, lines)
    return (rows[0] if rows else None), left


def row_middle(parts: Parts, row: Row) -> float:
    """Return where a row stands on the page, in pixels from the top."""
    return median(parts.boxes[row.parts, 1] + parts.boxes[row.parts, 3] // 2)


def _rows_of(parts: Parts, boxes: FloatArray, lines: Sequence[Sequence[int]]) -> tuple[list[Row], list[int]]:
    heights = [max(1.0, quantile(boxes[line, 3] - boxes[line, 1], USUAL_HEIGHT)) for line in lines]
    x, _, widths, _ = parts.boxes.T
    owners, nearest = np.full(len(parts), -1), np.full(len(parts), np.inf)
    for k, (line, height) in enumerate(zip(lines, heights, strict=True)):
        away = _distances(parts, boxes[line], height)
        is_nearer = away < nearest
        owners[is_nearer], nearest[is_nearer] = k, away[is_nearer]
    order = np.argsort(x + widths / 2, kind="stable")
    members = [order[owners[order] == k].tolist() for k in range(len(lines))]
    rows = [
        Row(own, [as_box(boxes[i]) for i in line], height)
        for own, line, height in zip(members, lines, heights, strict=True)
        if own
    ]
    return rows, np.flatnonzero(owners < 0).tolist()


def _distance(box: FloatArray, line: FloatArray) -> float:
    """Return how far the middle of a box is off a line, up or down, in its digits' heights; infinite if it is far."""
    height = max(1.0, median(line[:, 3] - line[:, 1]))
    gap = max(float(line[:, 0].min() - box[2]), float(box[0] - line[:, 2].max())) / height
    middles = (line[:, :2] + line[:, 2:]) / 2
    order = np.argsort(middles[:, 0])
    course = np.interp((box[0] + box[2]) / 2, middles[order, 0], middles[order, 1])
    return float(abs((box[1] + box[3]) / 2 - course) / height) if gap < FAR else np.inf


def _distances(parts: Parts, line: FloatArray, height: float) -> FloatArray:
    """Return how far each part is off a line, in its digits' heights; infinite where it belongs to it by no means."""
    x, y, widths, heights = parts.boxes.T.astype(np.float64)
    across, down = (line[:, 0] + line[:, 2]) / 2, (line[:, 1] + line[:, 3]) / 2
    course = np.interp(x + widths / 2, across, down)
    off = np.maximum(np.maximum(y - course, course - y - heights), 0) / height
    middle_off = np.abs(y + heights / 2 - course) / height
    is_near = (x < line[:, 2].max() + BEYOND * height) & (x + widths > line[:, 0].min() - BEYOND * height)
    is_near &= (off < OFF) & (heights < TALLEST * height) & ~parts.is_block
    return np.asarray(np.where(is_near, off + middle_off / 2, np.inf))
