"""Pieces of one digit are joined; digits that stand close are not."""

from __future__ import annotations

import numpy as np
import pytest
from pages import upright_strokes

from digits.reading.ink.connected_components import Parts
from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.segmentation.merging import join_pieces
from digits.reading.spotting.spotter import Sighting

HEIGHT_PX = 40


def classify_as(value: int, confidence: float) -> FloatArray:
    return np.array([confidence if k == value else (1 - confidence) / 9 for k in range(10)], np.float32)


def see(box: Box, presence: float) -> Sighting:
    return Sighting(box, presence, classify_as(1, 0.9))


@pytest.fixture(scope="module")
def strokes() -> Parts:
    """Two upright strokes, as a 4 whose stem stands off the rest, and a third far off."""
    return upright_strokes(10, 26, 90)


LEFT, RIGHT, FAR = Box(8, 10, 18, 40), Box(22, 10, 12, 40), Box(88, 10, 9, 40)


@pytest.mark.parametrize(
    ("presences", "confidence", "expected"),
    [((1.0, 0.8), 1.0, [4, 1]), ((1.0, 1.0), 1.0, [1, 1, 1]), ((1.0, 0.8), 0.9, [1, 1, 1])],
    ids=["doubted", "both sure", "the whole is no digit"],
)
def test_two_are_one_where_one_is_doubted_and_the_whole_is_a_digit(
    strokes: Parts, presences: tuple[float, float], confidence: float, expected: list[int]
) -> None:
    def classify(frames: ByteArray) -> FloatArray:
        return np.stack([classify_as(4, confidence)] * len(frames))

    sightings = [see(LEFT, presences[0]), see(RIGHT, presences[1]), see(FAR, 0.8)]
    digits, _ = join_pieces(strokes, range(3), sightings, HEIGHT_PX, classify)
    assert [int(one.probabilities.argmax()) for one in digits] == expected
    assert digits[-1].box == FAR
    assert digits[0].box == (Box(8, 10, 26, 40) if len(expected) == 2 else LEFT)


def test_the_network_is_shown_the_ink_of_both(strokes: Parts) -> None:
    shown: list[ByteArray] = []

    def classify(frames: ByteArray) -> FloatArray:
        shown.extend(frames)
        return np.stack([classify_as(4, 0.5)] * len(frames))

    join_pieces(strokes, range(3), [see(LEFT, 0.8), see(RIGHT, 1.0), see(FAR, 1.0)], HEIGHT_PX, classify)
    (frame,) = shown
    middle = frame[14] > 128
    assert np.count_nonzero(np.diff(middle.astype(int)) == 1) == 2
