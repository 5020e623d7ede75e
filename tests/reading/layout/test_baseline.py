"""Commas' tails and flourishes that were taken for digits are low beside the row's digits; small zeros are digits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import write_page

import digits
from digits.data import Dataset
from digits.reading.layout.baseline import find_low
from digits.reading.result import Box, Digit
from digits.reading.spotting.spotter import Sighting


def read_as(value: int | None, height: int, confidence: float = 0.9) -> Digit:
    likely = 7 if value is None else value
    probabilities = tuple(confidence if k == likely else (1 - confidence) / 9 for k in range(10))
    return Digit(value, confidence, probabilities, Box(0, 50 - height, 20, height))


def seen(presence: float) -> Sighting:
    return Sighting(Box(0, 0, 1, 1), presence, np.full(10, 0.1, np.float32))


ROW = [read_as(3, 30), read_as(8, 33), read_as(1, 28)]


@pytest.mark.parametrize(
    ("low", "is_left_out"),
    [
        (read_as(5, 14, 0.999), True),
        (read_as(None, 14, 0.4), True),
        (read_as(5, 15), False),
        (read_as(0, 10, 0.99), False),
        (read_as(0, 10, 0.9), True),
    ],
    ids=["a 5", "in doubt", "half as high", "a small zero", "perhaps a zero"],
)
def test_what_is_lower_than_half_of_the_row_is_no_digit_but_for_a_sure_zero(low: Digit, is_left_out: bool) -> None:
    assert find_low([*ROW, low], [seen(0.9)] * 4, [False] * 4, among=range(4)) == ([3] if is_left_out else [])


def test_what_the_spotter_is_sure_of_stays() -> None:
    assert find_low([*ROW, read_as(5, 8)], [*[seen(0.9)] * 3, seen(0.98)], [False] * 4, among=range(4)) == []


@pytest.mark.parametrize(("height", "expected"), [(8, []), (5, [3])])
def test_what_was_cut_off_another_may_have_got_too_little_ink(height: int, expected: list[int]) -> None:
    cut = [False, False, True, True]
    assert find_low([*ROW, read_as(5, height)], [seen(0.9)] * 4, cut, among=range(4)) == expected


def test_a_word_beside_a_number_is_no_measure() -> None:
    word = [read_as(None, 80, 0.4)] * 5
    assert find_low([*ROW, *word], [seen(0.9)] * 8, [False] * 8, among=range(3)) == []
    assert find_low([*ROW, *word], [seen(0.9)] * 8, [False] * 8, among=range(8)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("heights", "expected"), [((30, 16, 30, 32), [1]), ((30, 30, 32, 16), [3]), ((30, 20, 30, 32), [])]
)
def test_a_1_that_is_low_by_itself_is_a_comma_or_a_piece_of_a_line(heights: list[int], expected: list[int]) -> None:
    row = [read_as(1 if height < 25 else 8, height) for height in heights]
    assert find_low(row, [seen(1.0)] * 4, [False] * 4, among=range(4)) == expected


def test_1s_among_small_figures_stay() -> None:
    row = [read_as(value, height) for value, height in ((2, 30), (8, 31), (5, 30), (1, 16), (4, 17))]
    assert find_low(row, [seen(1.0)] * 5, [False] * 5, among=range(5)) == []


def test_two_digits_do_not_tell_which_of_them_is_low() -> None:
    assert find_low([read_as(3, 30), read_as(5, 8)], [seen(0.9)] * 2, [False] * 2, among=range(2)) == []


def test_a_low_flourish_is_a_mark_and_the_number_is_read(reader: digits.Reader, sample: Dataset) -> None:
    """A 7 on its side, 16 px high, stands behind a number of 42 px."""
    page = write_page(sample.train, ["31467"], seed=2)
    seven = write_page(sample.train, ["7"], seed=2, scale=1)
    rows, columns = np.nonzero(seven < 128)
    turned = np.rot90(seven[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
    small = cv2.resize(turned, (round(16 * turned.shape[1] / turned.shape[0]), 16))
    rows, columns = np.nonzero(page < 128)
    page = np.pad(page, ((0, 0), (0, 60)), constant_values=255)
    top, left = rows.max() - len(small) - 8, columns.max() + 12
    page[top : top + len(small), left : left + small.shape[1]] = small
    reading = reader.read(page)
    assert reading.text == "31467"
    assert [mark.kind for mark in reading.marks] == ["other"]
    (line,) = reading.lines
    assert line.choose().value == "31467"
    candidates = line.choose("length=6").candidates
    assert {text[:5] for text, _ in candidates} == {"31467"}
    assert all(len(text) == 6 for text, _ in candidates)
