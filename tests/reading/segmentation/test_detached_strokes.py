"""A stroke that flies over a digit is its own where both together are a digit; any other stroke is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from digits.reading.ink.connected_components import Parts, find_parts
from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.segmentation.detached_strokes import adopt_strokes
from digits.reading.spotting.spotter import Sighting

HEIGHT_PX = 40
BODY, OTHER = Box(10, 20, 20, 40), Box(70, 20, 20, 40)


def believe(value: int, confidence: float) -> FloatArray:
    return np.array([confidence if k == value else (1 - confidence) / 9 for k in range(10)], np.float32)


def parts_with(*strokes: Box) -> Parts:
    """Return the parts of two digits and of strokes, all solid."""
    ink = np.zeros((80, 120), np.float32)
    for box in (BODY, OTHER, *strokes):
        ink[box.y : box.y + box.height, box.x : box.x + box.width] = 1
    return find_parts(ink)


def adopt(
    parts: Parts, confidence: float = 0.99, *, in_row: bool = False
) -> tuple[list[Sighting], list[int], list[int], list[ByteArray]]:
    """Return the digits, which parts they took, which are strokes, and what the network was shown."""
    shown: list[ByteArray] = []

    def classify(frames: ByteArray) -> FloatArray:
        shown.extend(frames)
        return np.stack([believe(5, confidence)] * len(frames))

    sightings = [Sighting(box, 0.9, believe(2, 0.8)) for box in (BODY, OTHER)]
    strokes = [i for i in range(len(parts)) if parts.box(i) not in (BODY, OTHER)]
    row = [i for i in range(len(parts)) if in_row or i not in strokes]
    digits, taken = adopt_strokes(parts, row, [] if in_row else strokes, sightings, HEIGHT_PX, classify)
    return digits, taken, strokes, shown


@pytest.mark.parametrize("in_row", [True, False], ids=["of the row", "of no row"])
def test_a_bar_over_a_digit_goes_back_to_it(in_row: bool) -> None:
    bar = Box(24, 8, 20, 6)
    digits, taken, strokes, shown = adopt(parts_with(bar), in_row=in_row)
    assert [one.box for one in digits] == [Box(10, 8, 34, 52), OTHER]
    assert [int(one.probabilities.argmax()) for one in digits] == [5, 2]
    assert taken == ([] if in_row else strokes)
    (frame,) = shown
    bar_columns, body_columns = np.flatnonzero(frame[4]), np.flatnonzero(frame[20])
    assert body_columns.min() < bar_columns.min() < body_columns.max() < bar_columns.max()


@pytest.mark.parametrize(
    "stroke",
    [Box(46, 8, 20, 6), Box(24, 68, 20, 6), Box(24, 1, 20, 5), Box(24, 10, 5, 4)],
    ids=["beside", "under", "far over", "a speck"],
)
def test_the_network_is_not_asked_about_strokes_elsewhere(stroke: Box) -> None:
    digits, taken, _, shown = adopt(parts_with(stroke))
    assert [one.box for one in digits] == [BODY, OTHER]
    assert not taken
    assert not shown


def test_a_stroke_that_makes_no_digit_stays_a_mark() -> None:
    digits, taken, _, shown = adopt(parts_with(Box(24, 8, 20, 6)), 0.9)
    assert [one.box for one in digits] == [BODY, OTHER]
    assert not taken
    assert len(shown) == 1


def test_on_dirty_paper_strokes_are_left_alone() -> None:
    dirt = [Box(x, y, 12, 3) for x in (10, 24, 70, 84) for y in (8, 14)]
    assert not adopt(parts_with(*dirt))[3]


@pytest.mark.parametrize(("width", "is_taken"), [(36, True), (46, False)], ids=["short of it", "over it"])
def test_a_digit_does_not_grow_over_what_is_anothers(width: int, is_taken: bool) -> None:
    """The neighbour holds a piece of its own, which a longer stroke would bring into the box of both."""
    piece, stroke, neighbour = Box(60, 22, 9, 5), Box(24, 10, width, 5), Box(56, 20, 34, 40)
    parts = parts_with(piece, stroke)
    row = [i for i in range(len(parts)) if parts.box(i) != stroke]
    left = [i for i in range(len(parts)) if parts.box(i) == stroke]
    sightings = [Sighting(box, 0.9, believe(2, 0.8)) for box in (BODY, neighbour)]
    digits, taken = adopt_strokes(
        parts, row, left, sightings, 50, lambda frames: np.stack([believe(5, 0.99)] * len(frames))
    )
    assert (digits[0].box == BODY) != is_taken
    assert taken == (left if is_taken else [])
