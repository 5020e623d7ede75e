"""What two networks say of one digit: the sure one wins, the spotter sees framed digits, both are better than one."""

from __future__ import annotations

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.model.folder import open_model
from digits.reading.recognition.network.classifier import open_spotter
from digits.reading.recognition.pooling import SHARE_WHOLE, agree
from digits.reading.spotting.spotter import FRAMES_AT_ONCE, name_frames


def certain(value: int, belief: float) -> np.ndarray:
    return np.where(np.arange(10) == value, belief, (1 - belief) / 9).astype(np.float32)


@pytest.mark.parametrize(("one", "other", "is_cut", "expected"), [(0.9, 0.7, False, 3), (0.7, 0.9, True, 5)])
def test_the_surer_opinion_wins(one: float, other: float, is_cut: bool, expected: int) -> None:
    believed = agree(certain(3, one)[None], certain(5, other)[None], np.array([is_cut]))
    assert believed.argmax() == expected
    assert believed.dtype == np.float32
    assert believed.sum() == pytest.approx(1, abs=1e-6)


def test_it_is_the_weighted_geometric_mean() -> None:
    one, other = np.float32([[0.5, 0.5] + [0] * 8]), np.float32([[0.9, 0.1] + [0] * 8])
    odds = agree(one, other, np.array([False]))[0]
    assert odds[0] / odds[1] == pytest.approx(9**SHARE_WHOLE, rel=1e-5)


def test_the_spotter_names_framed_digits(sample: Dataset) -> None:
    spot = open_spotter(open_model().networks["spotter"], threads=1)
    images, labels = sample.train.images[: FRAMES_AT_ONCE + 44], sample.train.labels[: FRAMES_AT_ONCE + 44]
    named = name_frames(images, spot)
    assert named.shape == (len(images), 10)
    np.testing.assert_allclose(named.sum(axis=1), 1, atol=1e-5)
    assert (named.argmax(axis=1) == labels).mean() > 0.97
    np.testing.assert_allclose(name_frames(images[-1:], spot), named[-1:], atol=1e-4)


def test_a_spotter_that_sees_nothing_has_no_opinion() -> None:
    frames = np.zeros((3, 28, 28), np.uint8)

    def spot(strips: np.ndarray) -> np.ndarray:
        answers = np.zeros((len(strips), strips.shape[3] // 2, 15), np.float32)
        answers[..., 0] = 200  # of a digit there is no chance at all in float32
        return answers

    np.testing.assert_allclose(name_frames(frames, spot), 0.1)


def test_both_networks_have_a_say_in_a_picture_of_one_digit(sample: Dataset, reader: digits.Reader) -> None:
    confidence = reader.classify_frames(sample.test.images).confidence
    i = int(np.flatnonzero((confidence > 0.992) & (confidence < 0.999))[0])  # surer ones hardly differ
    (digit,) = reader.classify([255 - np.pad(sample.test.images[i], 10)])
    alone = reader.classify_frames(sample.test.images[i : i + 1]).probabilities[0]
    assert np.argmax(digit.probabilities) == alone.argmax()
    assert not np.allclose(digit.probabilities, alone, atol=1e-6)
