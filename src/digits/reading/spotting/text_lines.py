"""Connected parts go in; rows of parts in reading order come out, and the parts that belong to no row.

What is high enough for a digit tells where rows run (line_tracing.py), and what is lower joins the row it lies beside.
Nothing here splits or joins parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.ink.connected_components import Parts, digit_height, some_parts, upright_height
from digits.reading.quantiles import median, quantile
from digits.reading.result import IntArray
from digits.reading.spotting.line_tracing import Track, follow, join_tracks

# In parts of the usual height of a digit: higher than the first, or lower and narrower than the second, is none.
TALLEST, SMALLEST = 3.5, 0.25
# A part this much smaller than a digit joins a row, but does not say where the row runs.
GUIDES = 0.5
# Guides smaller than this that all hang right under a row, or over it, are its commas and no row.
HIGH_GUIDE = 0.65
# What rows of one height left over makes rows of another, so many times; digits lower than this are like dust.
OTHER_HEIGHTS, LEAST_OTHER_PX = 3, 10


@dataclass
class Row:
    """Indices of the parts of one row, left to right, and the height of its digits in pixels.

    ``is_usual`` where that is about the usual height on the page; other rows may be numbers, and may be anything.
    """

    parts: list[int]
    height_px: float
    is_usual: bool = True


def find_rows(parts: Parts) -> tuple[list[Row], list[int]]:
    """Return rows from top to bottom, and the indices of the parts in none of them."""
    height = digit_height(parts)
    if height < 4:
        return [], list(range(len(parts)))
    tracks = _without_hanging(parts, join_tracks(parts, follow(parts, _guides(parts, height), height)), height)
    left = _attach(parts, tracks, height)
    taken = {i for track in tracks for i in track.members} | set(left)
    left += [i for i in range(len(parts)) if i not in taken]
    rows = [_row(parts, track) for track in tracks]
    return sorted(rows, key=lambda row: row_middle(parts, row)), left


def find_one_row(parts: Parts) -> tuple[Row | None, list[int]]:
    """Return the one row that all parts are in which may be digits, or marks beside them, and the other parts.

    Whatever height they stand at: cents may be raised, and a digit may reach far beyond the others.
    """
    height = upright_height(parts)
    if height < 4 or not len(guides := _guides(parts, height)):
        return None, list(range(len(parts)))
    _, tops, _, heights = parts.boxes[guides].T.astype(np.float64)
    track = Track(guides.tolist(), tops.tolist(), (tops + heights).tolist())
    _attach(parts, [track], height)
    taken = set(track.members)
    return _row(parts, track), [i for i in range(len(parts)) if i not in taken]


def row_middle(parts: Parts, row: Row) -> float:
    """Return where a row stands on the page, in pixels from the top."""
    return median(parts.boxes[row.parts, 1] + parts.boxes[row.parts, 3] // 2)


def find_other_rows(parts: Parts, left: Sequence[int]) -> tuple[list[Row], list[int]]:
    """Return rows of other heights in what ``find_rows`` left over, and what they leave over in turn."""
    rows: list[Row] = []
    for _ in range(OTHER_HEIGHTS):
        among = [i for i in left if not parts.is_block[i]]
        some = some_parts(parts, among)
        if digit_height(some) < LEAST_OTHER_PX:
            break
        found, _ = find_rows(some)
        if not found:
            break
        rows += [Row([among[i] for i in row.parts], row.height_px, is_usual=False) for row in found]
        taken = {i for row in rows for i in row.parts}
        left = [i for i in left if i not in taken]
    return rows, list(left)


def _extent(parts: Parts) -> IntArray:
    return np.asarray(np.maximum(parts.boxes[:, 3], parts.boxes[:, 2] // 2))


def _guides(parts: Parts, height: float) -> IntArray:
    """Return the parts that say where rows run: those that may be digits, and are not small ones."""
    is_high = _extent(parts) >= GUIDES * height
    return np.flatnonzero(_digit_like(parts, height) & ~parts.is_block & is_high)


def _digit_like(parts: Parts, height: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which parts may be digits by size alone; blots, frames and a sheet's edge along the border are not."""
    x, y, widths, heights = parts.boxes.T
    page_height, page_width = parts.labels.shape
    at_side, at_end = (x <= 1) | (x + widths >= page_width - 1), (y <= 1) | (y + heights >= page_height - 1)
    is_slim = np.minimum(widths, heights) < 0.2 * height
    is_edge = is_slim & np.where(heights > widths, at_side, at_end)
    is_big = (heights > TALLEST * height) & (parts.areas < 0.5 * widths * heights)
    may_be = (_extent(parts) >= SMALLEST * height) & (heights <= TALLEST * height) & ~is_edge & ~is_big
    # A stroke from border to border is a field's edge, unless it is all there is: a 1 that fills the picture.
    others = may_be & ~(is_slim & (at_side | at_end))
    return np.asarray(others if others.any() else may_be)


def _without_hanging(parts: Parts, tracks: list[Track], height: float) -> list[Track]:
    """Leave out what is no row but commas beneath one, or strokes above."""
    extent = _extent(parts)
    is_high = [bool((extent[track.members] >= HIGH_GUIDE * height).any()) for track in tracks]
    high = [track for track, is_one in zip(tracks, is_high, strict=True) if is_one]
    if not high:
        return tracks
    distances = _distances(parts, high, height)
    return [
        track
        for track, is_one in zip(tracks, is_high, strict=True)
        if is_one or any(np.isinf(distances(i)).all() for i in track.members)
    ]


def _distances(parts: Parts, tracks: list[Track], height: float) -> Callable[[int], npt.NDArray[np.float64]]:
    """Return what tells how far a part is from each part of the rows, in order; infinite where not beside it."""
    guides = np.array([i for track in tracks for i in track.members], np.int64)
    left, top, widths, heights = parts.boxes[guides].T.astype(np.float64)

    def measure(i: int) -> npt.NDArray[np.float64]:
        x, y, width, part_height = map(float, parts.boxes[i])
        across = np.abs(left + widths / 2 - x - width / 2)
        middle = y + part_height / 2
        away = np.maximum(np.maximum(top - middle, middle - top - heights), 0)
        return np.where((across <= 4 * height) & (away < 0.35 * height), across + 4 * away, np.inf)

    return measure


def _attach(parts: Parts, tracks: list[Track], height: float) -> list[int]:
    """Give each part that no row has to the row of the guide it lies beside, and return those that lie beside none.

    All that may be digits, and what is too small for one but no grain.
    """
    is_small = (_extent(parts) < SMALLEST * height) & (parts.areas >= 4)
    is_free = (_digit_like(parts, height) | is_small) & ~parts.is_block
    is_free[[i for track in tracks for i in track.members]] = False
    free = np.flatnonzero(is_free).tolist()
    if not tracks:
        return free
    owners = [track for track in tracks for _ in track.members]
    distances = _distances(parts, tracks, height)
    alone = []
    for i in free:
        away = distances(i)
        if np.isinf(away).all():
            alone.append(i)
        else:
            owners[int(away.argmin())].members.append(i)
    return alone


def _row(parts: Parts, track: Track) -> Row:
    members = sorted(track.members, key=lambda i: float(parts.boxes[i, 0]) + parts.boxes[i, 2] / 2)
    heights = [bottom - top for top, bottom in zip(track.tops, track.bottoms, strict=True)]
    # Digits differ in height, and the taller ones say more about the writing than small zeros do.
    return Row(members, quantile(heights, 0.6))
