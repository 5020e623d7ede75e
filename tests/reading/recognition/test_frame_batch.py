"""Frames that nobody meant are refused with a sentence; whatever a person legitimately has is taken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.errors import ImageError
from digits.model.folder import SHIPPED


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_frames_of_0_and_1_in_bytes_are_an_image_error(reader: digits.Reader, sample: Dataset, dtype: type) -> None:
    masks = (sample.test.images[:10] > 127).astype(dtype)
    with pytest.raises(ImageError, match="0 and 1 alone; multiply by 255"):
        reader.classify_frames(masks)
    values = reader.classify_frames(masks * 255).values
    assert (values == sample.test.labels[:10]).mean() >= 0.9


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_divided_by_255_twice_are_an_image_error(reader: digits.Reader, sample: Dataset, dtype: type) -> None:
    frames = (sample.test.images[:10] / 255 / 255).astype(dtype)
    with pytest.raises(ImageError, match="divided by 255 twice; multiply by 255"):
        reader.classify_frames(frames)
    values = reader.classify_frames(frames * dtype(255)).values
    np.testing.assert_array_equal(values, reader.classify_frames(sample.test.images[:10]).values)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.bool_, np.float16, np.float32])
def test_blank_frames_are_legal(reader: digits.Reader, dtype: type) -> None:
    assert len(reader.classify_frames(np.zeros((3, 28, 28), dtype))) == 3


def test_blank_frames_and_specks_may_stand_among_real_ones(reader: digits.Reader, sample: Dataset) -> None:
    frames = sample.test.images[:4].copy()
    frames[1] = 0
    frames[2] = 0
    frames[2, 3, 3] = 1
    for batch in (frames, frames / 255):
        assert len(reader.classify_frames(batch)) == 4


def test_blank_frames_do_not_hide_a_wrong_range(reader: digits.Reader, sample: Dataset) -> None:
    masks = (sample.test.images[:4] > 127).astype(np.uint8)
    masks[:3] = 0
    with pytest.raises(ImageError, match="multiply by 255"):
        reader.classify_frames(masks)


@pytest.mark.parametrize("contrast", [0.5, 0.1, 0.03, 0.01, 0.008])
def test_faint_frames_of_mnist_are_taken(reader: digits.Reader, sample: Dataset, contrast: float) -> None:
    faint = np.rint(sample.test.images[:5] * contrast).astype(np.uint8)
    assert len(reader.classify_frames(faint)) == 5
    assert len(reader.classify_frames(sample.test.images[:5] / 255 * contrast)) == 5


@pytest.mark.parametrize("brightest", [1, 16])
def test_a_network_that_was_trained_on_faint_ink_takes_it(sample: Dataset, tmp_path: Path, brightest: int) -> None:
    """Or it could not be measured: a training on such data would end in an error."""
    shutil.copytree(SHIPPED, tmp_path / "model")
    description = tmp_path / "model" / "model.json"
    info = json.loads(description.read_text())
    info["dataset"]["brightest_pixel"] = brightest
    description.write_text(json.dumps(info))
    masks = (sample.test.images[:4] > 127).astype(np.uint8)
    assert len(digits.load(tmp_path).classify_frames(masks)) == 4


def test_true_is_ink(reader: digits.Reader, sample: Dataset) -> None:
    masks = sample.test.images[:10] > 127
    np.testing.assert_array_equal(
        reader.classify_frames(masks).probabilities,
        reader.classify_frames(masks * np.uint8(255)).probabilities,
    )


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.int64, np.uint16, np.uint64])
def test_whole_numbers_to_255_are_frames_in_every_dtype(reader: digits.Reader, sample: Dataset, dtype: type) -> None:
    frames = sample.test.images[:5]
    np.testing.assert_array_equal(
        reader.classify_frames(frames.astype(dtype)).probabilities, reader.classify_frames(frames).probabilities
    )


def test_no_frames_in_a_list_give_no_predictions(reader: digits.Reader) -> None:
    assert len(reader.classify_frames([])) == 0


def test_the_one_frame_of_many_that_is_wrong_is_named(reader: digits.Reader, sample: Dataset) -> None:
    frames = sample.test.images[:5] / 255
    frames[3, 4, 4] = np.nan
    with pytest.raises(ImageError, match=r"got NaN or infinity in frames\[3\]"):
        reader.classify_frames(frames)


@pytest.mark.parametrize("shape", [(3, 784), (784,), (28, 28), (3, 28, 28, 1), (3, 1, 28, 28), (1, 28, 28, 1)])
def test_frames_in_another_shape_are_an_error_that_says_how_to_reshape_them(
    reader: digits.Reader, sample: Dataset, shape: tuple[int, ...]
) -> None:
    frames = sample.test.images[: 3 if shape[0] == 3 else 1]
    array = frames.reshape(shape)
    with pytest.raises(ImageError, match=r"give np\.reshape\(array, \(-1, 28, 28\)\)"):
        reader.classify_frames(array)
    np.testing.assert_array_equal(np.reshape(array, (-1, 28, 28)), frames)


@pytest.mark.parametrize("shape", [(2, 28, 28, 3), (2, 3, 28, 28), (1, 3, 28, 28), (28, 28, 3), (2, 32, 32)])
def test_colour_and_other_sizes_are_sent_to_classify(reader: digits.Reader, shape: tuple[int, ...]) -> None:
    with pytest.raises(ImageError, match=r"Reader\.classify"):
        reader.classify_frames(np.zeros(shape, np.uint8))
