"""A slant that is taken away: strokes stand upright, and boxes go back to where the ink is."""

from __future__ import annotations

import numpy as np
import pytest

from digits.reading.normalization.slant import Slant
from digits.reading.result import Box, FloatArray

HEIGHT_PX, WIDTH_PX = 61, 120


def draw_stroke(left: int, by: float) -> FloatArray:
    """Return ink with a stroke 4 px broad from row 10 to 50, which leans to the right and ends at ``left`` below."""
    ink = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    for row in range(10, 51):
        x = left + round(by * (50 - row))
        ink[row, x : x + 4] = 1
    return ink


@pytest.mark.parametrize("by", [0.3, 0.6, -0.3])
def test_a_stroke_that_slants_so_much_stands_upright(by: float) -> None:
    upright = Slant(by, HEIGHT_PX, WIDTH_PX).set_upright(draw_stroke(50, by))
    inked = np.flatnonzero((upright > 0.5).any(axis=0))
    assert inked[-1] - inked[0] <= 5


@pytest.mark.parametrize("by", [0.0, 0.3, 0.6, -0.3])
@pytest.mark.parametrize("left", [30, 60])
def test_a_box_goes_back_to_the_ink_that_is_in_it(by: float, left: int) -> None:
    ink, slant = draw_stroke(left, by), Slant(by, HEIGHT_PX, WIDTH_PX)
    upright = (ink if not by else slant.set_upright(ink)) > 0.3
    inked = np.flatnonzero(upright.any(axis=0))
    box = slant.put_back(Box(int(inked[0]), 10, int(inked[-1] - inked[0]) + 1, 41), ink)
    columns = np.flatnonzero(ink.any(axis=0))
    assert (box.y, box.height) == (10, 41)
    assert box.x == pytest.approx(columns[0], abs=1)
    assert box.x + box.width - 1 == pytest.approx(columns[-1], abs=1)


def test_a_box_without_ink_stays_on_the_page() -> None:
    slant = Slant(0.6, HEIGHT_PX, WIDTH_PX)
    box = slant.put_back(Box(0, 0, 5, HEIGHT_PX), np.zeros((HEIGHT_PX, WIDTH_PX), np.float32))
    assert 0 <= box.x < box.x + box.width <= WIDTH_PX
