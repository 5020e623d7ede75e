"""How likely something is a digit among the others of its page."""

from __future__ import annotations

import numpy as np

from digits.reading.detection.detections import KINDS, Detections
from digits.reading.layout.page_prior import find_prior, weigh_heights


def test_nothing_tells_where_there_is_nothing_else() -> None:
    assert find_prior(np.zeros(0, np.float32), np.zeros(0, np.float32)).shape == (0,)
    assert find_prior(np.array([4], np.float32), np.array([20], np.float32)).tolist() == [0]


def test_a_doubtful_one_among_digits_of_its_height_is_rather_a_digit_and_among_letters_rather_none() -> None:
    digits, letters = np.full(20, 5, np.float32), np.full(20, -5, np.float32)
    odds = np.concatenate([digits, letters, np.zeros(2, np.float32)])
    heights = np.array([40] * 20 + [15] * 20 + [42, 16], np.float32)
    prior = find_prior(odds, heights)
    assert prior[-2] > 2
    assert prior[-1] < -2


def test_heights_far_from_all_others_tell_nothing() -> None:
    odds = np.array([5] * 20 + [0], np.float32)
    assert find_prior(odds, np.array([40] * 20 + [90], np.float32))[-1] == 0


def test_signs_stay_as_sure_as_they_were_and_are_no_measure() -> None:
    kinds = np.zeros((12, KINDS), np.float32)
    kinds[:10, 3] = kinds[10, 12] = kinds[11, 7] = 1
    boxes = np.tile(np.array([0, 0, 20, 30], np.float32), (12, 1))
    seen = Detections(boxes, np.array([0.99] * 10 + [0.6, 0.6], np.float32), kinds, np.zeros(12, np.float32))
    weighed = weigh_heights(seen).presence
    assert weighed[10] == np.float32(0.6)
    assert weighed[11] > 0.9
    without_sign = weigh_heights(seen.pick(seen.kind < 10)).presence
    assert np.array_equal(weighed[seen.kind < 10], without_sign)
