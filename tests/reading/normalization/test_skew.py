"""Few digits, askew: a number of three to eight digits is set level like a page."""

from __future__ import annotations

import numpy as np
import pytest
from pages import write_page

import digits
from digits.data import Dataset
from digits.reading.detection.detections import KINDS, Detections
from digits.reading.normalization.detected_orientation import LEAST_SKEW_DEG, find_skew
from digits.reading.normalization.rotation import turn


@pytest.mark.parametrize("text", ["348", "2947", "58213", "7264938"])
@pytest.mark.parametrize("degrees", [-15, -11, 8, 15])
def test_a_number_is_read_however_far_it_is_skewed(
    reader: digits.Reader, sample: Dataset, degrees: float, text: str
) -> None:
    page = write_page(sample.train, [text], gap_px=9, seed=1).astype(np.float32) / 255
    reading = reader.read(np.clip(turn(page, degrees, paper=1.0), 0, 1))
    assert reading.text.replace(" ", "") == text
    if len(text) > 4:
        assert reading.angle == pytest.approx(-degrees, abs=2.5)


def seen(*places: tuple[int, int, int, int]) -> Detections:
    boxes = np.array([(x, y, x + width, y + height) for x, y, width, height in places], np.float32)
    kinds = np.zeros((len(boxes), KINDS), np.float32)
    kinds[:, 3] = 1
    return Detections(boxes, np.ones(len(boxes), np.float32), kinds, np.zeros(len(boxes), np.float32))


def test_a_column_of_digits_has_no_skew() -> None:
    assert find_skew(seen((100, 20, 12, 40), (104, 90, 12, 40), (98, 160, 12, 40), (103, 230, 12, 40))) == 0


def test_a_row_that_is_about_level_has_no_skew() -> None:
    assert abs(find_skew(seen((100, 100, 12, 40), (140, 104, 12, 38), (180, 98, 12, 42)))) < LEAST_SKEW_DEG


def test_rows_that_rise_to_the_right_have_that_skew() -> None:
    rising = [(40 * k, 200 + 80 * row - 7 * k, 20, 30) for k in range(8) for row in range(3)]
    assert find_skew(seen(*rising)) == pytest.approx(np.degrees(np.arctan(7 / 40)), abs=0.5)
