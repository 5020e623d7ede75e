"""The small network that tells a whole digit from half of one or from two."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digits.data import Dataset
from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.wholeness import _convolve, _pool, find_wholeness, make_view


def views_of(pages: list[FloatArray]) -> ByteArray:
    """Return the views of all the ink of each page."""
    return np.stack([make_view(page, page, Box(0, 0, page.shape[1], page.shape[0])) for page in pages])


def tight(image: ByteArray) -> FloatArray:
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return np.asarray(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], np.float32) / np.float32(255)


def test_whole_digits_are_whole_and_pairs_are_not(sample: Dataset) -> None:
    images = sample.test.images[:200]
    assert (find_wholeness(views_of([tight(image) for image in images])) > 0.5).mean() > 0.9
    pairs = [tight(np.hstack([one[:, 4:24], other[:, 4:24]])) for one, other in pairwise(images)]
    assert (find_wholeness(views_of(pairs)) < 0.5).mean() > 0.9


def test_half_a_digit_beside_its_other_half_is_not_whole(sample: Dataset) -> None:
    pages = [tight(image) for image in sample.test.images[:200]]
    halves = []
    for page in pages:
        if page.shape[1] >= 12:
            half = page.copy()[:, : page.shape[1] // 2]
            halves.append(make_view(page, half, Box(0, 0, half.shape[1], half.shape[0])))
    assert (find_wholeness(np.stack(halves)) < 0.5).mean() > 0.9


def test_a_view_holds_the_digit_and_what_lies_around_apart() -> None:
    page = np.zeros((40, 40), np.float32)
    page[10:30, 10:20] = 1
    page[10:30, 24:26] = 1
    view = make_view(page, np.ones((20, 10), np.float32), Box(10, 10, 10, 20))
    assert view.shape == (28, 28, 2)
    assert view.dtype == np.uint8
    assert view[14, 12, 0] == 255
    assert view[14, 12, 1] == 0
    assert view[14, 23:26, 1].max() > 100
    assert view[14, 23:26, 0].max() == 0


@given(st.integers(-5, 45), st.integers(-5, 45), st.integers(1, 30), st.integers(1, 30))
def test_a_view_may_reach_over_the_page(x: int, y: int, width: int, height: int) -> None:
    page = np.ones((40, 40), np.float32)
    assert make_view(page, np.ones((height, width), np.float32), Box(x, y, width, height)).shape == (28, 28, 2)


def test_the_batch_a_view_comes_in_does_not_change_its_answer(sample: Dataset) -> None:
    views = views_of([tight(image) for image in sample.test.images[:100]])
    together = find_wholeness(views)
    alone = [float(find_wholeness(views[i : i + 1])[0]) for i in (0, 63, 64, 99)]
    np.testing.assert_allclose(alone, together[[0, 63, 64, 99]], atol=1e-5)
    assert find_wholeness(np.zeros((0, 28, 28, 2), np.uint8)).shape == (0,)


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
