"""Squared paper that lies askew: the squares tell by how much, and go."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import Page, write_page
from quick import slow

import digits
from digits.data import Dataset
from digits.reading.normalization.grid_paper import find_squares
from digits.reading.normalization.rotation import turn

LINES = ["31415", "92653", "58979"]


def draw_squares(height: int, width: int, side: int, ink: float) -> np.ndarray:
    squares = np.zeros((height, width), np.float32)
    for line in range(2):
        squares[line::side] = ink
        squares[:, line::side] = ink
    return squares


@pytest.mark.parametrize("degrees", [-9.5, -3, 0, 1.2, 14])
@pytest.mark.parametrize("ink", [0.3, 0.8])
def test_squares_tell_by_how_much_they_are_skewed(degrees: float, ink: float) -> None:
    page = turn(draw_squares(500, 700, 24, ink), degrees)
    assert find_squares(page) == pytest.approx(-degrees, abs=0.15)


def test_a_large_page_of_squares_is_told_by_some_of_its_pixels() -> None:
    page = turn(cv2.dilate(draw_squares(2400, 3200, 60, 1.0), np.ones((5, 5))), 2.5)
    assert (page > 0.1).sum() > 1_000_000
    assert find_squares(page) == pytest.approx(-2.5, abs=0.15)


def test_blank_paper_noise_and_rules_have_no_squares() -> None:
    noise = np.random.default_rng(0).random((300, 400), np.float32)
    rules = np.zeros((400, 600), np.float32)
    rules[::30] = 1
    for page in (np.zeros((50, 50), np.float32), noise, rules):
        assert find_squares(page) is None


def test_rows_and_columns_of_digits_are_no_squares(sample: Dataset) -> None:
    page = write_page(sample.train, ["123456789012"] * 9, gap_px=12, seed=1)
    assert find_squares(1 - page.astype(np.float32) / 255) is None


def photograph(page: Page, side: int, grey: int, degrees: float) -> np.ndarray:
    """Return the page on squared paper, turned, in [0, 1]."""
    large = cv2.copyMakeBorder(page, 60, 260, 60, 500, cv2.BORDER_CONSTANT, value=255).astype(np.float32) / 255
    squares = 1 - draw_squares(*large.shape, side, 1 - grey / 255)
    return np.clip(turn(np.minimum(large, squares), degrees, paper=1.0), 0, 1)


@pytest.mark.parametrize(
    ("grey", "degrees"),
    [(110, 0), *(slow(*each) for each in ((190, -10), (110, -10), (110, -4), (110, 6), (190, -4), (190, 0), (190, 6)))],
)
def test_numbers_on_squared_paper_are_read_as_it_lies(
    reader: digits.Reader, sample: Dataset, grey: int, degrees: float
) -> None:
    page = write_page(sample.train, LINES, gap_px=9, scale=3, seed=4)
    reading = reader.read(photograph(page, 46, grey, degrees))
    assert reading.text.replace(" ", "").split("\n") == LINES
    assert reading.angle == pytest.approx(-degrees, abs=0.5)
