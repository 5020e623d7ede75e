"""A digit that the spotter hardly saw is one where it stands clear, is high enough, and the digit network is sure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pages import upright_strokes

from digits.reading.doubts import MOST_FAINT
from digits.reading.overlooked import SURE, find_overlooked
from digits.reading.parts import Parts
from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.spotter import Sighting

HEIGHT_PX = 40
LEFT, MIDDLE, RIGHT = Box(8, 10, 9, 40), Box(48, 10, 9, 40), Box(88, 10, 9, 40)


def see(box: Box, presence: float) -> Sighting:
    return Sighting(box, presence, np.full(10, 0.1, np.float32))


def sure(frames: ByteArray, belief: float = 1.0) -> FloatArray:
    return np.stack([np.where(np.arange(10) == 1, belief, (1 - belief) / 9).astype(np.float32)] * len(frames))


@pytest.fixture(scope="module")
def strokes() -> Parts:
    """Three upright strokes."""
    return upright_strokes(10, 50, 90)


def found(parts: Parts, faint: list[Sighting], belief: float = 1.0) -> tuple[list[Box], int]:
    """Return the boxes of the digits of a row of two sure ones, and how many sightings stay faint."""
    digits, rest = find_overlooked(
        parts, range(3), [see(LEFT, 1.0), see(RIGHT, 1.0)], faint, HEIGHT_PX, lambda frames: sure(frames, belief)
    )
    return [one.box for one in digits], len(rest)


def test_a_clear_digit_is_found_in_its_place(strokes: Parts) -> None:
    assert found(strokes, [see(MIDDLE, 0.1)]) == ([LEFT, MIDDLE, RIGHT], 0)


@pytest.mark.parametrize(
    ("faint", "belief"),
    [
        (see(MIDDLE, 0.1), SURE - 0.01),  # the digit network is not sure
        (see(replace(MIDDLE, height=25), 0.1), 1.0),  # low, as a comma is
        (see(replace(LEFT, x=10), 0.5), 1.0),  # another digit is there
    ],
)
def test_else_it_stays_faint(strokes: Parts, faint: Sighting, belief: float) -> None:
    assert found(strokes, [faint], belief) == ([LEFT, RIGHT], 1)


def test_of_two_sightings_of_one_digit_the_surer_is_it(strokes: Parts) -> None:
    boxes, rest = found(strokes, [see(replace(MIDDLE, x=46, width=14), 0.1), see(MIDDLE, 0.4)])
    assert (boxes, rest) == ([LEFT, MIDDLE, RIGHT], 1)


def test_nothing_is_found_in_noise_nor_in_a_row_without_digits(strokes: Parts) -> None:
    noise = [see(MIDDLE, 0.1)] * (MOST_FAINT + 1)
    assert found(strokes, noise) == ([LEFT, RIGHT], len(noise))
    assert find_overlooked(strokes, range(3), [], [see(MIDDLE, 0.5)], HEIGHT_PX, sure)[0] == []
