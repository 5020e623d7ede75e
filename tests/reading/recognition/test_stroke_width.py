"""How broad a stroke is, and a fine pen made as broad as the network expects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data import Dataset
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.stroke_width import broaden, stroke_width


@pytest.mark.parametrize("width_px", [1, 3, 8, 20])
def test_the_width_of_a_long_bar_is_its_width(width_px: int) -> None:
    bar = np.zeros((600, 60), np.float32)
    bar[:, 20 : 20 + width_px] = 1
    assert stroke_width(bar) == pytest.approx(width_px, rel=0.05)


def test_no_ink_has_no_width() -> None:
    assert stroke_width(np.zeros((10, 10), np.float32)) == 0


@given(st.integers(1, 20), st.integers(30, 900))
def test_a_line_of_any_fineness_and_size_is_black_in_its_frame(width_px: int, height_px: int) -> None:
    ink = np.zeros((1000, 100), np.float32)
    ink[20 : 20 + height_px, 40 : 40 + width_px] = 1
    frame = frame_digit(ink)
    assert frame.max() > 180
    assert np.count_nonzero(frame[14] > 60) >= 2


def test_a_broad_pen_is_left_alone(sample: Dataset) -> None:
    for image in sample.test.images[:50]:
        ink = image[image.any(axis=1)][:, image.any(axis=0)] / np.float32(255)
        if stroke_width(ink) >= 2.0:
            assert broaden(ink) is ink
