"""Frames as reading takes them from composed rows."""

from __future__ import annotations

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.training.row_frames import PIECE, compose_frames, make_frames


def test_frames_hold_their_digits(reader: digits.Reader, sample: Dataset) -> None:
    frames, labels = make_frames(sample.train, 400, np.random.default_rng(0))
    assert frames.shape == (400, 28, 28)
    assert frames.dtype == np.uint8
    assert frames.any(axis=(1, 2)).all()
    assert set(labels.tolist()) == set(range(10))
    # Worn, cut and crossed out as they are, most are what they are labelled.
    assert 0.75 < (reader.classify_frames(frames).values == labels).mean() < 0.999


def test_a_frame_on_a_page_has_more_or_less_in_it_than_its_digit(sample: Dataset) -> None:
    frames, _ = make_frames(sample.train, 300, np.random.default_rng(1))
    rows, columns = frames.any(axis=2), frames.any(axis=1)
    extents = np.stack([rows.sum(axis=1), columns.sum(axis=1)])
    assert np.median(extents.max(axis=0)) == 20  # the box, as in MNIST
    # MNIST's digits stand apart from the frame's border by four pixels; a neighbour's bit shifts some.
    borders = np.concatenate([frames[:, :3].reshape(300, -1), frames[:, -3:].reshape(300, -1)], axis=1)
    assert 0.02 < borders.any(axis=1).mean() < 0.6


@pytest.mark.slow
def test_frames_depend_on_the_seed_and_not_on_the_processes(sample: Dataset) -> None:
    count = PIECE + 100
    one, two = (compose_frames(sample.train, count, seed=3, workers=workers) for workers in (1, 2))
    np.testing.assert_array_equal(one.images, two.images)
    np.testing.assert_array_equal(one.labels, two.labels)
    other = compose_frames(sample.train, 100, seed=4, workers=1)
    assert not np.array_equal(other.images, one.images[:100])
