"""A digit that the spotter hardly saw is one where it stands clear, is high enough, and both networks agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pages import upright_strokes

from digits.reading.ink.connected_components import Parts
from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.segmentation.hypotheses import MOST_FAINT
from digits.reading.segmentation.missed_digits import AGREED, AGREED_ON_ONE, find_overlooked
from digits.reading.spotting.spotter import Sighting

HEIGHT_PX = 40
LEFT, MIDDLE, RIGHT = Box(8, 10, 9, 40), Box(48, 10, 9, 40), Box(88, 10, 9, 40)


def believe(value: int, belief: float) -> FloatArray:
    return np.where(np.arange(10) == value, belief, (1 - belief) / 9).astype(np.float32)


def see(box: Box, presence: float, value: int = 1, belief: float = 1.0) -> Sighting:
    return Sighting(box, presence, believe(value, belief))


def sure(frames: ByteArray, value: int = 1, belief: float = 1.0) -> FloatArray:
    return np.stack([believe(value, belief)] * len(frames))


@pytest.fixture(scope="module")
def strokes() -> Parts:
    """Three upright strokes."""
    return upright_strokes(10, 50, 90)


def found(parts: Parts, faint: list[Sighting], value: int = 1, belief: float = 1.0) -> tuple[list[Box], int]:
    """Return the boxes of the digits of a row of two sure ones, and how many sightings stay faint."""
    ends = [see(LEFT, 1.0), see(RIGHT, 1.0)]
    digits, rest = find_overlooked(parts, range(3), ends, faint, HEIGHT_PX, lambda frames: sure(frames, value, belief))
    return [one.box for one in digits], len(rest)


def test_a_clear_digit_is_found_in_its_place(strokes: Parts) -> None:
    assert found(strokes, [see(MIDDLE, 0.1)]) == ([LEFT, MIDDLE, RIGHT], 0)


@pytest.mark.parametrize("value", range(10))
def test_a_1_must_be_surer_than_other_digits(strokes: Parts, value: int) -> None:
    between = (AGREED + AGREED_ON_ONE) / 2
    is_read = found(strokes, [see(MIDDLE, 0.1, value, between)], value, between) == ([LEFT, MIDDLE, RIGHT], 0)
    assert is_read == (value != 1)


@pytest.mark.parametrize(
    ("faint", "value", "belief"),
    [
        (see(MIDDLE, 0.1, 4, AGREED - 0.01), 4, AGREED - 0.01),  # neither network is sure
        (see(MIDDLE, 0.1, 4, 0.9), 7, 0.9),  # each believes in another digit
        (see(replace(MIDDLE, height=25), 0.1), 1, 1.0),  # low, as a comma is
        (see(replace(LEFT, x=10), 0.5), 1, 1.0),  # another digit is there
    ],
)
def test_else_it_stays_faint(strokes: Parts, faint: Sighting, value: int, belief: float) -> None:
    assert found(strokes, [faint], value, belief) == ([LEFT, RIGHT], 1)


def test_of_two_sightings_of_one_digit_the_surer_is_it(strokes: Parts) -> None:
    boxes, rest = found(strokes, [see(replace(MIDDLE, x=46, width=14), 0.1), see(MIDDLE, 0.4)])
    assert (boxes, rest) == ([LEFT, MIDDLE, RIGHT], 1)


def test_nothing_is_found_in_noise_nor_in_a_row_without_digits(strokes: Parts) -> None:
    noise = [see(MIDDLE, 0.1)] * (MOST_FAINT + 1)
    assert found(strokes, noise) == ([LEFT, RIGHT], len(noise))
    assert find_overlooked(strokes, range(3), [], [see(MIDDLE, 0.5)], HEIGHT_PX, sure)[0] == []
