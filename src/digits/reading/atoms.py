"""A row of parts goes in; atoms come out: the smallest pieces of ink that may be digits or strokes of digits.

Parts that are surely no digit (dots, commas, dashes, specks) are set apart as marks. A wide part is cut where digits
may touch, too often on purpose: path.py chooses among the cuts.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from digits.reading.parts import Parts
from digits.reading.result import Box, FloatArray, Mark
from digits.reading.rows import Row
from digits.reading.seams import cut

# Shares of the row's digit height.
SPECK, DOT, DASH_HEIGHT, COMMA = 0.14, 0.3, 0.36, 0.5
# A dash may rise: then it is higher than a level one, but still a straight stroke.
LOW_DASH, DASH_SLENDERNESS, STEEPEST_DASH_DEG = 0.55, 2.6, 40
# A part wider than this share of the digit height may hold two digits.
LEAST_WIDE = 0.62
# Atoms with less ink than this share of their part are slivers of a cut.
LEAST_SLIVER = 0.03
# Cuts of a part as wide as a digit is high, and of any part.
CUTS_PER_HEIGHT, MOST_CUTS = 3.6, 32


@dataclass(frozen=True)
class Atom:
    """A piece of ink on the page.

    ``box`` is tight; ``ink`` float32 (height, width) in [0, 1] is what lies in it; ``part`` says which connected part
    it is of; ``cut`` is the ink crossed, in strokes, between it and the next atom of the same part.
    """

    box: Box
    ink: FloatArray
    part: int
    cut: float


def find_atoms(parts: Parts, row: Row, whole: AbstractSet[int] = frozenset()) -> tuple[list[Atom], list[Mark]]:
    """Return the row's atoms from left to right, and its marks; parts in ``whole`` are not cut."""
    bottom = float(np.median([parts.boxes[i, 1] + parts.boxes[i, 3] for i in row.parts]))
    marks, atoms = [], []
    for i in row.parts:
        kind = _mark_kind(parts, i, row, bottom)
        if kind:
            marks.append(Mark(kind, parts.box(i)))
        else:
            atoms += [_whole(parts, i)] if i in whole else _cut(parts, i, row.height_px)
    return sorted(atoms, key=lambda atom: atom.box.x + atom.box.width / 2), marks


def may_be_cut(parts: Parts, i: int, height_px: float) -> bool:
    """Tell whether a part is wide enough for two digits."""
    return int(parts.boxes[i, 2]) >= LEAST_WIDE * height_px


def _mark_kind(parts: Parts, i: int, row: Row, bottom: float) -> str | None:
    """Say which mark the part is by its size, shape and place, or None for what may be a digit."""
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
    return None


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


def _whole(parts: Parts, i: int) -> Atom:
    x, y, _, _ = map(int, parts.boxes[i])
    return _atom(parts.crop(i), x - 1, y - 1, i, 0.0)


def _cut(parts: Parts, i: int, height_px: float) -> list[Atom]:
    x, y, width, height = map(int, parts.boxes[i])
    most = min(MOST_CUTS, int(CUTS_PER_HEIGHT * width / max(1.0, min(height_px, 1.3 * height))))
    if not may_be_cut(parts, i, height_px) or most < 1:
        return [_whole(parts, i)]
    ink = parts.crop(i)
    pieces = cut(ink, height_px=height_px, stroke_px=parts.stroke_px, most=most)
    least = LEAST_SLIVER * float(ink.sum())
    atoms: list[Atom] = []
    carried = np.zeros_like(ink)
    for piece, strokes in pieces:
        carried = carried + piece
        if float(piece.sum()) < least and strokes:
            continue
        if float(carried.sum()) >= least:
            atoms.append(_atom(carried, x - 1, y - 1, i, strokes))
            carried = np.zeros_like(ink)
    return atoms


def _atom(ink: FloatArray, x: int, y: int, part: int, strokes: float) -> Atom:
    """Cut the empty border off."""
    rows, columns = np.flatnonzero((ink > 0).any(axis=1)), np.flatnonzero((ink > 0).any(axis=0))
    top, left, bottom, right = int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
    box = Box(x + left, y + top, right - left, bottom - top)
    return Atom(box, np.ascontiguousarray(ink[top:bottom, left:right]), part, strokes)
