"""The boxes of forms go, what is written in them stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from quick import slow

import digits
from digits.data import Dataset
from digits.reading.result import ByteArray


def form(sample: Dataset, *, gap: int, thickness: int, side: int = 60) -> tuple[ByteArray, str]:
    """Six digits in boxes, dark on white; side by side where ``gap`` is 0."""
    page = np.full((side + 100, 80 + 6 * (side + gap)), 255, np.uint8)
    chosen = [int(np.flatnonzero(sample.test.labels == label)[0]) for label in (7, 2, 0, 4, 6, 8)]
    for k, i in enumerate(chosen):
        left, size = 40 + k * (side + gap), side - 12
        cv2.rectangle(page, (left, 50), (left + side, 50 + side), (60,), thickness)
        digit = cv2.resize(sample.test.images[i], (size, size))
        place = page[56 : 56 + size, left + 6 : left + 6 + size]
        np.minimum(place, 255 - digit, out=place)
    return page, "720468"


@pytest.mark.parametrize("thickness", [1, slow(2), 4])
@pytest.mark.parametrize("gap", [0, 14])
def test_digits_in_boxes_are_read_and_the_boxes_are_not(sample: Dataset, gap: int, thickness: int) -> None:
    page, text = form(sample, gap=gap, thickness=thickness)
    reading = digits.load().read(page)
    assert reading.text.replace(" ", "") == text
    assert reading.table is not None
    assert [cell.text for row in reading.table for cell in row] == list(text)


def test_a_blank_form_says_nothing() -> None:
    page = np.full((160, 400), 255, np.uint8)
    for k in range(4):
        cv2.rectangle(page, (40 + 80 * k, 50), (100 + 80 * k, 110), (60,), 2)
    assert digits.load().read(page).text == ""
