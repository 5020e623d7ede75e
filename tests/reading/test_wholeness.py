"""The small network that tells a whole digit from half of one or from two."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from digits.data import Dataset
from digits.reading.frame import frame_digit
from digits.reading.wholeness import _convolve, _pool, find_wholeness


def test_whole_digits_are_whole_and_pairs_are_not(sample: Dataset) -> None:
    images = sample.test.images[:200]
    assert (find_wholeness(images) > 0.5).mean() > 0.9
    pairs = [frame_digit(np.hstack([a[:, 4:24], b[:, 4:24]]) / np.float32(255)) for a, b in pairwise(images)]
    assert (find_wholeness(np.stack(pairs)) < 0.5).mean() > 0.9


def test_the_batch_a_frame_comes_in_does_not_change_its_answer(sample: Dataset) -> None:
    together = find_wholeness(sample.test.images[:100])
    alone = [float(find_wholeness(sample.test.images[i : i + 1])[0]) for i in (0, 63, 64, 99)]
    np.testing.assert_allclose(alone, together[[0, 63, 64, 99]], atol=1e-5)
    assert find_wholeness(np.zeros((0, 28, 28), np.uint8)).shape == (0,)


def test_convolution_is_what_its_definition_says() -> None:
    random = np.random.default_rng(0)
    values, kernel = random.random((2, 5, 7, 3), np.float32), random.random((3, 3, 3, 4), np.float32) - 0.5
    bias = random.random(4, np.float32) - 0.5
    padded = np.pad(values, ((0, 0), (1, 1), (1, 1), (0, 0)))
    expected = np.zeros((2, 5, 7, 4))
    for y in range(5):
        for x in range(7):
            expected[:, y, x] = np.einsum("nabc,abck->nk", padded[:, y : y + 3, x : x + 3], kernel) + bias
    np.testing.assert_allclose(_convolve(values, kernel, bias), np.maximum(expected, 0), atol=1e-5)


def test_pooling_leaves_an_odd_row_out() -> None:
    values = np.arange(7 * 5, dtype=np.float32).reshape(1, 7, 5, 1)
    assert _pool(values)[0, :, :, 0].tolist() == [[6, 8], [16, 18], [26, 28]]
