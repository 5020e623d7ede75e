"""Which mark a part of a row is by its size, shape and place."""

from __future__ import annotations

import numpy as np
import pytest

from digits.reading.ink.connected_components import find_parts
from digits.reading.segmentation.punctuation import mark_kind
from digits.reading.spotting.rows import Row

# Digits here are strokes 40 px high and 4 px thick, from row 20 to row 60.
HEIGHT = 40


def kind_of(x: int, y: int, width: int, height: int) -> str:
    """Return which mark a filled rectangle between such digits is."""
    ink = np.zeros((100, 200), np.float32)
    for left in (20, 40, 100, 130):
        ink[20:60, left : left + 4] = 1
    ink[y : y + height, x : x + width] = 1
    parts = find_parts(ink)
    order = sorted(range(len(parts)), key=lambda i: int(parts.boxes[i, 0]))
    (i,) = (i for i in order if parts.boxes[i].tolist() == [x, y, width, height])
    return mark_kind(parts, i, Row(order, [], float(HEIGHT)), float(HEIGHT))


@pytest.mark.parametrize("side", [4, 5, 8])
def test_a_point_as_wide_as_the_strokes_is_a_dot(side: int) -> None:
    assert kind_of(70, 60 - side, side, side) == "dot"


def test_what_is_narrower_than_the_strokes_is_a_speck() -> None:
    assert kind_of(70, 57, 3, 3) == "speck"
    assert kind_of(70, 58, 5, 2) == "speck"  # a piece of a printed line


def test_a_short_dash_on_the_line_is_a_dot() -> None:
    assert kind_of(70, 56, 8, 4) == "dot"


@pytest.mark.parametrize("height", [16, 20, 25])
def test_a_comma_that_hangs_below_the_line_may_be_long(height: int) -> None:
    assert kind_of(70, 48, 6, height) == "comma"


def test_a_stroke_that_stands_on_the_line_is_no_comma() -> None:
    assert kind_of(70, 35, 6, 25) == "other"


def test_a_level_stroke_is_a_dash() -> None:
    assert kind_of(65, 38, 16, 4) == "dash"
