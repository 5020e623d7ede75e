"""Augmentation: the same digit, a little different, by the generator's state alone."""

from __future__ import annotations

import numpy as np

from digits.data import Dataset
from digits.reading.result import ByteArray
from digits.training.augmentation.augment import as_input, augment
from digits.training.recipe import RECIPES, Augmentation

SOME = RECIPES["fast"].augmentation


def centres(images: np.ndarray) -> np.ndarray:
    mass = images[..., 0].sum(axis=(1, 2))
    y = (images[..., 0].sum(axis=2) * np.arange(28)).sum(axis=1) / mass
    x = (images[..., 0].sum(axis=1) * np.arange(28)).sum(axis=1) / mass
    return np.stack([y, x], axis=1)


def some_images(sample: Dataset) -> ByteArray:
    return sample.train.images[:200]


def test_no_augmentation_only_scales_to_the_unit_range(sample: Dataset) -> None:
    images = some_images(sample)
    inputs = augment(images, Augmentation(), np.random.default_rng(0))
    assert inputs.shape == (200, 28, 28, 1)
    assert inputs.dtype == np.float32
    np.testing.assert_array_equal(np.rint(inputs[..., 0] * 255), images)


def test_the_same_state_gives_the_same_images_and_another_gives_others(sample: Dataset) -> None:
    images = some_images(sample)
    first, again, other = (augment(images, SOME, np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_varied_images_stay_in_range_and_keep_their_ink(sample: Dataset) -> None:
    inputs = augment(some_images(sample), SOME, np.random.default_rng(0))
    assert inputs.min() >= 0
    assert inputs.max() <= 1
    ink = inputs.sum(axis=(1, 2, 3)) / as_input(some_images(sample)).sum(axis=(1, 2, 3))
    assert ink.min() > 0.75
    assert ink.max() < 1.3


def test_shift_alone_moves_the_centre_of_mass_by_at_most_its_reach(sample: Dataset) -> None:
    images = some_images(sample)
    moved = centres(augment(images, Augmentation(shift_px=2), np.random.default_rng(0))) - centres(as_input(images))
    assert np.abs(moved).max() < 2.1
    assert 0.9 < np.abs(moved).mean() < 1.1  # uniform in ±2


def test_rotation_scale_and_shear_turn_about_the_middle(sample: Dataset) -> None:
    images = some_images(sample)
    varied = Augmentation(rotation_deg=20, scale=0.2, shear=0.2)
    moved = centres(augment(images, varied, np.random.default_rng(0))) - centres(as_input(images))
    assert np.abs(moved).max() < 0.8


def test_the_originals_are_left_alone(sample: Dataset) -> None:
    images = some_images(sample)
    before = images.copy()
    augment(images, SOME, np.random.default_rng(0))
    np.testing.assert_array_equal(images, before)


def test_only_a_share_of_the_digits_with_another_form_is_restyled(sample: Dataset) -> None:
    images, labels = some_images(sample), sample.train.labels[:200]
    restyled = augment(images, Augmentation(restyled_share=0.5), np.random.default_rng(0), labels=labels)
    changed = np.any(restyled[..., 0] != as_input(images)[..., 0], axis=(1, 2))
    has_form = np.isin(labels, [0, 1, 4, 7, 9])
    assert not changed[~has_form].any()
    assert 0.3 < changed[has_form].mean() < 0.6
