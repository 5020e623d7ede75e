"""Where digits are goes in; the lines that they stand in come out, from top to bottom, each from left to right.

Lines are found by walking from left to right and asking of each digit which line's last digits it stands beside; what
goes on behind a gap is joined then.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.quantiles import median
from digits.reading.result import FloatArray

# The share of the smaller height by which a digit must overlap the line it joins; so many times as high as the highest
# of its last digits, or as low as the lowest, it is of another line.
LEAST_OVERLAP, UNLIKE = 0.45, 3.0
# How many of a line's last digits say where it runs.
RECENT = 4
# Of two lines that a digit overlaps alike it joins the nearer: each digit's height between costs so much, up to so
# many.
FAR_COST, FAR = 0.03, 12.0
# A line may go on so much higher or lower behind a gap, in heights of its digits; more lines are noise.
MOST_OFF, MOST_TRACKS = 1.0, 500

Bands = npt.NDArray[np.float64]


@dataclass
class Track:
    """Digits left to right, ``members``, and where each begins and ends on the page, from top to bottom."""

    members: list[int]
    tops: list[float]
    bottoms: list[float]

    def add(self, i: int, top: float, bottom: float) -> None:
        self.members.append(i)
        self.tops.append(top)
        self.bottoms.append(bottom)

    def band(self, some: slice) -> tuple[float, float]:
        """Where ``some`` of it run: from top to bottom."""
        return statistics.median(self.tops[some]), statistics.median(self.bottoms[some])

    def followed_by(self, other: Track) -> Track:
        return Track(self.members + other.members, self.tops + other.tops, self.bottoms + other.bottoms)


HEAD, END, WHOLE = slice(RECENT), slice(-RECENT, None), slice(None)


def find_lines(boxes: FloatArray, *, with_pieces: bool = True) -> list[list[int]]:
    """Return for each line the numbers of its digits, left to right.

    Args:
        boxes: of digits on a page that stands upright and level, float32 (n, 4): left, top, right, bottom.
        with_pieces: whether what is small and alone in a line of others is a line, and not left out as a piece of one.
    """
    tracks = _follow(boxes)
    tracks = _join(boxes, tracks if with_pieces else _without_pieces(boxes, tracks))
    lines = [sorted(track.members, key=lambda i: float(boxes[i, 0] + boxes[i, 2])) for track in tracks]
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    return sorted(lines, key=lambda line: (median(middles[line]), float(boxes[line[0], 0])))


def _follow(boxes: FloatArray) -> list[Track]:
    """Walk over the digits from left to right; each joins the line it overlaps most, or begins one."""
    tracks: list[Track] = []
    # Of each track the band at its end, and the rightmost column.
    bands, ends = np.empty((len(boxes), 2)), np.empty(len(boxes))
    heights = np.empty((len(boxes), 2))  # the least and the most
    for i in np.argsort(boxes[:, 0] + boxes[:, 2]).tolist():
        left, top, right, bottom = map(float, boxes[i])
        known = bands[: len(tracks)]
        away = np.clip((left - ends[: len(tracks)]) / max(1.0, bottom - top), 0, FAR)
        shares = _overlaps(known, top, bottom)
        low, high = heights[: len(tracks)].T
        is_alike = (bottom - top <= UNLIKE * high) & (bottom - top >= low / UNLIKE)
        scores = np.where((shares >= LEAST_OVERLAP) & is_alike, shares - FAR_COST * away, -np.inf)
        best = int(scores.argmax()) if tracks else 0
        if not tracks or np.isinf(scores[best]):
            best = len(tracks)
            tracks.append(Track([], [], []))
            ends[best] = right
        tracks[best].add(i, top, bottom)
        bands[best], ends[best] = tracks[best].band(END), max(ends[best], right)
        recent = np.subtract(tracks[best].bottoms[END], tracks[best].tops[END])
        heights[best] = recent.min(), recent.max()
    return tracks


def _without_pieces(boxes: FloatArray, tracks: list[Track]) -> list[Track]:
    """Leave out what is small and alone in a line of others: a piece of one of them."""
    bounds = np.array(
        [[*track.band(WHOLE), boxes[track.members, 0].min(), boxes[track.members, 2].max()] for track in tracks]
    )
    kept = []
    for track in tracks:
        left, top, right, bottom = boxes[track.members[0]].tolist()
        heights = bounds[:, 1] - bounds[:, 0]
        is_in = _overlaps(bounds[:, :2], top, bottom) >= LEAST_OVERLAP
        is_in &= (
            (heights > UNLIKE * (bottom - top)) & (bounds[:, 2] - heights < right) & (bounds[:, 3] + heights > left)
        )
        if len(track.members) > 1 or not is_in.any():
            kept.append(track)
    return kept


def _join(boxes: FloatArray, tracks: list[Track]) -> list[Track]:
    """Make one of two tracks where one goes on behind the other: what is written anew after a gap begins a bit lower.

    Of all tracks on that side, each has to be the one that faces the other most levelly.
    """
    if not 1 < len(tracks) <= MOST_TRACKS:
        return tracks
    starts = np.array([boxes[track.members, 0].min() for track in tracks])
    ends = np.array([boxes[track.members, 2].max() for track in tracks])
    heights = np.array([median(np.subtract(track.bottoms, track.tops)) for track in tracks])
    heads, tails = (np.array([sum(track.band(some)) / 2 for track in tracks]) for some in (HEAD, END))
    # Of row and column, the second lies behind the first.
    off = np.abs(tails[:, np.newaxis] - heads) / np.maximum(heights[:, np.newaxis], heights)
    off = np.where((starts > ends[:, np.newaxis]) & (off <= MOST_OFF), off, np.inf)
    behind, before = off.argmin(axis=1), off.argmin(axis=0)
    joined = dict(enumerate(tracks))
    for i in np.argsort(-starts, kind="stable").tolist():  # from the right: what follows has been joined by then
        j = int(behind[i])
        if np.isfinite(off[i, j]) and before[j] == i:
            joined[i] = joined[i].followed_by(joined.pop(j))
    return list(joined.values())


def _overlaps(bands: Bands, top: float, bottom: float) -> Bands:
    """Return the height shared with each band, (n, 2), over the smaller of the two heights."""
    shared = np.minimum(bands[:, 1], bottom) - np.maximum(bands[:, 0], top)
    return np.asarray(shared / np.maximum(1.0, np.minimum(bands[:, 1] - bands[:, 0], bottom - top)))
