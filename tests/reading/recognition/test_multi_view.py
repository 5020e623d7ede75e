"""Where the digit network is in doubt it is asked again about other frames of the same digit, and only there."""

from __future__ import annotations

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.reading.recognition.multi_view import MOST_IN_DOUBT, SURE, look_twice
from digits.reading.result import ByteArray, FloatArray


class Asked:
    """A network that gives the first digit of each call one belief, and any other view another."""

    def __init__(self, *answers: FloatArray) -> None:
        self.answers, self.frames = list(answers), list[ByteArray]()

    def __call__(self, frames: ByteArray) -> FloatArray:
        self.frames.append(frames)
        return self.answers.pop(0)


def certain(value: int, belief: float) -> FloatArray:
    return np.where(np.arange(10) == value, belief, (1 - belief) / 9).astype(np.float32)


def test_who_is_sure_is_asked_once(sample: Dataset) -> None:
    first = np.stack([certain(3, SURE), certain(8, 1.0)])
    network = Asked(first)
    assert look_twice(sample.test.images[:2], network) is first
    assert len(network.frames) == 1


def test_noise_is_looked_at_once() -> None:
    first = np.stack([certain(3, 0.5)] * (MOST_IN_DOUBT + 1))
    network = Asked(first)
    assert look_twice(np.zeros((len(first), 28, 28), np.uint8), network) is first


def test_the_views_of_a_digit_in_doubt_are_averaged_in_logarithms(sample: Dataset) -> None:
    views = np.stack([certain(7, belief) for belief in (0.9, 0.8, 0.6, 0.5)])
    network = Asked(np.stack([certain(3, 1.0), certain(1, 0.7)]), views)
    sure, doubted = look_twice(sample.test.images[:2], network)
    np.testing.assert_array_equal(sure, certain(3, 1.0))
    mean = np.exp(np.log(np.stack([certain(1, 0.7), *views])).mean(axis=0))
    np.testing.assert_allclose(doubted, mean / mean.sum(), rtol=1e-5)
    assert doubted.argmax() == 7


def test_the_views_are_larger_smaller_bolder_and_finer(sample: Dataset) -> None:
    frame = sample.test.images[4]
    network = Asked(certain(1, 0.5)[None], np.stack([certain(1, 0.5)] * 4))
    look_twice(frame[None], network)
    larger, smaller, bolder, finer = network.frames[1]
    assert network.frames[1].dtype == np.uint8
    assert extent(larger) > extent(frame) > extent(smaller)
    assert bolder.sum(dtype=int) > frame.sum(dtype=int) > finer.sum(dtype=int)
    for view in (larger, smaller, bolder, finer):  # each is the same digit in the same place
        assert np.abs(middle(view) - middle(frame)).max() < 0.6


@pytest.mark.parametrize("count", [0, 1, 40])
def test_any_number_of_frames_gets_an_answer_each(sample: Dataset, reader: digits.Reader, count: int) -> None:
    frames = sample.test.images[:count] // 3  # faint ink, some of it in doubt
    answers = look_twice(frames, lambda some: reader.classify_frames(some).probabilities)
    assert answers.shape == (count, 10)
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


def extent(frame: ByteArray) -> int:
    return int((frame > 100).any(axis=1).sum())


def middle(frame: ByteArray) -> np.ndarray:
    ink = frame.astype(np.float64)
    return np.array([(ink.sum(axis=k) * np.arange(28)).sum() / ink.sum() for k in (0, 1)])
