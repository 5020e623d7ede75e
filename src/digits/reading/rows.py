"""Connected parts go in; rows of parts in reading order come out, and the parts that belong to no row.

Rows are found by walking from left to right and asking of each part which row's last parts it stands beside, so that a
row may climb or sink; what goes on behind a gap is joined then. Nothing here splits or joins parts.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.parts import Parts, digit_height, some_parts
from digits.reading.quantiles import median, quantile
from digits.reading.result import IntArray

# In parts of the usual height of a digit: higher than the first, or lower and narrower than the second, is none.
TALLEST, SMALLEST = 3.5, 0.25
# A part this much smaller than a digit joins a row, but does not say where the row runs.
GUIDES = 0.5
# Guides smaller than this that all hang right under a row, or over it, are its commas and no row.
HIGH_GUIDE = 0.65
# The share of the smaller height by which a part must overlap the row it joins.
LEAST_OVERLAP = 0.45
# How many of a row's last parts say where it runs.
RECENT = 4
# Of two rows that a part overlaps alike it joins the nearer: each digit's height between costs so much, up to so many.
FAR_COST, FAR = 0.03, 12.0
# The share of the smaller height by which rows overlap of which one goes on behind the other; more rows are noise.
LEAST_JOINED, MOST_TRACKS = 0.6, 500
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


@dataclass
class _Track:
    members: list[int]
    tops: list[float]
    bottoms: list[float]

    def add(self, i: int, top: float, bottom: float) -> None:
        self.members.append(i)
        self.tops.append(top)
        self.bottoms.append(bottom)

    @property
    def band(self) -> tuple[float, float]:
        """Where it runs at its end: from top to bottom."""
        return statistics.median(self.tops[-RECENT:]), statistics.median(self.bottoms[-RECENT:])

    @property
    def course(self) -> tuple[float, float]:
        """Where all of it runs: from top to bottom."""
        return statistics.median(self.tops), statistics.median(self.bottoms)

    def followed_by(self, other: _Track) -> _Track:
        return _Track(self.members + other.members, self.tops + other.tops, self.bottoms + other.bottoms)


def find_rows(parts: Parts) -> tuple[list[Row], list[int]]:
    """Return rows from top to bottom, and the indices of the parts in none of them."""
    height = digit_height(parts)
    if height < 4:
        return [], list(range(len(parts)))
    is_digit_like = _digit_like(parts, height) & ~parts.is_block
    guides = np.flatnonzero(is_digit_like & (_extent(parts) >= GUIDES * height))
    tracks = _without_hanging(parts, _join(parts, _follow(parts, guides, height)), height)
    guides = np.array([i for track in tracks for i in track.members], np.int64)
    is_small = is_digit_like | (_small(parts, height) & ~parts.is_block)
    is_small[guides] = False
    small = np.flatnonzero(is_small)
    left = _attach(parts, tracks, small, height)
    taken = {i for track in tracks for i in track.members} | set(left)
    left += [i for i in range(len(parts)) if i not in taken]
    rows = [_row(parts, track) for track in tracks]
    return sorted(rows, key=lambda row: row_middle(parts, row)), left


def row_middle(parts: Parts, row: Row) -> float:
    """Return where a row stands on the page, in pixels from the top."""
    return median(_middles(parts)[row.parts])


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


def _middles(parts: Parts) -> IntArray:
    return np.asarray(parts.boxes[:, 1] + parts.boxes[:, 3] // 2)


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


def _small(parts: Parts, height: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray((_extent(parts) < SMALLEST * height) & (parts.areas >= 4))


def _follow(parts: Parts, guides: IntArray, height: float) -> list[_Track]:
    """Walk over the guides from left to right; each joins the row it overlaps most, or begins one."""
    tracks: list[_Track] = []
    # Of each track the band at its end, and the rightmost column.
    bands, ends = np.empty((len(guides), 2)), np.empty(len(guides))
    for i in guides[np.argsort(parts.boxes[guides, 0] + parts.boxes[guides, 2] / 2)].tolist():
        x, y, width, part_height = map(float, parts.boxes[i])
        shares = _overlaps(bands[: len(tracks)], y, y + part_height)
        away = np.clip((x - ends[: len(tracks)]) / height, 0, FAR)
        scores = np.where(shares >= LEAST_OVERLAP, shares - FAR_COST * away, -np.inf)
        best = int(scores.argmax()) if tracks else 0
        if not tracks or np.isinf(scores[best]):
            best = len(tracks)
            tracks.append(_Track([], [], []))
            ends[best] = x + width
        tracks[best].add(i, y, y + part_height)
        bands[best], ends[best] = tracks[best].band, max(ends[best], x + width)
    return tracks


def _join(parts: Parts, tracks: list[_Track]) -> list[_Track]:
    """Make one of two tracks where one goes on behind the other: what is written anew after a gap begins a bit lower.

    Each has to be what the other overlaps most of all that lies on that side, by the course of the whole.
    """
    if not 1 < len(tracks) <= MOST_TRACKS:
        return tracks
    sides = [_sides(parts, track) for track in tracks]
    starts, ends = (np.array(each, np.float64) for each in zip(*sides, strict=True))
    courses = np.array([track.course for track in tracks])
    shares = np.stack([_overlaps(courses, top, bottom) for top, bottom in courses])
    # Of row and column, the second lies behind the first.
    shares = np.where(starts > ends[:, np.newaxis], shares, 0)
    behind, before = shares.argmax(axis=1), shares.argmax(axis=0)
    joined = dict(enumerate(tracks))
    for i in np.argsort(-starts, kind="stable").tolist():  # from the right: what follows has been joined by then
        j = int(behind[i])
        if shares[i, j] >= LEAST_JOINED and before[j] == i:
            joined[i] = joined[i].followed_by(joined.pop(j))
    return list(joined.values())


def _sides(parts: Parts, track: _Track) -> tuple[float, float]:
    boxes = parts.boxes[track.members]
    return float(boxes[:, 0].min()), float((boxes[:, 0] + boxes[:, 2]).max())


def _overlaps(bands: npt.NDArray[np.float64], top: float, bottom: float) -> npt.NDArray[np.float64]:
    """Return the height shared with each band, (n, 2), over the smaller of the two heights."""
    shared = np.minimum(bands[:, 1], bottom) - np.maximum(bands[:, 0], top)
    return np.asarray(shared / np.maximum(1.0, np.minimum(bands[:, 1] - bands[:, 0], bottom - top)))


def _without_hanging(parts: Parts, tracks: list[_Track], height: float) -> list[_Track]:
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


def _distances(parts: Parts, tracks: list[_Track], height: float) -> Callable[[int], npt.NDArray[np.float64]]:
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


def _attach(parts: Parts, tracks: list[_Track], small: IntArray, height: float) -> list[int]:
    """Give each small part to the row of the guide it lies beside, and return those that lie beside none."""
    if not tracks:
        return [int(i) for i in small]
    owners = [track for track in tracks for _ in track.members]
    distances = _distances(parts, tracks, height)
    alone = []
    for i in small.tolist():
        away = distances(i)
        if np.isinf(away).all():
            alone.append(i)
        else:
            owners[int(away.argmin())].members.append(i)
    return alone


def _row(parts: Parts, track: _Track) -> Row:
    members = sorted(track.members, key=lambda i: float(parts.boxes[i, 0]) + parts.boxes[i, 2] / 2)
    heights = [bottom - top for top, bottom in zip(track.tops, track.bottoms, strict=True)]
    # Digits differ in height, and the taller ones say more about the writing than small zeros do.
    return Row(members, quantile(heights, 0.6))
