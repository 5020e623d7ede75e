"""Digits of MNIST among a person's own: half of what the network sees, and none of what it is measured on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from digits.data import Dataset
from digits.data.mixing import mix_in


@pytest.fixture
def own(sample: Dataset) -> Dataset:
    part = sample.validation.take(np.arange(60))
    return replace(sample, name="mine", train=part, validation=part, test=part, notice=None, path="/mine")


def test_as_many_digits_are_added_and_only_to_training(own: Dataset, sample: Dataset) -> None:
    mixed = mix_in(own, sample)
    np.testing.assert_array_equal(mixed.train.images[:60], own.train.images)
    known = {image.tobytes() for image in sample.train.images}
    added = [image.tobytes() for image in mixed.train.images[60:]]
    assert len(set(added)) == 60
    assert set(added) <= known
    assert (mixed.validation, mixed.test) == (own.validation, own.test)


def test_the_same_digits_are_added_every_time(own: Dataset, sample: Dataset) -> None:
    assert mix_in(own, sample).train.sha256 == mix_in(own, sample).train.sha256


def test_it_is_another_dataset_that_says_what_it_holds(own: Dataset, sample: Dataset) -> None:
    described = mix_in(own, sample).to_dict()
    assert described["sha256"] != own.sha256
    assert described["mixed_in"] == {"name": "mnist-sample-5000", "sha256": sample.sha256, "images": 60}
    assert described["source"].endswith("mixed with 60 training digits of mnist-sample-5000")


def test_the_offline_sample_says_that_it_is_not_mnist(own: Dataset, sample: Dataset) -> None:
    assert mix_in(own, sample).notice == sample.notice
    assert mix_in(own, replace(sample, notice=None)).notice is None
