"""What is drawn around numbers is left out, the numbers are read; a 0 with a dot or a slash in it stays a 0."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.reading.ink.connected_components import clear_parts, find_parts
from digits.reading.ink.enclosures import find_rings
from digits.reading.result import Box, ByteArray

MIDDLE = (80, 60)


def number(sample: Dataset, text: str) -> ByteArray:
    """Return a number in the middle of a page, uint8 (120, 160), light on black."""
    page, images, labels = np.zeros((120, 160), np.uint8), sample.train.images, sample.train.labels
    for k, character in enumerate(text):
        left = MIDDLE[0] - 10 * len(text) + 20 * k - 4
        image = images[np.flatnonzero(labels == int(character))[3]]
        page[46:74, left : left + 28] = np.maximum(page[46:74, left : left + 28], image)
    return page


def ring(page: ByteArray, wide: int, high: int, *, last_deg: int = 360) -> ByteArray:
    drawn = page.copy()
    cv2.ellipse(drawn, MIDDLE, (wide, high), 0, 0, last_deg, 255, 2, cv2.LINE_AA)
    return drawn


def box(page: ByteArray) -> ByteArray:
    """Draw a box as a hand does: no side is level, none upright."""
    drawn = page.copy()
    cv2.polylines(drawn, [np.array([(40, 36), (122, 30), (118, 84), (44, 90)])], True, 255, 2, cv2.LINE_AA)
    return drawn


def rings(page: ByteArray) -> list[Box]:
    parts = find_parts(page.astype(np.float32) / 255)
    return [parts.box(i) for i in find_rings(parts)]


@pytest.mark.parametrize("text", ["4", "27", "863"])
@pytest.mark.parametrize("last_deg", [360, 335])
def test_numbers_in_rings_are_read(reader: digits.Reader, sample: Dataset, text: str, last_deg: int) -> None:
    drawn = ring(number(sample, text), 18 + 12 * len(text), 32, last_deg=last_deg)
    reading = reader.read(255 - drawn)
    assert reading.text == text
    (mark,) = [mark for mark in reading.marks if mark.kind == "ring"]
    assert mark.box.height > 60
    for digit in reading.lines[0].digits:
        assert digit.box
        assert digit.box.height < 30


def test_a_box_drawn_by_hand_is_one(reader: digits.Reader, sample: Dataset) -> None:
    assert reader.read(255 - box(number(sample, "36"))).text == "36"


def test_a_ring_around_nothing_is_a_0(reader: digits.Reader) -> None:
    drawn = ring(np.zeros((120, 160), np.uint8), 20, 32)
    assert rings(drawn) == []
    assert reader.read(255 - drawn).text == "0"


@pytest.mark.parametrize("inside", ["dot", "slash", "speck"])
def test_a_0_with_a_dot_or_a_slash_is_no_ring(inside: str) -> None:
    drawn = ring(np.zeros((120, 160), np.uint8), 24, 40)
    if inside == "slash":
        cv2.line(drawn, (72, 84), (88, 36), 255, 4, cv2.LINE_AA)
    else:
        cv2.circle(drawn, MIDDLE, 10 if inside == "dot" else 4, 255, -1, cv2.LINE_AA)
    assert len(find_parts(drawn.astype(np.float32) / 255)) == 2
    assert rings(drawn) == []


def test_a_0_with_a_slanted_slash_that_touches_it_nowhere_is_no_ring() -> None:
    drawn = ring(np.zeros((120, 160), np.uint8), 24, 40)
    cv2.line(drawn, (68, 72), (92, 48), 255, 4, cv2.LINE_AA)
    assert rings(drawn) == []


def test_half_a_ring_or_a_stroke_beside_is_none(sample: Dataset) -> None:
    page = number(sample, "27")
    assert rings(ring(page, 42, 32))
    assert rings(ring(page, 42, 32, last_deg=270)) == []
    assert rings(page) == []


def test_no_digit_of_a_page_is_a_ring(sample: Dataset) -> None:
    page = np.vstack(
        [np.hstack([np.pad(image, 4) for image in row]) for row in sample.test.images.reshape(20, 25, 28, 28)]
    )
    assert rings(cv2.resize(page, None, fx=2, fy=2)) == []


def test_a_ring_goes_with_its_rim_and_nothing_else(sample: Dataset) -> None:
    page = number(sample, "7")
    drawn = ring(page, 40, 40).astype(np.float32) / 255
    parts = find_parts(drawn)
    left = clear_parts(drawn, parts, find_rings(parts))
    np.testing.assert_array_equal(left > 0.2, page.astype(np.float32) / 255 > 0.2)
