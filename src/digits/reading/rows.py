"""Connected parts go in; rows of parts in reading order come out, and the parts that belong to no row.

Rows are found by walking from left to right and asking of each part which row's last parts it stands beside, so that a
row may climb or sink. Nothing here splits or joins parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from digits.reading.parts import Parts, digit_height
from digits.reading.result import IntArray

# In parts of the usual height of a digit: higher than the first, or lower and narrower than the second, is none.
TALLEST, SMALLEST = 3.5, 0.25
# A part this much smaller than a digit joins a row, but does not say where the row runs.
GUIDES = 0.5
# The share of the smaller height by which a part must overlap the row it joins.
LEAST_OVERLAP = 0.45
# How many of a row's last parts say where it runs.
RECENT = 4


@dataclass
class Row:
    """Indices of the parts of one row, left to right, and the height of its digits in pixels."""

    parts: list[int]
    height_px: float


@dataclass
class _Track:
    members: list[int]
    bands: list[tuple[float, float]] = field(default_factory=list)

    def band(self) -> tuple[float, float]:
        recent = self.bands[-RECENT:]
        return float(np.median([top for top, _ in recent])), float(np.median([bottom for _, bottom in recent]))


def find_rows(parts: Parts) -> tuple[list[Row], list[int]]:
    """Return rows from top to bottom, and the indices of the parts in none of them."""
    height = digit_height(parts)
    if height < 4:
        return [], list(range(len(parts)))
    is_digit_like = _digit_like(parts, height)
    guides = np.flatnonzero(is_digit_like & (_extent(parts) >= GUIDES * height))
    tracks = _follow(parts, guides)
    small = np.setdiff1d(np.flatnonzero(is_digit_like | _small(parts, height)), guides)
    left = _attach(parts, tracks, small, height)
    taken = {i for track in tracks for i in track.members} | set(left)
    left += [i for i in range(len(parts)) if i not in taken]
    rows = [_row(parts, track) for track in tracks]
    return sorted(rows, key=lambda row: float(np.median(_middles(parts)[row.parts]))), left


def _extent(parts: Parts) -> IntArray:
    return np.asarray(np.maximum(parts.boxes[:, 3], parts.boxes[:, 2] // 2))


def _middles(parts: Parts) -> IntArray:
    return np.asarray(parts.boxes[:, 1] + parts.boxes[:, 3] // 2)


def _digit_like(parts: Parts, height: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which parts may be digits by size alone; blots, frames and a sheet's edge along the border are not."""
    x, y, widths, heights = parts.boxes.T
    page_height, page_width = parts.labels.shape
    at_border = (x <= 1) | (y <= 1) | (x + widths >= page_width - 1) | (y + heights >= page_height - 1)
    is_sliver = at_border & (np.minimum(widths, heights) < 0.2 * height)
    is_big = (heights > TALLEST * height) & (parts.areas < 0.5 * widths * heights)
    return np.asarray((_extent(parts) >= SMALLEST * height) & (heights <= TALLEST * height) & ~is_sliver & ~is_big)


def _small(parts: Parts, height: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray((_extent(parts) < SMALLEST * height) & (parts.areas >= 4))


def _follow(parts: Parts, guides: IntArray) -> list[_Track]:
    """Walk over the guides from left to right; each joins the row it overlaps most, or begins one."""
    tracks: list[_Track] = []
    for i in guides[np.argsort(parts.boxes[guides, 0] + parts.boxes[guides, 2] / 2)].tolist():
        _, y, _, height = map(float, parts.boxes[i])
        shares = [_overlap(track.band(), y, y + height) for track in tracks]
        best = int(np.argmax(shares)) if shares else -1
        if best < 0 or shares[best] < LEAST_OVERLAP:
            tracks.append(_Track([i], [(y, y + height)]))
        else:
            tracks[best].members.append(i)
            tracks[best].bands.append((y, y + height))
    return tracks


def _overlap(band: tuple[float, float], top: float, bottom: float) -> float:
    """Return the shared height over the smaller of the two heights."""
    shared = min(band[1], bottom) - max(band[0], top)
    return shared / max(1.0, min(band[1] - band[0], bottom - top))


def _attach(parts: Parts, tracks: list[_Track], small: IntArray, height: float) -> list[int]:
    """Give each small part to the row it lies in, and return those that lie in none."""
    left = []
    for i in small.tolist():
        x, y, _, part_height = map(float, parts.boxes[i])
        best, distance = -1, 0.35 * height
        for t, track in enumerate(tracks):
            near = min(track.members, key=lambda m: abs(float(parts.boxes[m, 0]) + parts.boxes[m, 2] / 2 - x))
            if abs(float(parts.boxes[near, 0]) - x) > 4 * height:
                continue
            top, bottom = float(parts.boxes[near, 1]), float(parts.boxes[near, 1] + parts.boxes[near, 3])
            middle = y + part_height / 2
            away = max(top - middle, middle - bottom, 0.0)
            if away < distance:
                best, distance = t, away
        if best < 0:
            left.append(i)
        else:
            tracks[best].members.append(i)
    return left


def _row(parts: Parts, track: _Track) -> Row:
    members = sorted(track.members, key=lambda i: float(parts.boxes[i, 0]) + parts.boxes[i, 2] / 2)
    heights = np.sort([bottom - top for top, bottom in track.bands])
    # Digits differ in height, and the taller ones say more about the writing than small zeros do.
    return Row(members, float(np.quantile(heights, 0.6)))
