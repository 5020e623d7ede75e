from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from digits.data import LabelledImages

from .conftest import make_examples

EXAMPLES = make_examples(2)
IMAGES, LABELS, COUNT = EXAMPLES.images, EXAMPLES.labels, len(EXAMPLES)


@pytest.mark.parametrize(
    "labels",
    [
        LABELS.astype(np.float32),
        LABELS.reshape(-1, 1),
        LABELS.reshape(1, -1),
        LABELS.reshape(-1, 1).astype(float),
        LABELS.astype(str),
        LABELS.astype(bytes),
        np.eye(10)[LABELS],
        np.eye(10, dtype=bool)[LABELS],
    ],
)
def test_labels_that_mean_the_same_are_taken(labels: npt.NDArray[Any]) -> None:
    taken = LabelledImages(IMAGES, labels).labels
    assert taken.dtype == np.int64
    assert taken.tolist() == LABELS.tolist()


@pytest.mark.parametrize("labels", [np.eye(10)[[7]], [[7.0]], ["7"]])
def test_label_of_one_image_alone_is_taken(labels: Any) -> None:
    assert LabelledImages(IMAGES[:1], labels).labels.tolist() == [7]


def test_ten_labels_in_a_row_are_not_one_hot() -> None:
    labels = [[0, 1, 0, 0, 0, 0, 0, 0, 0, 0]]
    assert LabelledImages(IMAGES[:10], labels).labels.tolist() == labels[0]


@pytest.mark.parametrize(
    "images",
    [
        IMAGES / 255,
        (IMAGES / 255).astype(np.float32),
        (IMAGES / 255).astype(np.float16),
        IMAGES.astype(np.float64),
        IMAGES.astype(np.int64),
        IMAGES.reshape(COUNT, 784),
        IMAGES.reshape(COUNT, 28, 28, 1),
        (IMAGES / 255).reshape(COUNT, 1, 28, 28),
    ],
)
def test_images_that_mean_the_same_are_taken(images: npt.NDArray[Any]) -> None:
    taken = LabelledImages(images, LABELS)
    assert taken.images.dtype == np.uint8
    assert taken.sha256 == EXAMPLES.sha256


@pytest.mark.parametrize("dtype", [bool, np.float32])
def test_ones_among_truth_values_and_floats_are_ink(dtype: type) -> None:
    assert np.array_equal(LabelledImages((IMAGES > 99).astype(dtype), LABELS).images, (IMAGES > 99) * 255)


def test_one_image_alone_keeps_its_axis() -> None:
    assert LabelledImages(IMAGES[:1, :, :, np.newaxis], LABELS[:1]).images.shape == (1, 28, 28)
