"""Digits drawn with strokes of a pen, and a dataset that has them among its training images."""

from __future__ import annotations

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.data.pen_strokes import SHA256, PenStrokes
from digits.training.augmentation.pen_digits import draw_pen_digits, with_pen_digits


@pytest.fixture(scope="module")
def pens() -> PenStrokes:
    """A 0, a 1 of one stroke, and a 7 with a bar."""
    round_ = np.linspace(0, 2 * np.pi, 24)
    ring = np.stack([0.35 + 0.35 * np.sin(round_), 0.5 - 0.5 * np.cos(round_)], axis=1)
    stem = np.array([[0.1, 0.0], [0.1, 1.0]])
    seven, bar = np.array([[0.0, 0.0], [0.6, 0.0], [0.2, 1.0]]), np.array([[0.15, 0.5], [0.55, 0.5]])
    return PenStrokes(((ring,), (stem,), (seven, bar)), np.array([0, 1, 7]))


def test_each_is_drawn_as_often_as_asked_another_way_each_time_and_the_same_at_every_call(pens: PenStrokes) -> None:
    drawn = draw_pen_digits(pens, copies=3)
    assert drawn.labels.tolist() == [0, 1, 7] * 3
    assert drawn.images.dtype == np.uint8
    assert len({image.tobytes() for image in drawn.images}) == 9
    assert np.array_equal(drawn.images, draw_pen_digits(pens, copies=3).images)


def test_what_is_drawn_are_these_digits(pens: PenStrokes) -> None:
    drawn = draw_pen_digits(pens, copies=20)
    right = digits.load().classify_frames(drawn.images).values == drawn.labels
    assert right.mean() > 0.8


def test_they_are_trained_on_and_nothing_else_changes(pens: PenStrokes, sample: Dataset) -> None:
    mixed = with_pen_digits(sample, pens)
    assert len(mixed.train) == len(sample.train) + 12
    assert np.array_equal(mixed.train.images[: len(sample.train)], sample.train.images)
    assert (mixed.validation, mixed.test, mixed.name) == (sample.validation, sample.test, sample.name)
    assert mixed.sha256 != sample.sha256
    told = mixed.to_dict()["mixed_in"]
    assert (told["sha256"], told["images"], told["license"]) == (SHA256, 12, "CC-BY-4.0")
