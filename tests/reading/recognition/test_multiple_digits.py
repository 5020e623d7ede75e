"""A picture of several digits is no picture of one; a digit of several strokes is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import clear_digits, write_page

import digits
from digits.data import Dataset
from digits.reading.picture.image import load_image
from digits.reading.recognition.frame import find_digit
from digits.reading.recognition.multiple_digits import may_be_several
from digits.reading.result import ByteArray


def draw(*strokes: list[tuple[int, int]]) -> ByteArray:
    """Return strokes through points, dark on a white page."""
    page = np.full((112, 112), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(page, [np.array(stroke)], False, 0, 6, cv2.LINE_AA)
    return page


FIVE = [(56, 24), (38, 24), (36, 50), (60, 50), (66, 70), (54, 90), (34, 86)]
STROKES = {
    "5 with its bar apart": draw([(36, 34), (35, 52), (60, 54), (66, 72), (54, 92), (34, 88)], [(40, 22), (70, 20)]),
    "7 with a bar that touches nothing": draw([(32, 24), (72, 24), (48, 94)], [(34, 60), (46, 60)]),
    "4 of two strokes": draw([(36, 20), (32, 62), (74, 62)], [(62, 40), (60, 96)]),
    "5 in one": draw(FIVE),
}


@pytest.mark.parametrize("name", STROKES)
def test_a_digit_of_several_strokes_is_one(reader: digits.Reader, name: str) -> None:
    (digit,) = reader.classify([STROKES[name]])
    assert digit.value == int(name[0])


@pytest.mark.parametrize("lines", [["42"], ["11"], ["7", "3"], ["2024", "1999"]], ids=" ".join)
def test_several_digits_are_refused_as_such(reader: digits.Reader, sample: Dataset, lines: list[str]) -> None:
    count = len("".join(lines))
    page = write_page(sample.train, lines)
    for picture in (page, 255 - page):
        (digit,) = reader.classify([picture])
        assert (digit.value, digit.refusal) == (None, f"more than one digit: {count} found")
        assert set(digit.probabilities) == {0.1}


def test_two_digits_that_touch_are_refused_where_they_are_wide(reader: digits.Reader, sample: Dataset) -> None:
    pair = np.hstack([image[:, image.any(axis=0)] for image in clear_digits(sample.train, "28")])
    picture = cv2.resize(np.pad(pair, 10), None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    (digit,) = reader.classify([picture])
    assert digit.refusal == "more than one digit: 2 found"


def test_hardly_a_real_digit_is_taken_for_several(reader: digits.Reader, sample: Dataset) -> None:
    """Of the 5,000 digits one is; these are all those among 500 that are looked at twice."""
    doubted = [image for image in sample.test.images if may_be_several(find_digit(load_image(image)))]
    assert 1 <= len(doubted) <= 25
    assert not [digit for digit in reader.classify(doubted) if (digit.refusal or "").startswith("more")]


def test_specks_and_one_stroke_are_not_looked_at_twice() -> None:
    page = draw(FIVE)
    page[5:8, 5:8] = page[100:103, 90:94] = 0
    assert not may_be_several(find_digit(load_image(page)))
    assert not may_be_several(np.zeros((20, 20), np.float32))
