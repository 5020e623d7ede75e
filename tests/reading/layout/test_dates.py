"""Two slanted 1s are the slashes of a date where they are longer, or the verifier says so, and a date stands around."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.reading.layout.dates import find_date_slashes, find_possible_dates
from digits.reading.result import Box, Digit
from digits.reading.segmentation.ink_assignment import Ink

HEIGHT, PITCH = 40, 30


def row(values: str, heights: dict[int, int]) -> tuple[list[Digit], list[Ink]]:
    """Return digits 40 px high, a slanted stroke for each 1; ``heights`` of some by place."""
    digits, inks = [], []
    for k, character in enumerate(values):
        height, value = heights.get(k, HEIGHT), int(character)
        stroke = np.zeros((height, 20), np.uint8)
        cv2.line(stroke, (17, 0), (2, height - 1), 255, 3)
        box = Box(k * PITCH, 100, 20, height)
        probabilities = tuple(0.91 if k == value else 0.01 for k in range(10))
        digits.append(Digit(value, 0.91, probabilities, box))
        inks.append(Ink(box, stroke.astype(np.float32) / 255, is_cut=False))
    return digits, inks


def slashes(values: str, long: tuple[int, ...] = (), odds: dict[int, float] | None = None) -> list[int]:
    digits, inks = row(values, dict.fromkeys(long, 46))
    told = [(odds or {}).get(k, 0.0) for k in range(len(values))]
    return find_date_slashes(digits, inks, told, HEIGHT, among=range(len(values)))


@pytest.mark.parametrize("text", ["25/5/07", "25/5/2072", "1/11/98", "2025/12/8", "8/1/2018", "12/31/99"])
def test_long_strokes_between_day_month_and_year_are_slashes(text: str) -> None:
    places = [k for k, character in enumerate(text) if character == "/"]
    assert slashes(text.replace("/", "1"), long=tuple(places)) == places


def test_strokes_as_long_as_digits_are_1s() -> None:
    assert slashes("2515107") == []


def test_the_verifier_tells_where_length_does_not() -> None:
    assert slashes("2515107", odds={2: 2.0, 4: 2.0}) == [2, 4]
    assert slashes("2515107", long=(2, 4), odds={2: -3.0, 4: -3.0}) == []


@pytest.mark.parametrize("text", ["32/5/07", "25/13/10", "0/0/07", "25/5/0", "25/5/3999", "5/07"])
def test_where_no_date_would_be_nothing_is_a_slash(text: str) -> None:
    digits, _ = row(text.replace("/", "1"), {})
    assert find_possible_dates(digits, HEIGHT) == []


def test_what_is_no_straight_stroke_is_no_slash() -> None:
    digits, inks = row("2515107", {2: 46, 4: 46})
    inks[2] = Ink(inks[2].box, np.ones_like(inks[2].ink), is_cut=False)
    assert find_date_slashes(digits, inks, [0.0] * 7, HEIGHT, among=range(7)) == []


def test_a_date_that_is_partly_a_word_is_none() -> None:
    digits, inks = row("2515107", {2: 46, 4: 46})
    assert find_date_slashes(digits, inks, [0.0] * 7, HEIGHT, among=range(1, 7)) == []
