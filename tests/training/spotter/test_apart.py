"""Digits written in parts and 1s with a long upstroke, drawn on the sample's digits; strips without any digit."""

from __future__ import annotations

import cv2
import numpy as np

from digits.data import Dataset
from digits.reading.result import FloatArray
from digits.training.spotter.apart import add_upstroke, take_apart
from digits.training.spotter.scribble import draw_nothing


def drawn(sample: Dataset, value: int) -> list[FloatArray]:
    """Return ten digits of this value, cropped, at twice MNIST's size."""
    patches = []
    for image in sample.train.images[sample.train.labels == value][:10]:
        ink = cv2.resize(image, None, fx=2, fy=2).astype(np.float32) / 255
        rows, columns = np.flatnonzero((ink > 0.2).any(axis=1)), np.flatnonzero((ink > 0.2).any(axis=0))
        patches.append(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    return patches


def count_parts(ink: FloatArray) -> int:
    return int(cv2.connectedComponents((ink > 0.3).astype(np.uint8))[0]) - 1


def test_a_digit_taken_apart_keeps_its_ink_and_has_more_parts(sample: Dataset) -> None:
    random, more = np.random.default_rng(0), 0
    for patch in (each for value in (4, 5, 9) for each in drawn(sample, value)):
        parted = take_apart(patch, random)
        assert parted.sum() > 0.85 * patch.sum()
        assert np.subtract(parted.shape, patch.shape).max() <= 7
        more += count_parts(parted) > count_parts(patch)
    assert more >= 20


def test_faint_ink_is_left_as_it_is() -> None:
    faint = np.full((30, 20), 0.2, np.float32)
    assert take_apart(faint, np.random.default_rng(0)) is faint


def test_an_upstroke_leads_down_left_of_the_stem(sample: Dataset) -> None:
    random = np.random.default_rng(0)
    for patch in drawn(sample, 1):
        one = add_upstroke(patch, random)
        assert len(one) == len(patch)
        grown = one.shape[1] - patch.shape[1]
        assert grown >= 0
        np.testing.assert_array_less(patch[:, -1] - 1e-6, one[:, -1] + 1e-6)
    assert add_upstroke(np.ones((20, 30), np.float32), random).shape == (20, 30)


def test_strips_without_digits_are_ink_in_its_range() -> None:
    random = np.random.default_rng(0)
    filled = []
    for _ in range(40):
        ink = np.zeros((80, 320), np.float32)
        draw_nothing(ink, 1.0, random)
        assert 0 <= ink.min() <= ink.max() <= 1
        filled.append(ink.max() > 0.2)
    assert np.mean(filled) > 0.9
