"""The other ways to see a row: each kind once, with the odds it has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from digits.reading.result import Box, Digit, FloatArray
from digits.reading.segmentation.hypotheses import (
    LONGEST,
    MOST_DOUBTS,
    MOST_FAINT,
    PIECES_ODDS,
    clear_faint,
    find_doubts,
)
from digits.reading.segmentation.merging import Pair
from digits.reading.spotting.spotter import Sighting


def as_digit(probabilities: FloatArray, box: Box) -> Digit:
    value = int(probabilities.argmax())
    return Digit(value, float(probabilities[value]), tuple(probabilities.tolist()), box)


def see(value: int, x: int, presence: float = 1.0, *, width: int = 20, confidence: float = 0.91) -> Sighting:
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[value] = confidence
    return Sighting(Box(x, 0, width, 40), presence, probabilities)


def doubts_of(sightings: list[Sighting], faint: Sequence[Sighting] = (), pairs: Sequence[Pair] = ()) -> list[tuple]:
    digits = [as_digit(one.probabilities, one.box) for one in sightings]
    found = find_doubts(digits, sightings, faint, pairs, as_digit)
    return [(d.first, d.last, [one.value for one in d.instead], pytest.approx(d.odds, rel=1e-3)) for d in found]


def test_a_digit_the_spotter_doubts_may_be_none() -> None:
    assert doubts_of([see(1, 0), see(2, 30, 0.8), see(3, 60)]) == [(1, 2, [], 0.25)]


def test_a_digit_that_the_spotter_overlooked_is_one_as_surely_as_the_network_says() -> None:
    assert doubts_of([see(1, 0), see(2, 30, 0.01), see(3, 60)]) == [(1, 2, [], 0.09 / 0.91)]


@pytest.mark.parametrize(("x", "expected"), [(32, (1, 2, [5, 2])), (90, (1, 2, [2, 5]))], ids=["between", "at the end"])
def test_a_faint_digit_may_stand_where_none_was_read(x: int, expected: tuple) -> None:
    assert doubts_of([see(1, 0), see(2, 60)], [see(5, x, 0.2)]) == [(*expected, 0.25)]


def test_a_faint_digit_inside_another_makes_two_of_it() -> None:
    assert doubts_of([see(0, 0), see(8, 40, width=50)], [see(1, 75, 0.5, width=10)]) == [(1, 2, [8, 1], 1.0)]


def test_the_same_digit_seen_twice_is_no_doubt() -> None:
    assert doubts_of([see(0, 0), see(8, 40)], [see(3, 42, 0.5)]) == []


def test_two_that_may_be_one_and_one_that_may_be_two() -> None:
    one, other, whole = see(1, 0), see(5, 15), see(4, 0, width=35)
    assert doubts_of([one, other], pairs=[Pair(one, other, whole, is_joined=False)]) == [
        (0, 2, [4], 0.91 * PIECES_ODDS)
    ]
    assert doubts_of([whole], pairs=[Pair(one, other, whole, is_joined=True)]) == [(0, 1, [1, 5], 1 - 0.91)]


def test_noise_full_of_faint_digits_is_not_followed() -> None:
    faint = [see(5, 100 + 30 * i, 0.2) for i in range(MOST_FAINT + 1)]
    assert doubts_of([see(1, 0)], faint) == []
    assert clear_faint(faint, np.zeros((0, 4), np.int64)) == []


def test_what_another_row_reads_is_not_faint_here() -> None:
    faint = [see(5, 0, 0.2), see(6, 100, 0.2)]
    assert clear_faint(faint, np.array([[2, 10, 20, 40]], np.int64)) == faint[1:]


def test_rows_longer_than_any_field_and_the_least_likely_ways_are_left() -> None:
    doubted = [see(1, 30 * i, 0.99 - 0.01 * i) for i in range(MOST_DOUBTS + 3)]
    assert [first for first, *_ in doubts_of(doubted)] == list(range(MOST_DOUBTS + 2, 2, -1))
    assert doubts_of([see(1, 30 * i, 0.9) for i in range(LONGEST + 1)]) == []
