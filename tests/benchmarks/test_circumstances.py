"""Pages in other circumstances: the same at every call, and read."""

from __future__ import annotations

from collections.abc import Callable

import circumstances as benchmark
import numpy as np
import pytest

import digits
from digits.data import Dataset


@pytest.mark.parametrize("kind", benchmark.KINDS)
def test_a_kind_gives_pages_with_numbers_and_the_same_for_the_same_state(
    sample: Dataset, kind: Callable[[benchmark.Writer], np.ndarray]
) -> None:
    writers = [
        benchmark.Writer(sample.train.images, sample.train.labels, np.random.default_rng(seed)) for seed in (3, 3, 4)
    ]
    one, same, other = (kind(writer) for writer in writers)
    assert one.dtype == np.uint8
    np.testing.assert_array_equal(one, same)
    assert writers[0].lines == writers[1].lines != writers[2].lines
    assert one.shape != other.shape or (one != other).any()


@pytest.mark.slow
@pytest.mark.parametrize("kind", benchmark.KINDS)
def test_numbers_are_read_in_other_circumstances(
    reader: digits.Reader, kind: Callable[[benchmark.Writer], np.ndarray]
) -> None:
    assert benchmark.measure(reader, kind, 8) >= 0.5
