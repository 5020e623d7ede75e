"""Ink goes in; the same ink without printed lines comes out, and where the lines were.

A printed line is long, straight, thin and close to level or upright. Where a stroke crosses it, the stroke stays whole.
Rings are taken out after (enclosures.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.ink.connected_components import Parts, clear_parts, digit_height, find_parts, upright_height
from digits.reading.ink.enclosures import find_rings
from digits.reading.quantiles import median
from digits.reading.result import Box, ByteArray, FloatArray, IntArray

# A line is at least this many times as long as it is thick; the stem of a 1 or a 7 has about 12.
LEAST_SLENDERNESS = 18
# ... as long as this share of the picture's side along it, and as this many digits are high.
LEAST_SHARE, LEAST_DIGITS = 0.3, 2.5
MOST_THICKNESS_PX = 12
# Where it is this many times as thick as elsewhere, and a pixel more, a stroke runs along it, and stays.
MOST_THICKER = 2
# One piece of it is at least so long, in parts of the least length of a line: the feet of zeros in a row make pieces.
LEAST_PIECE = 0.6
# Lines that cross so much of the page are printed, whatever is between them, if they are so many.
ACROSS, MANY_LINES = 0.9, 5
# What is by so much darker than a printed line mostly is, and than three times its spread, is a stroke on it.
LEAST_DARKER = 0.15
# A digit has ink on at least this share of its rows when the lines are gone.
LEAST_LEFT = 0.4
# Printed lines are at least so inked.
INK_THRESHOLD = 0.25
# The lines of squares are fainter; each has such ink along so much of the page.
FAINT_THRESHOLD, LEAST_ALONG = 0.1, 0.6


@dataclass(frozen=True, eq=False)
class Unruled:
    """Ink float32 (height, width) without rings, ``with_lines``, and without long lines as well, ``ink``.

    ``lines`` are where printed lines were, ``rings`` where rings were, and ``parts`` the connected parts of
    what is left; ``is_squared`` where the paper has squares.
    """

    with_lines: FloatArray
    ink: FloatArray
    lines: list[Box]
    rings: list[Box]
    parts: Parts
    is_squared: bool = False

    @property
    def row_ink(self) -> FloatArray:
        """What rows are seen in: with single lines, where digits keep more of their ink, but without squares."""
        return self.ink if self.is_squared else self.with_lines

    def is_bare(self, box: Box) -> bool:
        """Whether ``box``, taken for a digit, holds a line, or a shade too faint to be ink: hardly a row has a part."""
        labels = self.parts.labels[max(0, box.y) : box.y + box.height, max(0, box.x) : box.x + box.width]
        inked = np.count_nonzero((labels > 0).sum(axis=1))
        return bool(inked < LEAST_LEFT * labels.shape[0])


def find_unruled(ink: FloatArray, *, is_squared: bool = False, is_upright: bool = False) -> Unruled:
    """Return ``ink`` without rings and lines, where these were, and the connected parts of the rest.

    Args:
        ink: float32 (height, width) in [0, 1].
        is_squared: whether its paper has squares, which are level by now.
        is_upright: whether its digits are known to stand upright.
    """
    parts, with_lines = find_parts(ink), ink
    unruled, lines = remove_ruling(ink, parts, is_squared=is_squared, is_upright=is_upright)
    if lines:
        parts = find_parts(unruled)
    found = find_rings(parts)
    rings = [parts.box(i) for i in found]
    if found:
        with_lines, unruled = clear_parts(with_lines, parts, found), clear_parts(unruled, parts, found)
        parts = find_parts(unruled)
    return Unruled(with_lines, unruled, lines, rings, parts, is_squared)


def remove_ruling(
    ink: FloatArray, parts: Parts, *, is_squared: bool = False, is_upright: bool = False
) -> tuple[FloatArray, list[Box]]:
    """Return ``ink`` with level and upright printed lines removed, and the boxes of these lines.

    Args:
        ink: float32 (height, width) in [0, 1], paper 0, ink 1.
        parts: its connected parts, which say how high a digit is.
        is_squared: whether its paper has squares, whose lines may be faint and pieced.
        is_upright: whether its digits are known to stand upright.
    """
    mask = (ink >= INK_THRESHOLD).view(np.uint8)
    sideways = _turned(mask)
    least_px = LEAST_DIGITS * (upright_height if is_upright else digit_height)(parts)
    level, level_boxes = _find_level(mask, least_px)
    upright, upright_boxes = _find_level(sideways, least_px)
    if is_squared:
        faint = (ink >= FAINT_THRESHOLD).view(np.uint8)
        level, level_boxes = _add_squares(faint, level, level_boxes)
        upright, upright_boxes = _add_squares(_turned(faint), upright, upright_boxes)
    if not level_boxes and not upright_boxes:  # all may be one part with the paper's squares, which tells no height
        level, level_boxes = _find_across(mask)
        upright, upright_boxes = _find_across(sideways)
    if not level_boxes and not upright_boxes:
        return ink, []
    keep, darker = np.ones_like(mask), np.zeros_like(mask)
    if level_boxes:
        # What crosses a line may be another line: it keeps nothing of the crossing.
        keep &= _without(mask & (1 - _turned(upright)), level)
        darker |= _strokes_on(ink, level, level_boxes)
    if upright_boxes:
        keep &= _turned(_without(sideways & (1 - _turned(level)), upright))
        darker |= _turned(_strokes_on(np.ascontiguousarray(ink.T), upright, upright_boxes))
    keep |= darker & (1 - (level & _turned(upright)))
    boxes = level_boxes + [Box(box.y, box.x, box.height, box.width) for box in upright_boxes]
    return np.where(keep > 0, ink, 0).astype(np.float32), boxes


def _turned(mask: ByteArray) -> ByteArray:
    return np.asarray(cv2.transpose(mask), np.uint8)


def _find_level(mask: ByteArray, least_px: float) -> tuple[ByteArray, list[Box]]:
    """Return a mask of level printed lines and their boxes."""
    least_px = max(LEAST_SHARE * mask.shape[1], least_px)
    length = max(12, round(least_px / 4))
    lines = np.zeros(mask.shape, np.uint8)
    rows = _rows_near_runs(mask, length)
    if not len(rows):
        return lines, []
    runs = np.asarray(cv2.morphologyEx(mask[rows], cv2.MORPH_OPEN, np.ones((1, length), np.uint8)), np.uint8)
    found = np.zeros_like(runs)
    # A slightly sloping line is a staircase of runs: join what follows on.
    joined = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, length), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = []
    for i, (x, y, width, height, _) in enumerate(stats.tolist()):
        if i == 0 or width < least_px:
            continue
        part = (labels[y : y + height, x : x + width] == i) & (runs[y : y + height, x : x + width] > 0)
        thickness = median(part.sum(axis=0)[part.any(axis=0)])
        if thickness > MOST_THICKNESS_PX or width < LEAST_SLENDERNESS * thickness or part.any(axis=0).mean() < 0.8:
            continue
        if height > 4 * thickness + 0.1 * width or _longest(part) < LEAST_PIECE * least_px:
            continue
        part[:, part.sum(axis=0) > MOST_THICKER * thickness + 1] = False  # a 1 stands along the line, or a foot
        found[y : y + height, x : x + width] |= part.astype(np.uint8)
        boxes.append(Box(x, int(rows[y]), width, height))
    lines[rows] = found
    return lines, boxes


def _find_across(mask: ByteArray) -> tuple[ByteArray, list[Box]]:
    """Return what ``_find_level`` does of lines across the page; none where they are few: a digit may fill the page."""
    lines, boxes = _find_level(mask, ACROSS * mask.shape[1])
    return (lines, boxes) if len(boxes) >= MANY_LINES else (np.zeros_like(lines), [])


def _add_squares(faint: ByteArray, lines: ByteArray, boxes: list[Box]) -> tuple[ByteArray, list[Box]]:
    """Return a mask of level lines, and their boxes, with those of squares: rows with ink along most of the page."""
    near = cv2.dilate(faint, np.ones((3, 1), np.uint8))
    along = np.asarray(cv2.reduce(near, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S))[:, 0]
    bands = np.flatnonzero(np.diff(along >= LEAST_ALONG * faint.shape[1], prepend=False, append=False)).reshape(-1, 2)
    added = lines.copy()
    for top, bottom in bands.tolist():
        # Rows beside a line are near its ink, but for one that wavers between two rows.
        top, bottom = (top + 1, bottom - 1) if bottom - top > 2 else (top, bottom)
        if bottom - top <= MOST_THICKNESS_PX:
            added[top:bottom] |= faint[top:bottom]
            boxes = [*boxes, Box(0, top, faint.shape[1], bottom - top)]
    return added, boxes


def _rows_near_runs(mask: ByteArray, length: int) -> IntArray:
    """Return the rows that may hold ``length`` pixels of ink in a row, and two more on either side of each.

    Such a run fills whole bytes of eight pixels. Two rows of paper on either side keep lines apart when the rows
    between them are left out.
    """
    least = (length - 7) // 8
    if least < 1:
        return np.arange(len(mask))
    filled = (np.packbits(mask, axis=1) == 255).view(np.uint8)
    rows = cv2.erode(filled, np.ones((1, least), np.uint8)).max(axis=1, keepdims=True)
    return np.flatnonzero(cv2.dilate(rows, np.ones((5, 1), np.uint8)))


def _longest(part: npt.NDArray[np.bool_]) -> int:
    """Return the width of the widest piece, where gaps and steps of two pixels part nothing."""
    joined = cv2.morphologyEx(part.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    return int(stats[1:, cv2.CC_STAT_WIDTH].max(initial=0))


def _strokes_on(ink: FloatArray, lines: ByteArray, boxes: Sequence[Box]) -> ByteArray:
    """Return 1 where ink on level lines, or on their grey rims, is clearly darker than each line mostly is: strokes."""
    strokes = np.zeros(ink.shape, np.uint8)
    for box in boxes:
        place = slice(max(0, box.y - 1), box.y + box.height + 1), slice(box.x, box.x + box.width)
        own = np.asarray(cv2.dilate(lines[place], np.ones((3, 1), np.uint8)), np.bool_)
        shades = np.where(own, ink[place], 0).max(axis=0, initial=0)
        shades = shades[own.any(axis=0)]
        if len(shades):
            usual = median(shades)
            spread = median(np.abs(shades - usual))
            strokes[place] |= own & (ink[place] > usual + max(LEAST_DARKER, 3 * 1.4826 * spread))
    return strokes


def _without(mask: ByteArray, lines: ByteArray) -> ByteArray:
    """Return 1 where ink stays: everywhere off the lines (and their grey rims), and where a stroke crosses one."""
    # How long the upright runs of ink on the lines are: a column crosses many lines of squared paper.
    starts = np.count_nonzero(lines[0]) + np.count_nonzero(lines[1:] > lines[:-1])
    thickness = int(np.ceil(lines.sum() / max(1, starts)))
    area = np.asarray(cv2.dilate(lines, np.ones((3, 1), np.uint8)), np.uint8)
    rest = mask & (1 - area)
    # Closing across the line joins what stands above it to what stands below.
    reach = np.ones((2 * ((thickness + 4) // 2) + 3, 1), np.uint8)
    across = np.asarray(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, reach), np.uint8)
    return (1 - area) | (across & area)
