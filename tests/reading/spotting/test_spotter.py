"""Rows as people write them: touching digits, marks, printed lines, small zeros. Composed of the sample's digits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import clear_digits

import digits
from digits.data import Dataset

Picture = np.ndarray


def write_row(
    sample: Dataset, text: str, gap_px: int, *, seed: int = 0, heights: dict[str, float] | None = None
) -> Picture:
    """Return ink, light on black, of digits whose ink is ``gap_px`` apart in some row of pixels."""
    canvas = np.zeros((120, 60 + 60 * len(text)), np.uint8)
    for k, (character, image) in enumerate(zip(text, clear_digits(sample.test, text, seed), strict=True)):
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        digit = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        scale = 2.4 * (heights or {}).get(character, 1.0)
        digit = cv2.resize(digit, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        top = 60 - len(digit) // 2
        x = 20
        if k:
            band = canvas[top : top + len(digit)] > 128
            reach = cv2.dilate(band.astype(np.uint8), np.ones((3, 2 * max(gap_px, 0) + 1), np.uint8)) > 0
            x = int(np.flatnonzero(canvas.any(axis=0))[-1]) + 40
            while x > 1 and not (reach[:, x - 1 : x - 1 + digit.shape[1]] & (digit > 128)).any():
                x -= 1
            x += gap_px if gap_px < 0 else 0
        place = canvas[top : top + len(digit), x : x + digit.shape[1]]
        np.maximum(place, digit, out=place)
    return canvas[:, : int(np.flatnonzero(canvas.any(axis=0))[-1]) + 21]


def exact(reader: digits.Reader, rows: list[tuple[Picture, str]]) -> float:
    return float(np.mean([reader.read(255 - row).text.replace(" ", "") == text for row, text in rows]))


@pytest.mark.parametrize(("gap_px", "least"), [(6, 0.9), (1, 0.9), (0, 0.8)])
def test_digits_apart_and_touching_are_read(reader: digits.Reader, sample: Dataset, gap_px: int, least: float) -> None:
    texts = ["31415", "92653", "58979", "20000", "10064", "77049", "86280", "55318", "40236", "99501"]
    assert exact(reader, [(write_row(sample, text, gap_px, seed=k), text) for k, text in enumerate(texts)]) >= least


def test_rings_that_touch_are_two_zeros(reader: digits.Reader, sample: Dataset) -> None:
    rows = [
        (write_row(sample, text, -2, seed=k), text) for k, text in enumerate(["5000", "3002", "7008", "400", "6001"])
    ]
    assert exact(reader, rows) >= 0.8


def test_a_line_printed_through_the_feet_takes_nothing_away(reader: digits.Reader, sample: Dataset) -> None:
    rows = []
    for k, text in enumerate(["31415", "92653", "58979", "42870", "10264"]):
        row = write_row(sample, text, 6, seed=k)
        bottom = int(np.flatnonzero(row.any(axis=1))[-1])
        row[bottom - 6 : bottom - 3] = 150
        rows.append((row, text))
    assert exact(reader, rows) >= 0.8


def test_small_zeros_among_tall_sevens_are_read(reader: digits.Reader, sample: Dataset) -> None:
    heights = {"0": 0.6, "7": 1.3}
    rows = [
        (write_row(sample, text, 5, seed=k, heights=heights), text)
        for k, text in enumerate(["70703", "20074", "17005"])
    ]
    assert exact(reader, rows) >= 0.6


def test_dots_and_dashes_behind_a_number_are_no_digits(reader: digits.Reader, sample: Dataset) -> None:
    rows = []
    for k, text in enumerate(["3141", "926", "58979", "427", "10264"]):
        row = np.pad(write_row(sample, text, 8, seed=k), ((0, 0), (0, 90)))
        right = int(np.flatnonzero(row.any(axis=0))[-1])
        cv2.circle(row, (right + 14, 80), 4, (255,), -1)
        for y in (54, 66):
            cv2.line(row, (right + 32, y), (right + 62, y - 2), (255,), 5)
        rows.append((row, text))
    assert exact(reader, rows) >= 0.8
