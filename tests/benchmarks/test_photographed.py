"""Ways to photograph a page otherwise; and that pages and sudokus are read for all that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import photographed as benchmark
import pytest
from lines import data_folder

import digits


@pytest.mark.parametrize("change", benchmark.CHANGES)
def test_a_photo_changed_is_another_photo_and_the_same_state_gives_the_same(change: Callable[..., np.ndarray]) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (60, 40, 3), dtype=np.uint8)
    one, same = (change(photo, np.random.default_rng(3)) for _ in range(2))
    assert one.dtype == np.uint8
    assert one.ndim == 3
    np.testing.assert_array_equal(one, same)
    assert one.shape != photo.shape or (one != photo).any()


@pytest.mark.slow
def test_pages_and_sudokus_are_read_however_they_are_photographed(reader: digits.Reader) -> None:
    folder = data_folder()
    if folder is None or not all((folder / name).is_dir() for name in ("pages_dev", "sudoku_dev")):
        pytest.skip("pages_dev and sudoku_dev are not in $DIGITS_DATA")
    result = benchmark.measure_ways(reader, folder, times=1)
    for way, row in result.items():
        assert row["digits_right"] > 0.86, way
        assert row["cells_right"] > (0.6 if way == "tilt" else 0.95), way  # a grid may leave the picture
    assert np.mean([row["lines_exact"] for row in result.values()]) > 0.82
