"""The frame of a digit, held against MNIST's own images and against the rules by which MNIST was made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.data import Dataset
from digits.reading.recognition.frame import frame_digit, frame_image


def test_framing_an_mnist_image_gives_that_image_back(sample: Dataset) -> None:
    images = sample.test.images
    frames = np.stack([frame_digit(image.astype(np.float32) / 255) for image in images])
    np.testing.assert_array_equal(frames, images)


def test_place_on_the_sheet_does_not_change_the_frame(sample: Dataset) -> None:
    for image in sample.test.images[:20]:
        sheet = np.zeros((200, 300), np.float32)
        sheet[110:138, 37:65] = image / np.float32(255)
        np.testing.assert_array_equal(frame_digit(sheet), image)
        np.testing.assert_array_equal(frame_digit(sheet[110:138, 37:65]), image)


def test_no_ink_gives_an_empty_frame() -> None:
    assert not frame_digit(np.zeros((50, 40), np.float32)).any()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), st.integers(1, 120))
def test_ink_of_any_size_fits_the_20_pixel_box_with_its_mass_in_the_middle(height: int, width: int) -> None:
    ink = np.zeros((150, 150), np.float32)
    ink[9 : 9 + height, 11 : 11 + width] = 1
    frame = frame_digit(ink)
    rows, columns = np.flatnonzero(frame.any(axis=1)), np.flatnonzero(frame.any(axis=0))
    tall, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    assert max(tall, wide) == 20
    # What is 20 px long already is MNIST's own, and left as it is.
    if min(height, width) >= 0.12 * max(height, width) or max(height, width) == 20:
        assert min(tall, wide) == round(20 * min(height, width) / max(height, width))
    else:  # a stroke finer than any in MNIST is broadened
        assert min(tall, wide) in (2, 3)
    assert abs(rows.mean() - 14) <= 0.5
    assert abs(columns.mean() - 14) <= 0.5


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_a_magnified_digit_frames_almost_as_the_original(sample: Dataset, factor: int) -> None:
    image = sample.test.images[3]
    big = np.kron(image, np.ones((factor, factor))).astype(np.float32) / 255
    assert np.abs(frame_digit(big).astype(int) - image).max() <= 1


def test_dark_on_light_and_light_on_dark_give_the_same_frame(sample: Dataset) -> None:
    image = np.kron(sample.test.images[5], np.ones((4, 4))).astype(np.uint8)
    sheet = np.pad(image, 30)
    np.testing.assert_allclose(frame_image(255 - sheet).astype(int), frame_image(sheet), atol=1)
