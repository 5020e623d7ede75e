"""Our quantiles are numpy's."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digits.reading.quantiles import median, quantile, quantiles, row_medians

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


@given(NUMBERS, st.floats(0, 1))
def test_quantile_and_median_are_those_of_numpy(numbers: list[float], share: float) -> None:
    np.testing.assert_allclose(quantile(numbers, share), np.quantile(numbers, share), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(median(np.reshape(numbers, (1, -1))), np.median(numbers), rtol=1e-9, atol=1e-6)
    assert quantiles(numbers, (0, 1)) == [min(numbers), max(numbers)]


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_row_medians_are_those_of_numpy(rows: int, columns: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(rows, columns))
    np.testing.assert_allclose(row_medians(values), np.median(values, axis=1))


def test_a_first_reading_does_not_wait_for_masked_arrays() -> None:
    code = (
        "import sys, cv2, numpy as np, digits; page = np.full((200, 500), 255, np.uint8); "
        "cv2.putText(page, '2846193', (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 2.5, 0, 6); "
        "assert digits.load().read(page).text; sys.exit('numpy.ma' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
