"""Ink goes in; the same ink without the printed boxes of forms comes out, and where their sides were.

A box is a connected part that is inked along all four sides of the rectangle around it, and has walls inside, or
something in it: a 0 drawn with four corners has neither. Long single lines are left to line_removal.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digits.reading.ink.connected_components import Parts
from digits.reading.result import Box, ByteArray, FloatArray

# A box is at least so high and wide, and holds at most so much ink of its own.
LEAST_SIDE_PX, MOST_INK = 14, 0.5
# Each side is inked along this share of it, within so much of the shorter side of the box; two opposite ones along the
# last share before what sticks out is cut off.
LEAST_COVER, BAND, LEAST_SEEN = 0.9, 0.1, 0.6
# Lines are pieces of at least this share of the shorter side, and together reach along this share of the box.
LEAST_PIECE, LEAST_REACH = 0.4, 0.95
# What a box holds is at least so high beside it; ink that touches its sides fills at least so much of it.
LEAST_CONTENT, LEAST_TOUCHING = 0.2, 0.02
# An empty box is as high as one that is not, or as others, so many in all, give or take this factor.
ALIKE, LEAST_ALIKE = 1.15, 3
# Rectangles around rectangles are looked at, smallest first, until they cover the page so many times: time is bounded.
MOST_COVERED = 20


@dataclass(frozen=True, eq=False)
class _Frame:
    """A rectangle of lines: ``level`` and ``upright`` are uint8 masks within ``box``, ``sides`` lie on the page."""

    box: Box
    level: ByteArray
    upright: ByteArray
    sides: list[Box]
    is_box: bool


def remove_boxes(ink: FloatArray, parts: Parts) -> tuple[FloatArray, list[Box]]:
    """Return ``ink`` without the sides and walls of printed boxes, and where these were.

    Where a stroke crosses a side, the stroke stays whole.

    Args:
        ink: float32 (height, width) in [0, 1], paper 0, ink 1.
        parts: its connected parts.
    """
    frames = [frame for frame in (_find_frame(parts, i) for i in _candidates(parts)) if frame is not None]
    heights = np.array([frame.box.height for frame in frames], np.float64)
    is_box = np.array([frame.is_box for frame in frames], bool)
    chosen = []
    for frame in frames:
        is_alike = (heights < frame.box.height * ALIKE) & (heights > frame.box.height / ALIKE)
        if frame.is_box or is_box[is_alike].any() or is_alike.sum() >= LEAST_ALIKE:
            chosen.append(frame)
    if not chosen:
        return ink, []
    unboxed = ink.copy()
    for frame in chosen:
        _erase(unboxed, parts, frame)
    return unboxed, [side for frame in chosen for side in frame.sides]


def _candidates(parts: Parts) -> list[int]:
    widths, heights = parts.boxes[:, 2], parts.boxes[:, 3]
    is_large = (np.minimum(widths, heights) >= LEAST_SIDE_PX) & (parts.areas <= MOST_INK * widths * heights)
    large = np.flatnonzero(is_large)
    covered = (widths * heights)[large]
    smallest_first = np.argsort(covered, kind="stable")
    is_bounded = np.cumsum(covered[smallest_first]) <= MOST_COVERED * parts.labels.size
    return [int(i) for i in large[smallest_first[is_bounded]]]


def _find_frame(parts: Parts, i: int) -> _Frame | None:
    mask = parts.mask(i).view(np.uint8)
    # A stroke may stick out of its box, but hardly on all sides.
    top, bottom, left, right = _covers(mask)
    if max(min(top, bottom), min(left, right)) < LEAST_SEEN:
        return None
    part, place = mask, _rectangle(mask)
    mask = mask[place.y : place.y + place.height, place.x : place.x + place.width]
    if min(mask.shape) < LEAST_SIDE_PX or min(_covers(mask)) < LEAST_COVER:
        return None
    x, y = map(int, parts.boxes[i, :2])
    box = Box(x + place.x, y + place.y, place.width, place.height)
    upright, columns = _upright_lines(mask)
    level, rows = _level_lines(mask)
    columns = [line for line in columns if not _sticks_out(part, place, line)]
    if len(rows) < 2 or len(columns) < 2:
        return None
    upright = _within(upright, columns)
    sides = [Box(box.x + side.x, box.y + side.y, side.width, side.height) for side in rows + columns]
    touching = (mask > 0) & (cv2.dilate(level | upright, np.ones((3, 3), np.uint8)) == 0)
    has_walls = len(rows) > 2 or len(columns) > 2
    is_box = has_walls or float(touching.mean()) >= LEAST_TOUCHING or _holds_something(parts, box)
    return _Frame(box, level, upright, sides, is_box)


def _covers(mask: ByteArray) -> tuple[float, float, float, float]:
    """Return along which share of them the sides are inked: top, bottom, left, right."""
    band = max(2, round(BAND * min(mask.shape)))
    height, width = mask.shape
    top, bottom = (cv2.countNonZero(cv2.reduce(side, 0, cv2.REDUCE_MAX)) for side in (mask[:band], mask[-band:]))
    left, right = (cv2.countNonZero(cv2.reduce(side, 1, cv2.REDUCE_MAX)) for side in (mask[:, :band], mask[:, -band:]))
    return top / width, bottom / width, left / height, right / height


def _rectangle(mask: ByteArray) -> Box:
    """Return the rectangle between the outermost lines, without what sticks out of it."""
    x, y, right, bottom = 0, 0, mask.shape[1], mask.shape[0]
    for _ in range(2):
        rows = _level_lines(mask[y:bottom, x:right])[1]
        if len(rows) > 1:
            y, bottom = y + min(row.y for row in rows), y + max(row.y + row.height for row in rows)
        columns = _upright_lines(mask[y:bottom, x:right])[1]
        if len(columns) > 1:
            x, right = x + min(each.x for each in columns), x + max(each.x + each.width for each in columns)
    return Box(x, y, right - x, bottom - y)


def _sticks_out(part: ByteArray, place: Box, line: Box) -> bool:
    """Tell whether an upright line goes on beyond the rectangle: no wall does, but a 1 may."""
    columns = slice(place.x + line.x, place.x + line.x + line.width)
    above, below = part[: place.y, columns], part[place.y + place.height :, columns]
    return bool(above.any() or below.any())


def _within(lines: ByteArray, boxes: list[Box]) -> ByteArray:
    kept = np.zeros_like(lines)
    for box in boxes:
        place = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        kept[place] = lines[place]
    return kept


def _upright_lines(mask: ByteArray) -> tuple[ByteArray, list[Box]]:
    lines, boxes = _level_lines(np.asarray(cv2.transpose(mask), np.uint8))
    return np.asarray(cv2.transpose(lines), np.uint8), [Box(box.y, box.x, box.height, box.width) for box in boxes]


def _level_lines(mask: ByteArray) -> tuple[ByteArray, list[Box]]:
    """Return a mask of the level lines that reach from side to side, and their boxes; a slope makes a staircase."""
    least = max(5, round(LEAST_PIECE * min(mask.shape)))
    runs = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, least), np.uint8)), np.uint8)
    joined = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, least), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lines, boxes = np.zeros_like(mask), []
    for k, (x, y, width, height, _) in enumerate(stats.tolist()):
        if k and width >= LEAST_REACH * mask.shape[1]:
            lines |= runs & (labels == k).view(np.uint8)
            boxes.append(Box(x, y, width, height))
    return lines, boxes


def _holds_something(parts: Parts, box: Box) -> bool:
    middles = parts.boxes[:, :2] + parts.boxes[:, 2:] / 2
    is_inside = (middles > (box.x, box.y)).all(axis=1) & (middles < (box.x + box.width, box.y + box.height)).all(axis=1)
    is_smaller = (parts.boxes[:, 2] < box.width) & (parts.boxes[:, 3] < box.height)
    return bool((is_inside & is_smaller & (parts.boxes[:, 3] >= LEAST_CONTENT * box.height)).any())


def _erase(ink: FloatArray, parts: Parts, frame: _Frame) -> None:
    """Clear the lines of ``frame`` and their grey rims in place, but for where a stroke crosses one."""
    box = frame.box
    rim = 2 + round(BAND * min(box.width, box.height))  # room for the strokes that cross a side
    top, left = max(box.y - rim, 0), max(box.x - rim, 0)
    place = slice(top, box.y + box.height + rim), slice(left, box.x + box.width + rim)
    mask = (parts.labels[place] > 0).view(np.uint8)
    level, upright = np.zeros_like(mask), np.zeros_like(mask)
    inner = slice(box.y - top, box.y - top + box.height), slice(box.x - left, box.x - left + box.width)
    level[inner], upright[inner] = frame.level, frame.upright
    level = np.asarray(cv2.dilate(level, np.ones((3, 1), np.uint8)), np.uint8)
    upright = np.asarray(cv2.dilate(upright, np.ones((1, 3), np.uint8)), np.uint8)
    rest = mask & (1 - (level | upright))
    # Closing across a line joins what stands on one side of it to what stands on the other.
    across = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((_reach(level, axis=0), 1), np.uint8))
    along = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((1, _reach(upright, axis=1)), np.uint8))
    is_level, is_upright = level > 0, upright > 0
    is_kept = ((across > 0) & is_level & ~is_upright) | ((along > 0) & is_upright & ~is_level)
    ink[place][(is_level | is_upright) & ~is_kept] = 0


def _reach(lines: ByteArray, *, axis: int) -> int:
    """Return how far a closing must reach to cross one of these lines; odd."""
    joined = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    edges = np.diff(joined.astype(np.int8), axis=axis, prepend=0) > 0
    thickness = lines.sum() / max(1, edges.sum())
    return 2 * ((int(np.ceil(thickness)) + 3) // 2) + 1
