"""The ruled lines of a page go in; lines that complete them come out: over gaps, and along the open side of a table.

A table's line ends where it meets another. One that ends in the open is worn, or was not printed to its end, so it goes
on to the next line ahead. Where several level lines end in the open one below the other, the table's side was left out,
as typesetters do. A merged cell is no gap: the lines around it end at others. Lengths are in heights of a digit.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import ByteArray, FloatArray

# An end so near to a line across meets it; one in the open goes on to its own continuation, so far away at most, which
# may be so far off its course, a share of the way more; or to a line across, so far away at most.
MEETS, FARTHEST, OFF, SLANT, FARTHEST_ACROSS = 0.3, 3.0, 0.25, 0.03, 1.2
# Shorter lines are none: the stems of letters, and letters that stand close.
LEAST_ACROSS = 1.2
# More are the threads of a cloth or noise; they would take seconds.
MOST_LINES = 600
# Ends so far apart, sideways by so much a step down, are the open side of a table, if there are as many of them.
APART, ASIDE, LEAST_ENDS = 5.0, 0.5, 3

# The two ends of lines: float32 (n, 4): x and y of the first, of the last; the first is the left or the upper one.
Segments = FloatArray


def find_segments(lines: ByteArray) -> Segments:
    """Return the segments of level lines, uint8 (height, width), 1 where a line is."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    segments = []
    for number, (x, y, wide, high, _) in enumerate(stats.tolist()):
        if number:
            own = labels[y : y + high, x : x + wide] == number
            span = max(1, min(wide // 4, 3 * high))
            first, last = own[:, :span], own[:, -span:]
            rows = np.arange(high)
            ends = [float(rows @ part.sum(axis=1) / max(1, part.sum())) for part in (first, last)]
            segments.append((x, y + ends[0], x + wide - 1, y + ends[1]))
    return np.array(segments, np.float32).reshape(-1, 4)


def complete(level: Segments, upright: Segments, digit_px: float) -> Segments:
    """Return what is missing of the lines, float32 (n, 4).

    Args:
        level: of level lines, their left end first.
        upright: of upright lines, their upper end first.
        digit_px: how high a digit is.
    """
    level, upright = _longer(level, LEAST_ACROSS * digit_px), _longer(upright, LEAST_ACROSS * digit_px)
    if len(level) + len(upright) > MOST_LINES:
        return np.zeros((0, 4), np.float32)
    is_met = _met(level, upright, digit_px)
    meets = _met(swapped(upright), swapped(level), digit_px)
    level, upright = level[is_met.any(axis=1)], upright[meets.any(axis=1)]
    added = [
        *_continued(level, upright, digit_px),
        *swapped(np.array(_continued(swapped(upright), swapped(level), digit_px), np.float32).reshape(-1, 4)),
    ]
    known = np.array([*level, *added], np.float32).reshape(-1, 4)
    for side in (0, 1):
        added += _sides(known, upright, side, digit_px)
    return np.array(added, np.float32).reshape(-1, 4)


def _longer(segments: Segments, least: float) -> Segments:
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    return np.asarray(segments[lengths >= least], np.float32)


def swapped(segments: Segments) -> Segments:
    """Return segments with x and y exchanged."""
    return segments[:, [1, 0, 3, 2]]


def _continued(lines: Segments, across: Segments, digit_px: float) -> list[FloatArray]:
    """Return what goes on where a level line ends in the open."""
    added = []
    for number, line in enumerate(lines):
        for is_last in (False, True):
            end, other = (line[2:], line[:2]) if is_last else (line[:2], line[2:])
            if _meets(end, across, digit_px):
                continue
            ahead = (end - other) / max(float(np.hypot(*(end - other))), 1.0)
            others = np.delete(lines, number, axis=0)
            targets = [*_own_ahead(end, ahead, others, is_last, digit_px), *_across_ahead(end, ahead, across, digit_px)]
            if targets:
                nearest = min(targets, key=lambda target: float(np.hypot(*(target - end))))
                added.append(np.concatenate([nearest, end] if not is_last else [end, nearest]))
    return added


def _meets(point: FloatArray, lines: Segments, digit_px: float) -> bool:
    return bool(len(lines)) and float(_distances(point, lines).min()) <= MEETS * digit_px


def _distances(point: FloatArray, lines: Segments) -> npt.NDArray[np.float64]:
    """Return how far a point is from each of ``lines``."""
    first, along = lines[:, :2].astype(np.float64), (lines[:, 2:] - lines[:, :2]).astype(np.float64)
    share = ((point - first) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1)
    return np.asarray(np.hypot(*(first + np.clip(share, 0, 1)[:, None] * along - point).T), np.float64)


def _own_ahead(end: FloatArray, ahead: FloatArray, lines: Segments, is_last: bool, digit_px: float) -> list[FloatArray]:
    """Return the near ends of lines that lie ahead on the same course."""
    near = lines[:, :2] if is_last else lines[:, 2:]
    away = near - end
    along, off = away @ ahead, np.abs(away @ np.array([-ahead[1], ahead[0]]))
    is_own = (along > 0) & (along < FARTHEST * digit_px) & (off < OFF * digit_px + SLANT * along)
    return list(near[is_own])


def _across_ahead(end: FloatArray, ahead: FloatArray, across: Segments, digit_px: float) -> list[FloatArray]:
    """Return where the lines across are met ahead."""
    (away_x, away_y), (wide, high) = (across[:, :2] - end).T, (across[:, 2:] - across[:, :2]).T
    length = np.maximum(np.hypot(wide, high), 1)
    turn = ahead[0] * high - ahead[1] * wide
    is_across = np.abs(turn) > 0.5 * length
    turn = np.where(is_across, turn, 1)
    along, share = (away_x * high - away_y * wide) / turn, (away_x * ahead[1] - away_y * ahead[0]) / turn
    slack = MEETS * digit_px / length
    is_met = is_across & (along > 0) & (along < FARTHEST_ACROSS * digit_px) & (share >= -slack) & (share <= 1 + slack)
    return list(np.asarray(end + along[is_met, None] * ahead, np.float32))


def _met(lines: Segments, across: Segments, digit_px: float) -> npt.NDArray[np.bool_]:
    """Return bool (n, m): which level lines meet which lines across. Those of ruled paper meet none."""
    slack = MEETS * digit_px
    x, top, bottom = (across[:, 0] + across[:, 2]) / 2, across[:, 1] - slack, across[:, 3] + slack
    x0, y0, x1, y1 = (lines[:, i, None] for i in range(4))
    y = y0 + np.clip((x - x0) / np.maximum(x1 - x0, 1), 0, 1) * (y1 - y0)
    return np.asarray((x > x0 - slack) & (x < x1 + slack) & (y > top) & (y < bottom), bool)


def _sides(level: Segments, upright: Segments, side: int, digit_px: float) -> list[FloatArray]:
    """Return what closes a table at its left (0) or right (1) side: from end to end of level lines in the open.

    Two ends are joined where the same upright line meets both lines: between them there are cells.
    """
    met, ends = _met(level, upright, digit_px), level[:, 2 * side : 2 * side + 2]
    own = [number for number, end in enumerate(ends) if not _meets(end, upright, digit_px)]
    groups: list[list[int]] = []
    for number in sorted(own, key=lambda number: float(ends[number, 1])):
        fitting = [group for group in groups if _follows(ends[number], ends[group[-1]], digit_px)]
        if fitting:
            min(fitting, key=lambda group: abs(float(ends[number, 0] - ends[group[-1], 0]))).append(number)
        else:
            groups.append([number])
    return [
        np.concatenate([ends[one], ends[other]])
        for group in groups
        if len(group) >= LEAST_ENDS
        for one, other in pairwise(group)
        if (met[one] & met[other]).any()
    ]


def _follows(end: FloatArray, before: FloatArray, digit_px: float) -> bool:
    """Tell whether an end stands below another."""
    aside, down = np.abs(end[0] - before[0]), end[1] - before[1]
    return bool(MEETS * digit_px < down < APART * digit_px and aside < ASIDE * digit_px)
