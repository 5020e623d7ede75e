"""The ink of one digit goes in, the same digit written in parts comes out; and a 1 gets a long upstroke.

A digit whose stem stands off its ring, or whose bar stands off its body, is still one digit: a network that spots
digits has to see such digits. All ink is float32 in [0, 1] at twice a strip's size (compose.py).
"""

from __future__ import annotations

import numpy as np

from digits.reading.result import FloatArray
from digits.training.augmentation.strokes import Random
from digits.training.spotter.texture import draw_stroke

# So many places to part a digit are tried; the least ink is crossed at the best.
TRIES = 12
# Each part has at least this share of the ink, and the pen left the paper where it crossed at most this share of it.
LEAST_PART, MOST_CROSSED = 0.15, 0.12
# A part is moved off by so many pixels of the patch.
NEAREST, FARTHEST = 1.0, 3.0
FIRM = 0.3


def take_apart(patch: FloatArray, random: Random) -> FloatArray:
    """Return the digit in two parts, a little apart; unchanged if no straight cut leaves two large enough parts.

    So is one of faint ink alone.
    """
    if not (patch > FIRM).any():
        return patch
    y, x = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]].astype(np.float32)
    total, best = float(patch.sum()), None
    for _ in range(TRIES):
        angle = random.uniform(0, 2 * np.pi)
        along = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
        away = along - np.quantile(along[patch > FIRM], random.uniform(0.15, 0.85))
        share = float(patch[away > 0].sum()) / total
        crossed = float(patch[np.abs(away) < 1].sum()) / total
        if min(share, 1 - share) >= LEAST_PART and (best is None or crossed < best[0]):
            best = crossed, away > 0, angle
    if best is None or best[0] > MOST_CROSSED:
        return patch
    _, is_moved, angle = best
    far = random.uniform(NEAREST, FARTHEST)
    across, down = round(far * np.cos(angle)), round(far * np.sin(angle))
    parts = np.zeros((patch.shape[0] + abs(down), patch.shape[1] + abs(across)), np.float32)
    for ink, left, top in (
        (np.where(is_moved, 0, patch), max(0, -across), max(0, -down)),
        (np.where(is_moved, patch, 0), max(0, across), max(0, down)),
    ):
        place = parts[top : top + patch.shape[0], left : left + patch.shape[1]]
        np.maximum(place, ink, out=place)
    return parts


def add_upstroke(patch: FloatArray, random: Random) -> FloatArray:
    """Return a 1 with a long upstroke from the left, as in Europe: half as long as its stem, or down to the line."""
    height = patch.shape[0]
    firm = patch > FIRM
    pen = max(1.5, float(np.median(firm.sum(axis=1))))
    columns = np.flatnonzero(firm[: max(1, height // 10)].any(axis=0))
    if not len(columns) or pen > height / 3:
        return patch
    angle, down = np.deg2rad(random.uniform(38, 75)), height * random.uniform(0.4, 1.0)
    room = int(down / np.tan(angle)) + 2
    wide = np.pad(patch, ((0, 0), (room, 0)))
    top = np.array([float(columns.mean()) + room, pen / 2])
    start = np.array([top[0] - down / np.tan(angle), pen / 2 + down - pen])
    bend = (top + start) / 2 + random.normal(0, 0.05 * down, 2)
    draw_stroke(wide, [start, bend, top], pen * random.uniform(0.5, 1.0))
    columns = np.flatnonzero((wide > FIRM).any(axis=0))
    return wide[:, columns[0] :]
