"""Numbers much lower than what else is on a page are read as well; strokes and dust of another height are not."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.reading.result import ByteArray


def write(page: ByteArray, sample: Dataset, labels: str, *, x: int, y: int, height: int) -> None:
    """Write MNIST digits, ``height`` px high, with their frames' upper left corner at ``x`` and ``y``."""
    side = round(height * 1.4)
    for k, label in enumerate(labels):
        image = sample.train.images[sample.train.labels == int(label)][0]
        digit = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
        left = x + round(1.2 * height) * k
        area = page[y : y + side, left : left + side]
        np.maximum(area, digit, out=area)


def hatch(page: ByteArray) -> None:
    for k in range(0, 300, 14):
        cv2.line(page, (60 + k, 380), (120 + k, 530), 255, 4, cv2.LINE_AA)


def print_bars(page: ByteArray) -> None:
    random, x = np.random.default_rng(0), 60
    while x < 440:
        width = int(random.integers(2, 9))
        page[380:530, x : x + width] = 255
        x += width + int(random.integers(3, 9))


def print_squares(page: ByteArray) -> None:
    page[340:590, 60:310] = np.kron(np.random.default_rng(0).integers(0, 2, (25, 25)), np.ones((10, 10))) * 255


def clip(page: ByteArray) -> None:
    cv2.ellipse(page, (400, 500), (18, 70), 20, 0, 360, 255, 5, cv2.LINE_AA)


@pytest.mark.parametrize("draw", [hatch, print_bars, print_squares, clip])
def test_a_number_is_read_beside_what_is_several_times_as_high(
    reader: digits.Reader, sample: Dataset, draw: Callable[[ByteArray], None]
) -> None:
    page = np.zeros((600, 500), np.uint8)
    write(page, sample, "407", x=120, y=100, height=40)
    draw(page)
    assert "407" in reader.read(255 - page).text.split("\n")


@pytest.mark.parametrize("height", [100, 150, 300])
def test_large_and_small_numbers_of_one_page_are_read_from_top_to_bottom(
    reader: digits.Reader, sample: Dataset, height: int
) -> None:
    page = np.zeros((900, 1300), np.uint8)
    write(page, sample, "51", x=60, y=40, height=40)
    write(page, sample, "207", x=60, y=200, height=height)
    write(page, sample, "463", x=60, y=750, height=40)
    assert reader.read(255 - page).text == "51\n207\n463"


def test_a_small_digit_beneath_a_large_one_is_read(reader: digits.Reader, sample: Dataset) -> None:
    page = np.zeros((500, 400), np.uint8)
    write(page, sample, "2", x=100, y=30, height=200)
    write(page, sample, "7", x=160, y=400, height=40)
    assert reader.read(255 - page).text == "2\n7"


def test_strokes_and_dust_of_another_height_are_no_digits(reader: digits.Reader, sample: Dataset) -> None:
    page = np.zeros((600, 700), np.uint8)
    write(page, sample, "207", x=60, y=60, height=150)
    cv2.line(page, (120, 400), (115, 430), 255, 5)
    for x, y in np.random.default_rng(0).integers(420, 580, (12, 2)).tolist():
        cv2.circle(page, (x, y), 5, 255, -1)
    reading = reader.read(255 - page)
    assert reading.text == "207"
    assert sum(mark.kind in ("other", "word") for mark in reading.marks) < 10  # dust may be no digit
