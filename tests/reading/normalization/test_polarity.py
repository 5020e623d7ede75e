"""Small pieces of patterned paper and their negatives: what makes sense tells which of light and dark is ink."""

from __future__ import annotations

import numpy as np
import pytest
from pages import write_page

import digits
from digits.data import Dataset
from digits.reading.result import FloatArray


@pytest.fixture(params=[(0, "5813"), (1, "29407"), (2, "6342")])
def cheque(request: pytest.FixtureRequest, sample: Dataset) -> tuple[FloatArray, str]:
    """A number on grey paper with light dots and dark lines, cut close, in [0, 1]."""
    seed, text = request.param
    page = 1 - write_page(sample.train, [text], scale=1, gap_px=3, seed=seed)[22:64, 18:].astype(np.float32) / 255
    rows, columns = np.mgrid[: page.shape[0], : page.shape[1]]
    dots = 0.2 * ((rows % 4 == 0) & (columns % 4 == 0)) - 0.08 * ((rows + columns) % 6 == 0)
    return np.asarray(0.5 + dots - 0.35 * page, np.float32), text


@pytest.mark.parametrize("is_negative", [False, True])
def test_a_number_on_patterned_paper_is_read_either_way_round(
    reader: digits.Reader, cheque: tuple[FloatArray, str], is_negative: bool
) -> None:
    grey, text = cheque
    assert reader.read(1 - grey if is_negative else grey).text.replace(" ", "") == text
