"""A part of a row goes in; which mark it is by its shape comes out: a dot, a comma, a dash.

What is a digit is decided elsewhere.
"""

from __future__ import annotations

import numpy as np

from digits.reading.ink.connected_components import Parts
from digits.reading.quantiles import median
from digits.reading.spotting.rows import Row

# Shares of the row's digit height. A point of the pen is as wide as its strokes: what is less is a speck.
SPECK, DOT, DASH_HEIGHT, COMMA = 0.14, 0.3, 0.36, 0.5
# A dot is at most so many times as high as wide, and no way thinner than so much of a stroke.
TALLEST_DOT, THIN = 1.75, 0.8
# A comma that hangs below the row's bottom by the first may be as long as the second.
HANGS, LONGEST_COMMA = 0.2, 0.65
# A dash may rise: then it is higher than a level one, but still a straight stroke. No mark is higher.
LOW_DASH, DASH_SLENDERNESS, STEEPEST_DASH_DEG = 0.55, 2.6, 40
# So many parts tell where the bottom of a row is.
NEIGHBOURS = 9


def mark_kind(parts: Parts, i: int, row: Row, size: float) -> str:
    """Say which mark the part is by its size, shape and place: speck, dot, dash, comma or other.

    Args:
        size: the height of a digit of the row, in pixels.
    """
    x, y, width, height = map(int, parts.boxes[i])
    stroke = parts.stroke_px
    longest = max(width, height)
    filled = float(parts.areas[i]) / (width * height)
    is_thin = longest < stroke or min(width, height) < THIN * stroke
    if (longest <= SPECK * size and is_thin) or parts.areas[i] < 0.35 * stroke * stroke:
        return "speck"
    if height > LONGEST_COMMA * size:
        return "other"
    bottom = _bottom_near(parts, row, x + width / 2)
    is_hanging = y + height >= bottom + HANGS * size and y >= bottom - (LONGEST_COMMA - HANGS) * size
    if height > LOW_DASH * size and not is_hanging:
        return "other"
    under, over = _neighbourhood(parts, i, row, size)
    # A dot is as wide as it is high and solid; a small zero has a hole in it.
    is_solid = height <= TALLEST_DOT * width and filled >= 0.5
    if is_solid and longest <= min(0.45 * size, max(DOT * size, 1.6 * stroke)) and not (under or over):
        return "dot"
    if height <= DASH_HEIGHT * size and width >= 1.5 * height and width <= 1.6 * size and not (under or over):
        return "dash"
    if height <= LOW_DASH * size and not (under or over) and _is_flat_stroke(parts, i):
        return "dash"
    low = y + height / 2 > bottom - 0.22 * size
    is_short = height <= COMMA * size or is_hanging
    if is_short and width <= 0.4 * size and low and filled >= 0.3 and not over:
        return "comma"
    return "other"


def _bottom_near(parts: Parts, row: Row, x: float) -> float:
    """Return where the row's parts nearest to a column end at the bottom."""
    left, top, widths, heights = parts.boxes[row.parts].T
    near = np.argsort(np.abs(left + widths / 2 - x), kind="stable")[:NEIGHBOURS]
    return median((top + heights)[near])


def _is_flat_stroke(parts: Parts, i: int) -> bool:
    """Tell whether the part is a straight stroke closer to level than to upright (by its second moments)."""
    rows, columns = np.nonzero(parts.mask(i))
    # A pixel is no point but a square, of variance 1/12.
    values, vectors = np.linalg.eigh(np.cov(np.stack([columns, rows]).astype(np.float64)) + np.eye(2) / 12)
    slenderness = float(np.sqrt(values[1] / values[0]))
    return slenderness >= DASH_SLENDERNESS and abs(float(vectors[1, 1])) < np.sin(np.radians(STEEPEST_DASH_DEG))


def _neighbourhood(parts: Parts, i: int, row: Row, size: float) -> tuple[bool, bool]:
    """Tell whether a larger part lies close under it, as the 5 under its bar, or close over it."""
    x, y, width, height = map(int, parts.boxes[i])
    left, top, widths, heights = parts.boxes[[j for j in row.parts if j != i]].T
    shared = np.minimum(x + width, left + widths) - np.maximum(x, left)
    larger = (heights >= 1.5 * height) & (shared >= 0.4 * width)
    is_lower = top + heights / 2 > y + height / 2
    under = larger & is_lower & (top - (y + height) < 0.2 * size)
    over = larger & ~is_lower & (y - (top + heights) < 0.08 * size)
    return bool(under.any()), bool(over.any())
