"""Connected parts go in; those drawn around others come out: rings around numbers, boxes drawn by hand.

A ring would be read as a 0, and what is in it would be too low beside it.
"""

from __future__ import annotations

import numpy as np

from digits.reading.ink.connected_components import Parts
from digits.reading.result import IntArray

# A ring is at least so wide and high, and has ink on at most this share of its box.
LEAST_RING_PX, MOST_INK = 20, 0.35
# Next to all of its ink lies outside so much of the ellipse in its box; a 6 has some within.
OUTER, LEAST_OUTER = 0.7, 0.9
# What it goes around is so high beside it. A slim stroke, so much higher than wide, may be a 0's slash unless it is
# lower than the third of these; what is not slim, fills so much of its box and is so short beside it is a 0's dot.
LOWEST, HIGHEST, HIGHEST_SLIM, SLIM, FULL, DOT = 0.22, 0.8, 0.5, 2.5, 0.6, 0.35
# A stroke that leans to the right so far, its width beside its height, is a slash too; so broad beside its length.
LEANING, STROKE = 0.8, 0.25
# Of the directions from the middle of what it goes around, this share reaches the ring, which need not be closed; and
# at most this share of the ring is in there.
DIRECTIONS, LEAST_AROUND, MOST_INSIDE = 36, 0.85, 0.03


def find_rings(parts: Parts) -> list[int]:
    """Return which parts are rings around others."""
    x, _, widths, heights = parts.boxes.T
    is_large = np.minimum(widths, heights) >= LEAST_RING_PX
    order = np.argsort(x, kind="stable")
    starts = x[order]
    rings = []
    for i in np.flatnonzero(is_large & (parts.areas <= MOST_INK * widths * heights)).tolist():
        first, last = np.searchsorted(starts, [x[i] + 1, x[i] + widths[i]])
        inside = _digits_inside(parts, i, order[first:last])
        if len(inside) and _is_around(parts, i, parts.boxes[inside]):
            rings.append(i)
    return rings


def _digits_inside(parts: Parts, i: int, others: IntArray) -> IntArray:
    """Return which of ``others`` lie in the box of part ``i`` and may be digits there."""
    _, top, _, height = parts.boxes[i]
    right, bottom = (parts.boxes[i, :2] + parts.boxes[i, 2:]).tolist()
    x, y, widths, heights = parts.boxes[others].T
    is_inside = (x + widths < right) & (y > top) & (y + heights < bottom)
    is_slim = heights > SLIM * widths
    is_high = (heights >= LOWEST * height) & (heights <= np.where(is_slim, HIGHEST_SLIM, HIGHEST) * height)
    is_full = parts.areas[others] >= FULL * widths * heights
    is_dot = ~is_slim & is_full & (np.maximum(widths, heights) <= DOT * height)
    found = others[is_inside & is_high & ~is_dot].tolist()
    return np.array([j for j in found if not _is_slanted_stroke(parts, j)], np.int64)


def _is_slanted_stroke(parts: Parts, i: int) -> bool:
    """Tell if part ``i`` is one straight stroke that leans as a 0's slash does, and more than a 1."""
    width, height = map(int, parts.boxes[i, 2:])
    if width < LEANING * height:
        return False
    rows, columns = np.nonzero(parts.mask(i))
    across, along = np.linalg.eigvalsh(np.cov(rows, columns))  # variances, the smaller first
    return bool(across < along * STROKE**2 and np.cov(rows, columns)[0, 1] < 0)


def _is_around(parts: Parts, i: int, inside: IntArray) -> bool:
    """Tell if part ``i`` has ink in nearly all directions from these boxes, int64 (n, 4), and next to none in them."""
    left, top = inside[:, :2].min(axis=0)
    right, bottom = (inside[:, :2] + inside[:, 2:]).max(axis=0)
    x, y, width, height = map(int, parts.boxes[i])
    rows, columns = np.nonzero(parts.mask(i))
    rows, columns = rows + y, columns + x
    is_in = (columns >= left) & (columns < right) & (rows >= top) & (rows < bottom)
    offsets = (columns - x - (width - 1) / 2) / (width / 2), (rows - y - (height - 1) / 2) / (height / 2)
    if is_in.mean() > MOST_INSIDE or (np.hypot(*offsets) >= OUTER).mean() < LEAST_OUTER:
        return False
    angles = np.arctan2(rows - (top + bottom) / 2, columns - (left + right) / 2)
    reached = set((np.floor((angles / (2 * np.pi) + 0.5) * DIRECTIONS).astype(np.int64) % DIRECTIONS).tolist())
    return len(reached) >= LEAST_AROUND * DIRECTIONS
