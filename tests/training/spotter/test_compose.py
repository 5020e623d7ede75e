"""Strips composed of digits, and where their digits stand."""

from __future__ import annotations

import numpy as np

from digits.data import Dataset
from digits.reading.spotting.rectification import STRIP_PX
from digits.training.spotter.compose import STRIP_WIDTH_PX, compose
from digits.training.spotter.examples import STEPS, make_examples


def test_the_same_seed_composes_the_same_strip(sample: Dataset) -> None:
    one, other = (compose(sample.train.images, sample.train.labels, np.random.default_rng(3)) for _ in range(2))
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first, second)


def test_boxes_hold_ink_and_digits_stand_apart(sample: Dataset) -> None:
    random = np.random.default_rng(0)
    for _ in range(40):
        strip, labels, boxes, seen = compose(sample.train.images, sample.train.labels, random)
        assert strip.shape == (STRIP_PX, STRIP_WIDTH_PX)
        assert len(labels) == len(boxes) == len(seen)
        for left, top, right, bottom in boxes[seen > 0.85].astype(int):
            assert strip[max(top, 0) : bottom + 1, max(left, 0) : right + 1].max() > 60
        assert (np.diff((boxes[:, 0] + boxes[:, 2]) / 2) > 3).all()


def test_each_digit_is_asked_for_at_its_middle(sample: Dataset) -> None:
    strips, answers = make_examples(sample.train, 30, seed=1)
    assert strips.shape == (30, STRIP_PX, STRIP_WIDTH_PX)
    assert answers.shape == (30, STEPS, 5)
    is_digit = answers[..., 0] > 0
    assert 0.03 < is_digit.mean() < 0.25
    # Its edges lie on either side of a step that is in its middle, as far from it both ways.
    left, right = answers[..., 1][is_digit], answers[..., 3][is_digit]
    assert np.abs(left - right).max() <= 2 * 2.0 / 20 + 1e-6
