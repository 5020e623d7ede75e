"""The ink of several touching digits goes in; the pieces between the cheapest cuts come out.

A cut is a path from the top edge to the bottom edge that crosses as little ink as it can (dynamic programming, one
column sideways per row at most), so that it winds between digits that overlap. Nothing here decides which cuts are
right.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import FloatArray, IntArray

# Cuts are searched at this height: enough to pass between strokes, and the time does not grow with the resolution.
SEARCH_HEIGHT_PX = 32
# What a step over paper costs, and what a step sideways adds: straight cuts win over winding ones of equal ink.
PAPER_COST, SIDEWAYS_COST = 0.02, 0.04
# A cut through more than this many strokes' thickness of ink is not worth asking the network about.
MOST_STROKES = 2.6
# A piece has at least this share of the ink of a 1, which is as high as a digit and as thick as a stroke.
LEAST_PIECE = 0.3


def cut(ink: FloatArray, *, height_px: float, stroke_px: float, most: int) -> list[tuple[FloatArray, float]]:
    """Return the pieces of ``ink`` from left to right, each with the ink its right cut crosses, in strokes.

    Args:
        ink: float32 (height, width) in [0, 1] of one connected part.
        height_px: the height of a digit in this row.
        stroke_px: the thickness of a stroke.
        most: how many cuts to return at most.

    Returns:
        pieces of the same shape as ``ink``, zero elsewhere; the last one's cost is 0.
    """
    scale = min(1.0, SEARCH_HEIGHT_PX / ink.shape[0])
    size = max(3, round(ink.shape[1] * scale)), max(3, round(ink.shape[0] * scale))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA) if scale < 1 else ink
    costs, columns = _seams(np.asarray(small, np.float32))
    strokes = costs / max(1.0, stroke_px * scale)
    least = LEAST_PIECE * height_px * stroke_px * scale * scale
    chosen = _choose(strokes, _ink_left_of(np.asarray(small, np.float32), columns), least, most)
    cuts = [cv2.resize(columns[:, i].astype(np.float32)[:, None], (1, ink.shape[0]))[:, 0] / scale for i in chosen]
    places = np.arange(ink.shape[1])[None, :]
    edges = [np.zeros((ink.shape[0], 1)), *(c[:, None] for c in cuts), np.full((ink.shape[0], 1), ink.shape[1] + 1.0)]
    pieces = []
    for k in range(len(edges) - 1):
        inside = (places >= edges[k]) & (places < edges[k + 1])
        pieces.append(
            (np.where(inside, ink, 0).astype(np.float32), float(strokes[chosen[k]]) if k < len(chosen) else 0.0)
        )
    return pieces


def _seams(ink: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return for each column the cost of the cheapest seam through its middle row, and each seam's columns.

    Returns:
        costs float32 (width,), in pixels of ink crossed; columns int64 (height, width).
    """
    height, width = ink.shape
    middle = height // 2
    price = ink + np.float32(PAPER_COST)
    columns = np.empty((height, width), np.int64)
    columns[middle] = np.arange(width)
    total = price[middle].copy()
    for rows in (range(middle), range(height - 1, middle, -1)):
        cost, steps = _sweep(price, rows)
        total += cost
        place = np.arange(width)
        for row, step in zip(reversed(rows), reversed(steps), strict=True):
            place = place + step[place]
            columns[row] = place
    return total, columns


def _sweep(price: FloatArray, rows: range) -> tuple[FloatArray, list[IntArray]]:
    """Accumulate costs over ``rows`` towards the middle; the last step leads to the middle row itself."""
    width = price.shape[1]
    cost = np.zeros(width, np.float32)
    steps: list[IntArray] = []
    for row in rows:
        here = cost + price[row]
        padded = np.pad(here, 1, constant_values=np.float32(1e6))
        options = np.stack([padded[1:-1], padded[:-2] + SIDEWAYS_COST, padded[2:] + SIDEWAYS_COST])
        best = options.argmin(axis=0)
        steps.append(np.array([0, -1, 1])[best])
        cost = options[best, np.arange(width)]
    return cost, steps


def _choose(strokes: FloatArray, left: FloatArray, least: float, most: int) -> list[int]:
    """Take the cheapest seams first, each with enough ink between it and those taken, and on both ends; in order.

    Args:
        left: float32 (width,), the ink to the left of each seam.
        least: the ink that makes a piece.
    """
    chosen: list[int] = []
    ends = [0.0, float(left[-1])]
    for i in np.argsort(strokes, kind="stable").tolist():
        if len(chosen) == most or strokes[i] > MOST_STROKES:
            break
        if all(abs(float(left[i]) - other) >= least for other in ends):
            chosen.append(i)
            ends.append(float(left[i]))
    return sorted(chosen, key=lambda i: float(left[i]))


def _ink_left_of(ink: FloatArray, columns: IntArray) -> FloatArray:
    """Return the ink to the left of each seam, and behind them the whole ink: float32 (width + 1,)."""
    sums = np.cumsum(ink, axis=1) - ink
    left = np.take_along_axis(sums, columns, axis=1).sum(axis=0)
    return np.append(left, ink.sum()).astype(np.float32)
