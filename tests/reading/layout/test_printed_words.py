"""A printed word beside a number is left out; where nothing is sure, and of numbers, nothing is."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from pages import Page, write_page

import digits
from digits.data import Dataset
from digits.reading.geometry import around
from digits.reading.layout.printed_words import WrittenRow, find_unlikely, find_words
from digits.reading.result import Box, Digit

HEIGHT_PX = 20.0
PRESENCE = {"s": 0.999, "d": 0.5, "m": 0.2, "n": 0.002}


def row_of(*groups: str) -> list[Digit]:
    """Return a row of digits, groups 45 px apart: "s" is surely a digit, "d" and "m" perhaps, "n" hardly."""
    made, x = [], 0
    for group in groups:
        for kind in group:
            made.append(Digit(1, 0.999, (0.1,) * 10, box=Box(x, 0, 15, 20), presence=PRESENCE[kind]))
            x += 20
        x += 40
    return made


def words_of(*groups: str) -> list[range]:
    """Return the words of a page that holds one row."""
    return find_words([WrittenRow(row_of(*groups), HEIGHT_PX)])[0]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (("nnnn", "ssss"), [range(4)]),
        (("ssss", "nnn", "n"), [range(4, 7), range(7, 8)]),
        (("snss", "ssss"), []),  # a number with one odd digit
        (("dd", "ssss"), []),
        (("nnnn",), [range(4)]),
        (("nndn", "d"), [range(4)]),
        ((), []),
    ],
)
def test_a_group_that_is_hardly_present_is_a_word(groups: tuple[str, ...], expected: list[range]) -> None:
    assert words_of(*groups) == expected


def test_what_is_hardly_a_digit_is_none_where_the_detector_saw_none_or_it_stands_alone() -> None:
    row = WrittenRow(row_of("nss", "n", "ss"), HEIGHT_PX)
    boxes = [box for digit in row.digits if (box := digit.box)]
    assert find_unlikely(row, [], among=range(6)) == [0, 3]
    assert find_unlikely(row, boxes, among=range(6)) == [3]
    assert find_unlikely(row, [], among=[1, 2]) == []
    unasked = WrittenRow([replace(digit, presence=None) for digit in row.digits], HEIGHT_PX)
    assert find_unlikely(unasked, [], among=range(6)) == []


def test_what_may_be_a_number_is_none_among_many_words() -> None:
    number, words = WrittenRow(row_of("mm"), HEIGHT_PX), [WrittenRow(row_of("nnnn"), HEIGHT_PX)] * 60
    assert find_words([number]) == [[]]
    assert find_words([number, *words])[0] == [range(2)]
    assert find_words([WrittenRow(row_of("ss"), HEIGHT_PX), *words])[0] == []


def test_digits_that_nobody_was_asked_about_are_no_word() -> None:
    row = [replace(digit, presence=None) for digit in row_of("nn")]
    assert find_words([WrittenRow(row, HEIGHT_PX), WrittenRow([], HEIGHT_PX)]) == [[], []]


@pytest.fixture(scope="module")
def labelled(sample: Dataset) -> Page:
    """A page of two rows: a printed word and a number, and a number alone."""
    page = write_page(sample.test, ["40725", "91866"])
    page = np.pad(page, ((0, 0), (420, 0)), constant_values=255)
    return np.asarray(cv2.putText(page, "Invoice", (90, 112), cv2.FONT_HERSHEY_COMPLEX, 2, 0, 3), np.uint8)


def test_a_printed_word_is_a_mark_and_its_number_is_read(reader: digits.Reader, labelled: Page) -> None:
    steps = reader.explain(labelled)
    assert steps.reading.text == "40725\n91866"
    word = around([mark.box for mark in steps.reading.marks if mark.kind in ("word", "other")])
    assert 70 < word.x < 120
    assert 210 < word.x + word.width < 420
    assert len(steps.frames) == 10  # what the network saw of the digits that were read
    for line in steps.reading.lines:
        assert line.box.x > 420


def test_a_word_alone_is_left_out(reader: digits.Reader, labelled: Page) -> None:
    assert not reader.read(labelled[:, :420]).lines


@pytest.mark.slow
@pytest.mark.parametrize("font", [cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX])
def test_a_page_of_print_has_no_digits_and_stays_as_it_lies(reader: digits.Reader, font: int) -> None:
    words = "the total amount of this bill is due on the last day of the month and may be paid at any bank " * 2
    page = np.full((760, 900), 235, np.uint8)
    for row in range(10):
        cv2.putText(page, words[8 * row : 8 * row + 36], (30, 60 + 70 * row), font, 1.1, (40,), 2, cv2.LINE_AA)
    reading = reader.read(page)
    assert reading.angle == 0
    assert sum(digit.value is not None for line in reading.lines for digit in line.digits) <= 1
