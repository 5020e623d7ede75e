"""Parts that may be digits go in; the tracks on which they stand come out: rows as they climb, sink, and go on.

They are found by walking from left to right and asking of each part which track's last parts it stands beside; what
goes on behind a gap is joined then. Which parts may be digits, and which small ones belong to a row, text_lines.py
knows.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.ink.connected_components import Parts
from digits.reading.result import IntArray

# The share of the smaller height by which a part must overlap the row it joins.
LEAST_OVERLAP = 0.45
# How many of a row's last parts say where it runs.
RECENT = 4
# Of two rows that a part overlaps alike it joins the nearer: each digit's height between costs so much, up to so many.
FAR_COST, FAR = 0.03, 12.0
# The share of the smaller height by which rows overlap of which one goes on behind the other, as a whole and where they
# face each other; more rows are noise.
LEAST_JOINED, LEAST_FACING, MOST_TRACKS = 0.6, 0.35, 500


@dataclass
class Track:
    """Parts left to right, ``members``, and where each begins and ends on the page, from top to bottom."""

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
    def head(self) -> tuple[float, float]:
        """Where it runs at its beginning: from top to bottom."""
        return statistics.median(self.tops[:RECENT]), statistics.median(self.bottoms[:RECENT])

    @property
    def course(self) -> tuple[float, float]:
        """Where all of it runs: from top to bottom."""
        return statistics.median(self.tops), statistics.median(self.bottoms)

    def followed_by(self, other: Track) -> Track:
        return Track(self.members + other.members, self.tops + other.tops, self.bottoms + other.bottoms)


def follow(parts: Parts, guides: IntArray, height: float) -> list[Track]:
    """Walk over the guides from left to right; each joins the row it overlaps most, or begins one."""
    tracks: list[Track] = []
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
            tracks.append(Track([], [], []))
            ends[best] = x + width
        tracks[best].add(i, y, y + part_height)
        bands[best], ends[best] = tracks[best].band, max(ends[best], x + width)
    return tracks


def join_tracks(parts: Parts, tracks: list[Track]) -> list[Track]:
    """Make one of two tracks where one goes on behind the other: what is written anew after a gap begins a bit lower.

    Each has to be what the other overlaps most of all that lies on that side, by the course of the whole; and where the
    one ends and the other begins they overlap a little, for on a page that climbs it may be the next row's course.
    """
    if not 1 < len(tracks) <= MOST_TRACKS:
        return tracks
    sides = [_sides(parts, track) for track in tracks]
    starts, ends = (np.array(each, np.float64) for each in zip(*sides, strict=True))
    courses = np.array([track.course for track in tracks])
    shares = np.stack([_overlaps(courses, top, bottom) for top, bottom in courses])
    heads = np.array([track.head for track in tracks])
    facing = np.stack([_overlaps(heads, *track.band) for track in tracks])
    # Of row and column, the second lies behind the first.
    shares = np.where((starts > ends[:, np.newaxis]) & (facing >= LEAST_FACING), shares, 0)
    behind, before = shares.argmax(axis=1), shares.argmax(axis=0)
    joined = dict(enumerate(tracks))
    for i in np.argsort(-starts, kind="stable").tolist():  # from the right: what follows has been joined by then
        j = int(behind[i])
        if shares[i, j] >= LEAST_JOINED and before[j] == i:
            joined[i] = joined[i].followed_by(joined.pop(j))
    return list(joined.values())


def _sides(parts: Parts, track: Track) -> tuple[float, float]:
    boxes = parts.boxes[track.members]
    return float(boxes[:, 0].min()), float((boxes[:, 0] + boxes[:, 2]).max())


def _overlaps(bands: npt.NDArray[np.float64], top: float, bottom: float) -> npt.NDArray[np.float64]:
    """Return the height shared with each band, (n, 2), over the smaller of the two heights."""
    shared = np.minimum(bands[:, 1], bottom) - np.maximum(bands[:, 0], top)
    return np.asarray(shared / np.maximum(1.0, np.minimum(bands[:, 1] - bands[:, 0], bottom - top)))
