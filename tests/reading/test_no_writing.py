"""Bars, lines and blocks on a page do not hide the number on it; thick digits among dust are no blocks."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from quick import slow

import digits
from digits.data import Dataset
from digits.reading.result import ByteArray

# Each is drawn below the number, on a page of 500 × 600 pixels.
SHAPES: dict[str, Callable[[ByteArray], object]] = {
    "bar": lambda page: cv2.rectangle(page, (20, 400), (470, 415), 255, -1),
    "block": lambda page: cv2.rectangle(page, (40, 380), (240, 470), 255, -1),
    "disc": lambda page: cv2.circle(page, (120, 450), 70, 255, -1),
    "line": lambda page: cv2.line(page, (20, 400), (470, 400), 255, 6),
    "slanted line": lambda page: cv2.line(page, (20, 400), (470, 425), 255, 6),
    "frame": lambda page: cv2.rectangle(page, (12, 12), (488, 588), 255, 9),
    "coffee": lambda page: cv2.ellipse(page, (250, 450), (120, 110), 0, 0, 360, 120, 9, cv2.LINE_AA),
    "upright bar": lambda page: cv2.rectangle(page, (20, 20), (40, 580), 255, -1),
}


@pytest.fixture
def page(sample: Dataset) -> ByteArray:
    """A 4, a 0 and a 7, each 40 pixels high, light on black."""
    page = np.zeros((600, 500), np.uint8)
    for k, label in enumerate((4, 0, 7)):
        image = sample.train.images[sample.train.labels == label][0]
        page[200:256, 120 + 50 * k : 176 + 50 * k] = np.maximum(
            page[200:256, 120 + 50 * k : 176 + 50 * k], cv2.resize(image, (56, 56), interpolation=cv2.INTER_CUBIC)
        )
    return page


@pytest.mark.parametrize("name", SHAPES)
def test_a_number_is_read_beside_what_no_pen_wrote(reader: digits.Reader, page: ByteArray, name: str) -> None:
    SHAPES[name](page)
    assert reader.read(255 - page).text == "407"


@pytest.mark.parametrize("side_px", [slow(45), 60])
def test_a_number_that_touches_the_squares_of_the_paper_is_read(
    reader: digits.Reader, page: ByteArray, side_px: int
) -> None:
    squares = page.copy()
    squares[::side_px] = squares[1::side_px] = 100
    squares[:, ::side_px] = squares[:, 1::side_px] = 100
    assert reader.read(255 - np.maximum(page, squares)).text == "407"


def test_holes_for_a_file_are_no_zeros(reader: digits.Reader, page: ByteArray) -> None:
    for y in (120, 228, 480):
        cv2.circle(page, (40, y), 20, 255, -1, cv2.LINE_AA)
    assert reader.read(255 - page).text == "407"
