"""The ink of a page goes in; its ruled lines come out, their gaps bridged: the walls of cells.

Walls are what is long and straight (morphological opening along rows and columns, as usual for tables: img2table and
others). Seen at an angle, lines that were parallel lean by different amounts, so lines are also looked for along the
other ways that many edges run. Lengths are in heights of a digit.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from digits.reading.layout.ruling.line_completion import complete, find_segments, swapped
from digits.reading.picture.downsampling import shrink
from digits.reading.result import ByteArray, FloatArray

# A wall is at least so long, and longer than letters' strokes if it leans; it is bridged over gaps of so much, and goes
# on by so much at its ends.
LEAST_WALL, LEAST_LEANING, GAP, REACH = 0.95, 1.3, 0.35, 0.3
# A line through a digit is so long.
LEAST_THROUGH = 2.0
# Ink thicker than this is no line.
THICK = 0.45
# Of a line so much is drawn; the rest are gaps that were bridged. Of a row of specks or letters less is.
LEAST_DRAWN = 0.8
# Lines are looked for that lean by these shares of their length, where so much of the edges about level does.
LEANS, LEAST_EDGES = (-0.2, -0.1, 0.0, 0.1, 0.2), 0.08
# Edges are counted in a picture with so many pixels along its longest side, softened so that they have all directions.
LONGEST_PX, SOFT_PX = 800, 1.5


# By what shares of their length level lines lean, and upright ones.
Leans = tuple[tuple[float, ...], tuple[float, ...]]


def find_walls(mask: ByteArray, digit_px: float, digits: FloatArray, leans: Leans | None = None) -> ByteArray:
    """Return uint8 (height, width): 1 where a ruled line is, with its gaps bridged; none where no two lines meet.

    Args:
        mask: uint8 (height, width), 1 on ink, upright to some degrees.
        digit_px: how high a digit is there.
        digits: float32 (n, 4), left, top, right and bottom of the digits: what stands in these boxes is no wall.
        leans: which ways lines are looked for; all that many edges run, by default.
    """
    is_digit = np.zeros(mask.shape, np.uint8)
    for left, top, right, bottom in np.rint(digits).astype(int).tolist():
        is_digit[max(0, top) : bottom + 1, max(0, left) : right + 1] = 1
    of_level, of_upright = leans or find_leans(mask)
    none = np.zeros(mask.shape, np.uint8)
    level = _lines_along(mask, is_digit, digit_px, of_level)
    if not level.any():
        return none
    upright = _lines_along(np.ascontiguousarray(mask.T), np.ascontiguousarray(is_digit.T), digit_px, of_upright)
    along = np.ones((1, 2 * max(3, round(REACH * digit_px)) + 1))
    longer = np.asarray(cv2.dilate(level, along), np.uint8)
    higher = np.ascontiguousarray(cv2.dilate(upright, along).T, np.uint8)
    if not (longer & higher).any():
        return none
    missing = complete(find_segments(level), swapped(find_segments(upright)), digit_px)
    walls = longer | higher
    for x0, y0, x1, y1 in np.rint(missing).astype(int).tolist():
        cv2.line(walls, (x0, y0), (x1, y1), 1, 2)
    return np.asarray(walls, np.uint8)


def find_leans(mask: ByteArray, *, only_usual: bool = False) -> Leans:
    """Return the ways that many edges about level run, and those about upright; ``only_usual``: that which most run."""
    ways = []
    for one in (mask, np.ascontiguousarray(mask.T)):
        shares = _lean_shares(one)
        many = tuple(lean for lean, share in zip(LEANS, shares, strict=True) if share >= LEAST_EDGES or not lean)
        ways.append((LEANS[int(np.argmax(shares))],) if only_usual else many)
    return ways[0], ways[1]


def _lines_along(mask: ByteArray, is_digit: ByteArray, digit_px: float, leans: Sequence[float]) -> ByteArray:
    """Return what is long and about level, leaning this way or that: uint8 (height, width), 1 there."""
    lines = np.zeros(mask.shape, np.uint8)
    for lean in leans:
        lines = np.maximum(lines, _leaning_lines(mask, is_digit, digit_px, lean))
    return lines


def _leaning_lines(mask: ByteArray, is_digit: ByteArray, digit_px: float, lean: float) -> ByteArray:
    """Return what is long and leans so, as ``_lines_along`` does."""
    if not lean:
        return _level_lines(mask, is_digit, digit_px, LEAST_WALL)
    # Shifts each column by its share of the way, so that what leans so is level, and back.
    middle = (mask.shape[1] - 1) / 2
    room = round(abs(lean) * middle)
    shift = np.array([[1, 0, 0], [-lean, 1, lean * middle + room]])
    size = mask.shape[1], mask.shape[0] + 2 * room
    leaning, digits = (
        np.asarray(cv2.warpAffine(one, shift, size, flags=cv2.INTER_NEAREST), np.uint8) for one in (mask, is_digit)
    )
    found = _level_lines(leaning, digits, digit_px, LEAST_LEANING)
    way_back = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(found, shift, mask.shape[::-1], flags=way_back), np.uint8)


def _lean_shares(mask: ByteArray) -> list[float]:
    """Return for each of ``LEANS`` how much of the edges that run about level leans so, in [0, 1]."""
    view = cv2.GaussianBlur(shrink(mask.astype(np.float32), LONGEST_PX), (0, 0), SOFT_PX)
    across, down = (cv2.Scharr(view, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    is_level = np.abs(down) > np.abs(across)
    # Along an edge, x grows by ``down`` where y falls by ``across``.
    leans, strengths = -across[is_level] / down[is_level], np.abs(down[is_level])
    nearest = np.abs(leans[:, np.newaxis] - np.array(LEANS)).argmin(axis=1)
    shares = np.bincount(nearest, weights=strengths, minlength=len(LEANS)) / max(float(strengths.sum()), 1e-9)
    return [float(share) for share in shares]


def _level_lines(mask: ByteArray, is_digit: ByteArray, digit_px: float, least: float) -> ByteArray:
    """Return what is long and level, slanting by a few degrees at most: uint8, 1 there.

    Where there is a digit, only what is longer than its strokes: the stem of a 1 is as straight, and may touch a line.
    """
    long, gap = (max(3, round(share * digit_px)) for share in (least, GAP))
    thick = np.asarray(cv2.dilate(mask, np.ones((3, 1), np.uint8)), np.uint8)
    if is_digit.any():
        through = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(LEAST_THROUGH * digit_px)), np.uint8))
        thick = np.where(is_digit, through, thick).astype(np.uint8)
    bridged = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    runs = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    lines = np.zeros(mask.shape, np.uint8)
    places = np.flatnonzero(runs)  # few of all pixels, so everything below is done for these alone
    if not len(places):
        return lines
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    wide, area, own = stats[:, 2], stats[:, 4], labels.ravel()[places]
    # What is as thick as a stroke of letters joined is no line: a line is thin for its length.
    drawn = np.bincount(own, weights=thick.ravel()[places], minlength=len(stats))
    is_line = (
        (drawn >= LEAST_DRAWN * area) & (area / np.maximum(wide, 1) <= max(5.0, THICK * digit_px)) & (wide >= long)
    )
    lines.ravel()[places] = is_line[own]
    return lines
