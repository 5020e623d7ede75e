"""A part of a row that is no digit goes in; which mark it is comes out.

Nothing here decides what is a digit; spotter.py does.
"""

from __future__ import annotations

import numpy as np

from digits.reading.parts import Parts
from digits.reading.rows import Row

# Shares of the row's digit height.
SPECK, DOT, DASH_HEIGHT, COMMA = 0.14, 0.3, 0.36, 0.5
# A dash may rise: then it is higher than a level one, but still a straight stroke.
LOW_DASH, DASH_SLENDERNESS, STEEPEST_DASH_DEG = 0.55, 2.6, 40


def mark_kind(parts: Parts, i: int, row: Row) -> str:
    """Say which mark the part is by its size, shape and place: speck, dot, dash, comma or other."""
    bottom = float(np.median([parts.boxes[k, 1] + parts.boxes[k, 3] for k in row.parts]))
    _, y, width, height = map(int, parts.boxes[i])
    size, stroke = row.height_px, parts.stroke_px
    longest = max(width, height)
    filled = float(parts.areas[i]) / (width * height)
    if longest <= SPECK * size or parts.areas[i] < 0.35 * stroke * stroke:
        return "speck"
    under, over = _neighbourhood(parts, i, row)
    # A dot is as wide as it is high and solid; a small zero has a hole in it.
    if longest <= max(DOT * size, 1.6 * stroke) and longest <= 0.45 * size and filled >= 0.5 and not (under or over):
        return "dot"
    if height <= DASH_HEIGHT * size and width >= 1.5 * height and width <= 1.6 * size and not (under or over):
        return "dash"
    if height <= LOW_DASH * size and not (under or over) and _is_flat_stroke(parts, i):
        return "dash"
    low = y + height / 2 > bottom - 0.22 * size
    if height <= COMMA * size and width <= 0.4 * size and low and filled >= 0.3 and not over:
        return "comma"
    return "other"


def _is_flat_stroke(parts: Parts, i: int) -> bool:
    """Tell whether the part is a straight stroke closer to level than to upright (by its second moments)."""
    x, y, width, height = map(int, parts.boxes[i])
    rows, columns = np.nonzero(parts.labels[y : y + height, x : x + width] == parts.numbers[i])
    # A pixel is no point but a square, of variance 1/12.
    values, vectors = np.linalg.eigh(np.cov(np.stack([columns, rows]).astype(np.float64)) + np.eye(2) / 12)
    slenderness = float(np.sqrt(values[1] / values[0]))
    return slenderness >= DASH_SLENDERNESS and abs(float(vectors[1, 1])) < np.sin(np.radians(STEEPEST_DASH_DEG))


def _neighbourhood(parts: Parts, i: int, row: Row) -> tuple[bool, bool]:
    """Tell whether a larger part lies close under it, as the 5 under its bar, or close over it."""
    x, y, width, height = map(int, parts.boxes[i])
    left, top, widths, heights = parts.boxes[[j for j in row.parts if j != i]].T
    shared = np.minimum(x + width, left + widths) - np.maximum(x, left)
    larger = (heights >= 1.5 * height) & (shared >= 0.4 * width)
    is_lower = top + heights / 2 > y + height / 2
    under = larger & is_lower & (top - (y + height) < 0.2 * row.height_px)
    over = larger & ~is_lower & (y - (top + heights) < 0.08 * row.height_px)
    return bool(under.any()), bool(over.any())
