from __future__ import annotations

import json

import numpy as np
import pytest

from digits.data import Dataset, LabelledImages
from digits.data.dataset import Parts
from digits.errors import DataError

from .conftest import make_examples

IMAGES = np.zeros((3, 28, 28), np.uint8)
LABELS = np.array([0, 5, 9])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.uint64])
def test_labels_of_any_whole_type_become_int64(dtype: type) -> None:
    examples = LabelledImages(IMAGES, LABELS.astype(dtype))
    assert examples.labels.dtype == np.int64
    assert examples.labels.tolist() == [0, 5, 9]
    assert len(examples) == 3


@pytest.mark.parametrize(
    ("images", "received"),
    [
        (IMAGES - 0.42, "float64"),
        (IMAGES + 255.5, "float64"),
        (IMAGES + 1.5, "float64"),
        (IMAGES + np.nan, "float64"),
        (IMAGES.astype(np.int64) + 256, "int64"),
        (IMAGES.astype(np.complex64), "complex64"),
        (np.zeros((3, 785), np.uint8), r"\(3, 785\)"),
        (np.zeros((3, 28, 28, 3), np.uint8), r"\(3, 28, 28, 3\)"),
        (np.zeros((3, 32, 32), np.uint8), r"\(3, 32, 32\)"),
        (np.zeros((0, 28, 28), np.uint8), r"\(0, 28, 28\)"),
    ],
)
def test_images_of_another_shape_or_type_are_refused_by_name(images: np.ndarray, received: str) -> None:
    with pytest.raises(DataError, match=rf"^here: expected .*received .*{received}.*\. \w.*\.$"):
        LabelledImages(images, LABELS, "here")


@pytest.mark.parametrize(
    ("labels", "received"),
    [
        (LABELS + 0.5, r"float64 \(3,\) with 0\.5 at position 0"),
        (np.array([0, 5, np.nan]), r"float64 \(3,\) with nan at position 2"),
        (np.array([0, np.inf, 9]), r"float64 \(3,\) with inf at position 1"),
        (np.array(["0", "five", "9"]), "<U4"),
        (np.eye(9)[[0, 5, 8]], r"\(3, 9\)"),
        (np.eye(10)[LABELS] * 0.9, r"\(3, 10\)"),
        (np.eye(10)[LABELS] + np.eye(10)[[1, 1, 1]], r"\(3, 10\)"),
        (np.zeros((3, 2), int), r"\(3, 2\)"),
        (np.array(5), r"int64 \(\)"),
    ],
)
def test_labels_that_are_no_whole_numbers_in_a_row_are_refused(labels: np.ndarray, received: str) -> None:
    with pytest.raises(DataError, match=f"here: expected labels as whole numbers.*received .*{received}"):
        LabelledImages(IMAGES, labels, "here")


def test_labels_from_1_to_10_are_refused_with_both_things_they_may_mean() -> None:
    labels = np.arange(1, 11)
    with pytest.raises(DataError, match=r"label 10 at position 9 .*save labels % 10; .*save labels - 1\."):
        LabelledImages(np.zeros((10, 28, 28), np.uint8), labels)


@pytest.mark.parametrize("outsider", [-1, 10, 255])
def test_label_out_of_range_is_named_with_its_position(outsider: int) -> None:
    with pytest.raises(DataError, match=f"here: expected labels in 0-9; received label {outsider} at position 1"):
        LabelledImages(IMAGES, np.array([0, outsider, 9]), "here")


def test_label_beyond_int64_does_not_wrap_into_range() -> None:
    with pytest.raises(DataError, match="labels in 0-9"):
        LabelledImages(IMAGES, np.array([0, 2**64 - 1, 9], np.uint64))


def test_counts_that_differ_are_refused() -> None:
    with pytest.raises(DataError, match="received 3 images and 2 labels"):
        LabelledImages(IMAGES, LABELS[:2])


def test_taking_indices_keeps_images_and_labels_together() -> None:
    examples = make_examples()
    taken = examples.take(np.array([7, 3]))
    assert np.array_equal(taken.images, examples.images[[7, 3]])
    assert taken.labels.tolist() == examples.labels[[7, 3]].tolist()


def test_hash_depends_on_pixels_labels_order_and_part() -> None:
    examples, reverse = make_examples(), np.arange(60)[::-1]
    other_label = LabelledImages(examples.images, (examples.labels + 1) % 10)
    other_pixel = examples.images.copy()
    other_pixel[-1, -1, -1] ^= 1
    half = np.arange(30)
    variants = [
        Parts(examples),
        Parts(examples.take(reverse)),
        Parts(other_label),
        Parts(LabelledImages(other_pixel, examples.labels)),
        Parts(examples.take(half), examples.take(half + 30)),
    ]
    assert len({parts.sha256() for parts in variants}) == len(variants)
    assert Parts(make_examples()).sha256() == Parts(examples).sha256()


def test_dataset_describes_itself_in_json() -> None:
    part = make_examples(1)
    described = Dataset("name", "source", part, part, part, "0a", "notice").to_dict()
    assert json.loads(json.dumps(described)) == {
        "name": "name",
        "source": "source",
        "path": None,
        "sha256": "0a",
        "notice": "notice",
        "notice_details": None,
        "mixed_in": None,
        "correction": {"transpose": False, "invert": False},
        "sizes": {"train": 10, "validation": 10, "test": 10},
        "part_sha256": dict.fromkeys(("train", "validation", "test"), part.sha256),
    }


def test_images_and_labels_both_count_in_the_hash_of_a_part() -> None:
    part = make_examples(1)
    relabelled = LabelledImages(part.images, part.labels[::-1])
    assert part.sha256 == make_examples(1).sha256
    assert len({part.sha256, relabelled.sha256, part.take(np.arange(9)).sha256}) == 3
