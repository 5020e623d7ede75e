"""Boxes go in, how they overlap and which of them hold the same digit comes out. Nothing here knows ink or networks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from digits.reading.result import Box, FloatArray, IntArray

# A box is part of another that holds this share of it: so two rows see the same digit.
SAME = 0.5
# One row sees a digit twice where two boxes share this much of what they cover together; a slim 1 in the box of a
# slanted neighbour shares less.
ALIKE = 0.3
# So many boxes are compared with the others at a time.
BOXES_AT_ONCE = 500

Answers = npt.NDArray[np.bool_]


def as_places(boxes: Sequence[Box]) -> IntArray:
    """Return int64 (n, 4): left, top, width, height."""
    return np.array([[box.x, box.y, box.width, box.height] for box in boxes], np.int64).reshape(-1, 4)


def as_edges(boxes: Sequence[Box]) -> FloatArray:
    """Return float32 (n, 4): left, top, right and bottom, where the middle of a picture's first pixel is at 0."""
    places = as_places(boxes).astype(np.float32)
    return np.concatenate([places[:, :2] - 0.5, places[:, :2] + places[:, 2:] - 0.5], axis=1)


def as_box(edges: FloatArray, factor: int = 1) -> Box:
    """Return the box of edges, float32 (4,), in pixels ``factor`` times as coarse."""
    left, top, right, bottom = (float(edge) / factor for edge in edges)
    x, y = max(0, round(left)), max(0, round(top))
    return Box(x, y, max(1, round(right) - x), max(1, round(bottom) - y))


def around(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds ``boxes``, of which there is at least one."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def is_part(one: IntArray, other: IntArray) -> Answers:
    """Tell where a box is part of another; int64 (..., 4) each, as numpy broadcasts them."""
    return np.asarray(shared_area(one, other) >= SAME * area_of(one))


def is_alike(one: IntArray, other: IntArray) -> Answers:
    """Tell where two boxes hold the same digit, seen twice; int64 (..., 4) each, as numpy broadcasts them."""
    shared = shared_area(one, other)
    return np.asarray(shared >= ALIKE * (area_of(one) + area_of(other) - shared))


def shared_share(one: IntArray, other: IntArray) -> npt.NDArray[np.float64]:
    """Return what two boxes share, of the smaller one, 0-1; int64 (..., 4) each, as numpy broadcasts them."""
    smaller = np.minimum(area_of(one), area_of(other))
    return np.asarray(shared_area(one, other) / np.maximum(1, smaller), np.float64)


def find_same(boxes: Sequence[Box], rows: IntArray) -> list[tuple[int, int]]:
    """Return pairs of boxes that hold the same digit: a later one, in order, and an earlier one."""
    places = as_places(boxes)
    tops, heights = places[:, 1], places[:, 3]
    # Only boxes that begin at most a box's height higher can reach down to one.
    order = np.argsort(tops, kind="stable")
    first = np.searchsorted(tops[order], tops - heights.max(initial=0))
    counts = np.searchsorted(tops[order], tops + heights) - first
    pairs: list[tuple[int, int]] = []
    for some in np.array_split(np.arange(len(places)), 1 + len(places) // BOXES_AT_ONCE):
        ends = np.cumsum(counts[some])
        later = np.repeat(some, counts[some])
        earlier = order[np.arange(len(later)) + np.repeat(first[some] - ends + counts[some], counts[some])]
        later, earlier = later[earlier < later], earlier[earlier < later]
        one, two = places[later], places[earlier]
        either = is_part(one, two) | is_part(two, one)
        is_same = np.where(rows[later] == rows[earlier], is_alike(one, two), either)
        pairs += zip(later[is_same].tolist(), earlier[is_same].tolist(), strict=True)
    return pairs


def shared_area(one: IntArray, other: IntArray) -> IntArray:
    """Return what two boxes share, in pixels; int64 (..., 4) each, as numpy broadcasts them."""
    ends = np.minimum(one[..., :2] + one[..., 2:], other[..., :2] + other[..., 2:])
    return np.asarray(np.prod(np.maximum(ends - np.maximum(one[..., :2], other[..., :2]), 0), axis=-1))


def area_of(places: IntArray) -> IntArray:
    """Return the areas of boxes, int64 (..., 4), in pixels."""
    return np.asarray(np.prod(places[..., 2:], axis=-1))


def enlarge_box(box: Box, factor: int) -> Box:
    """Return the box in pixels of the picture before it was made coarser."""
    return Box(box.x * factor, box.y * factor, box.width * factor, box.height * factor)
