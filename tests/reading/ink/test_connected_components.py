"""Porous ink holds together, small digits stay apart; a 1 from border to border is a digit, a field's edge is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.data import Dataset
from digits.reading.ink.connected_components import find_parts, own_ink
from digits.reading.result import FloatArray


@pytest.fixture
def three(sample: Dataset) -> FloatArray:
    """A 3, 100 pixels high or so, with room around it."""
    image = sample.train.images[sample.train.labels == 3][0]
    large = cv2.resize(image, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
    return np.pad(large.astype(np.float32) / 255, 20)


def test_porous_ink_is_one_part(three: FloatArray) -> None:
    holes = np.random.default_rng(0).random(three.shape) < 0.6
    porous = np.where(holes, 0, three).astype(np.float32)
    broken = cv2.connectedComponents((porous > 0.4).astype(np.uint8), connectivity=8)[0] - 1
    assert broken > 5
    parts = find_parts(porous)
    sizes = np.sort(parts.areas)
    assert sizes[-1] > 0.98 * sizes.sum()


def test_small_digits_two_pixels_apart_are_not_joined() -> None:
    ink = np.zeros((20, 60), np.float32)
    for left in range(4, 52, 4):
        ink[4:16, left : left + 2] = 1
    assert len(find_parts(ink)) == 12


def test_own_ink_is_that_of_the_parts_and_leaves_out_a_fainter_line() -> None:
    ink = np.zeros((100, 300), np.float32)
    ink[60, :] = 0.15
    for left in range(20, 280, 40):
        ink[20:50, left : left + 6] = 0.9
    seen = own_ink(find_parts(ink))
    assert not seen[60].any()
    np.testing.assert_array_equal(seen[:58], ink[:58])
