"""A digit that is wide, or of several strokes, needs no page's reading; two that touch, or lie apart, do."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import clear_digits

import digits
from digits.data import Dataset
from digits.reading.recognition.frame import find_digit
from digits.reading.recognition.multiple_digits import may_be_several
from digits.reading.result import ByteArray
from digits.reading.spotting.second_digit import is_one_digit


def is_one(reader: digits.Reader, picture: ByteArray) -> bool:
    return is_one_digit(find_digit(np.float32(picture) / np.float32(255)), reader._networks.spot)


def pair_of(sample: Dataset, text: str, *, apart_px: int = 0) -> ByteArray:
    cut = [image[:, image.any(axis=0)] for image in clear_digits(sample.train, text)]
    return np.pad(np.hstack([cut[0], np.zeros((28, apart_px), np.uint8), cut[1]]), 6)


@pytest.mark.parametrize("digit", ["2", "5", "7"])
def test_a_wide_digit_is_one_digit(reader: digits.Reader, sample: Dataset, digit: str) -> None:
    (image,) = clear_digits(sample.train, digit)
    wide = np.pad(cv2.resize(image[:, image.any(axis=0)], (34, 28)), 6)
    assert may_be_several(find_digit(np.float32(wide) / np.float32(255)))
    assert is_one(reader, wide)


@pytest.mark.parametrize("text", ["28", "35", "04"])
@pytest.mark.parametrize("size", [1, 3])
def test_two_digits_that_touch_are_not(reader: digits.Reader, sample: Dataset, text: str, size: int) -> None:
    pair = cv2.resize(pair_of(sample, text), None, fx=size, fy=size, interpolation=cv2.INTER_CUBIC)
    assert not is_one(reader, pair)
    assert not is_one(reader, np.ascontiguousarray(pair[::-1, ::-1]))


def test_two_digits_apart_are_not(reader: digits.Reader, sample: Dataset) -> None:
    assert not is_one(reader, pair_of(sample, "11", apart_px=6))
