from __future__ import annotations

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.errors import DataError
from digits.evaluation.distortion.photo import photograph

LINES = ["3141592", "653 58 97", "20 10 46"]


@pytest.mark.slow
def test_the_reader_reads_what_was_written(sample: Dataset, reader: digits.Reader):
    exact = sum(reader.read(photograph(sample.test, LINES, seed=seed)).text == "\n".join(LINES) for seed in range(3))
    assert exact >= 2


def test_a_seed_gives_the_same_photo_and_another_a_different_one(sample: Dataset):
    first, again, other = (photograph(sample.test, ["42"], seed=seed) for seed in (1, 1, 2))
    assert first.dtype == np.uint8
    assert first.shape[2] == 3
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_shadow_takes_light_away(sample: Dataset):
    bright, dim = (photograph(sample.test, ["42"], shadow=shadow).mean() for shadow in (0.0, 0.5))
    assert dim < bright - 10


@pytest.mark.parametrize("lines", [[], [" "], ["3a"]])
def test_what_is_no_number_is_refused(sample: Dataset, lines: list[str]):
    with pytest.raises(DataError, match="expected lines of digits"):
        photograph(sample.test, lines)


def test_a_digit_that_is_not_there_is_named(sample: Dataset):
    ones = sample.test.take(np.flatnonzero(sample.test.labels == 1))
    with pytest.raises(DataError, match="an image of 7"):
        photograph(ones, ["17"])
