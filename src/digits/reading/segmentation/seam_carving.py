"""The ink of several touching digits and where they stand go in; the piece of each digit comes out.

A cut is a path from the top edge to the bottom edge that crosses as little ink as it can (dynamic programming, one
column sideways per row at most), so that it winds between digits that overlap. Nothing here decides how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from digits.reading.result import FloatArray, IntArray

# Cuts are searched at this height: enough to pass between strokes, and the time does not grow with the resolution.
SEARCH_HEIGHT_PX = 32
# What a step over paper costs, and what a step sideways adds: straight cuts win over winding ones of equal ink.
PAPER_COST, SIDEWAYS_COST = 0.02, 0.04
# What a step costs for each column away from where the two boxes meet or overlap.
AWAY_COST = 0.25


def cut_between(ink: FloatArray, edges: Sequence[tuple[float, float]]) -> list[FloatArray]:
    """Return the pieces of ``ink`` from left to right, each of the shape of ``ink`` and zero elsewhere.

    Args:
        ink: float32 (height, width) in [0, 1] of one connected part.
        edges: the columns of the left and right edge of each digit's box, left to right.
    """
    scale = min(1.0, SEARCH_HEIGHT_PX / ink.shape[0])
    size = max(3, round(ink.shape[1] * scale)), max(3, round(ink.shape[0] * scale))
    small = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA) if scale < 1 else ink, np.float32)
    places = np.arange(ink.shape[1])[None, :]
    cuts = [np.zeros((ink.shape[0], 1))]
    for one, two in pairwise(edges):
        seam = _cheapest(small, [scale * column for column in (*one, *two)])
        full = cv2.resize(seam.astype(np.float32)[:, None], (1, ink.shape[0]))[:, 0] / scale
        cuts.append(np.maximum(full[:, None], cuts[-1]))
    cuts.append(np.full((ink.shape[0], 1), ink.shape[1] + 1.0))
    return [np.where((places >= left) & (places < right), ink, 0).astype(np.float32) for left, right in pairwise(cuts)]


def _cheapest(ink: FloatArray, columns: Sequence[float]) -> IntArray:
    """Return the columns int64 (height,) of the cheapest seam between two boxes: left, right, left, right."""
    first = min(max(round(min(columns)), 0), ink.shape[1] - 1)
    last = min(max(round(max(columns)) + 1, first + 1), ink.shape[1])
    across = np.arange(first, last)
    low, high = min(columns[1], columns[2]), max(columns[1], columns[2])
    away = np.maximum(np.maximum(low - across, across - high), 0).astype(np.float32)
    costs, seams = _seams(ink[:, first:last] + AWAY_COST * away)
    # Halfway down the seam is between the digits' middles; above and below a slanted stroke may lead it farther.
    is_between = (across >= (columns[0] + columns[1]) / 2) & (across <= (columns[2] + columns[3]) / 2)
    best = int(np.where(is_between, costs, np.inf).argmin()) if is_between.any() else int(costs.argmin())
    return np.asarray(first + seams[:, best])


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
