"""The boxes of forms go, what is written in them stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from quick import slow

import digits
from digits.data import Dataset
from digits.reading.ink.box_removal import MOST_COVERED, _candidates, remove_boxes
from digits.reading.ink.connected_components import find_parts
from digits.reading.result import ByteArray, FloatArray


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
    assert any(mark.kind == "rule" for mark in reading.marks)


def drawn(width: int, height: int) -> tuple[FloatArray, FloatArray]:
    """An empty rectangle with lines of 3 px, and the page with room around it."""
    ink = np.zeros((height + 60, width + 60), np.float32)
    cv2.rectangle(ink, (30, 30), (30 + width, 30 + height), (1.0,), 3)
    return ink, ink.copy()


def test_a_zero_with_four_corners_is_no_box() -> None:
    ink, _ = drawn(30, 50)
    unboxed, sides = remove_boxes(ink, find_parts(ink))
    assert sides == []
    np.testing.assert_array_equal(unboxed, ink)


def test_a_stroke_across_a_side_stays_whole() -> None:
    """A 1 that leaves its box at the top and at the bottom is as long afterwards as before."""
    ink, alone = drawn(60, 60)
    for page in (ink, alone):
        cv2.line(page, (60, 15), (60, 105), (1.0,), 4)
    unboxed, sides = remove_boxes(ink, find_parts(ink))
    assert len(sides) >= 4
    rows = np.flatnonzero((unboxed > 0.5).any(axis=1))
    assert (rows[0], rows[-1]) == (13, 107)
    assert len(find_parts(unboxed)) == 1


def test_an_empty_box_goes_with_one_that_is_filled() -> None:
    ink = np.zeros((120, 260), np.float32)
    for left in (30, 140):
        cv2.rectangle(ink, (left, 30), (left + 60, 90), (1.0,), 2)
    cv2.line(ink, (60, 45), (60, 75), (1.0,), 4)
    unboxed, sides = remove_boxes(ink, find_parts(ink))
    assert len(sides) == 8
    assert not unboxed[:, 120:].any()


def test_a_blank_form_says_nothing() -> None:
    page = np.full((160, 400), 255, np.uint8)
    for k in range(4):
        cv2.rectangle(page, (40 + 80 * k, 50), (100 + 80 * k, 110), (60,), 2)
    assert digits.load().read(page).text == ""


def test_of_rectangles_within_rectangles_the_smallest_are_looked_at() -> None:
    ink = np.zeros((1200, 1200), np.float32)
    for k in range(4, 590, 4):
        cv2.rectangle(ink, (k, k), (1200 - k, 1200 - k), (1.0,), 1)
    parts = find_parts(ink)
    assert len(parts) == 147
    looked_at = parts.boxes[_candidates(parts), 2]
    assert looked_at.max() < parts.boxes[:, 2].max()
    assert (looked_at.astype(float) ** 2).sum() <= MOST_COVERED * ink.size
