"""Printed lines are taken out; where to look for them is told by a shortcut that may miss none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import write_page

import digits
from digits.data import Dataset
from digits.reading.ink.line_removal import _rows_near_runs, find_unruled


@given(st.integers(1, 60), st.integers(0, 100), st.integers(0, 10**6))
def test_no_run_of_ink_is_overlooked(length: int, width: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    mask = (random.random((12, 130)) < 0.2).astype(np.uint8)
    left = int(random.integers(0, 130))
    mask[6, left : left + width] = 1
    runs = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8), borderValue=0)
    assert set(np.flatnonzero(runs.any(axis=1))) <= set(_rows_near_runs(mask, length))


@pytest.mark.parametrize("is_upright", [False, True])
def test_lines_far_and_near_are_found_where_they_are(is_upright: bool) -> None:
    ink = np.zeros((400, 600), np.float32)
    tops = (40, 48, 200, 330)
    for top in tops:
        ink[top : top + 2] = 1
    for i in range(20):
        cv2.circle(ink, (60 + 50 * (i % 10), 120 + 145 * (i // 10)), 20, (1.0,), 4)
    found = find_unruled(np.ascontiguousarray(ink.T) if is_upright else ink)
    places = [(box.x, box.width, box.y, box.height) for box in found.lines]
    expected = [(top, 2, 0, 600) if is_upright else (0, 600, top, 2) for top in tops]
    assert sorted(places) == sorted(expected)
    assert len(found.parts) == 20
    assert not (found.ink.T if is_upright else found.ink)[200:202].any()


@pytest.mark.parametrize("is_upright", [False, True])
def test_a_stroke_that_runs_along_a_line_stays_and_the_line_goes(is_upright: bool) -> None:
    """Upright, on squared paper, that is a 1; level, the foot of a 2."""
    ink = np.zeros((400, 600), np.float32)
    ink[200:202] = 1
    ink[197:204, 250:300] = 1
    for i in range(20):
        cv2.circle(ink, (60 + 50 * (i % 10), 120 + 145 * (i // 10)), 20, (1.0,), 4)
    found = find_unruled(np.ascontiguousarray(ink.T) if is_upright else ink)
    left = found.ink.T if is_upright else found.ink
    assert left[197:204, 251:299].all()
    assert not left[200:202, :240].any()
    assert not left[200:202, 310:].any()


@pytest.mark.parametrize("shade", [0.4, 0.7])
def test_a_fine_pen_on_paler_squares_keeps_what_runs_along_them(shade: float) -> None:
    """No thicker than the printed lines, it is darker: the bar of a 7, the back of a 4."""
    random = np.random.default_rng(3)
    ink = np.zeros((480, 720), np.float32)
    ink[::30] = ink[1::30] = ink[:, ::30] = ink[:, 1::30] = shade
    ink = np.clip(ink + random.normal(0, 0.03, ink.shape), 0, 1).astype(np.float32)
    ink[120:122, 95:145] = ink[184:240, 300:302] = 1
    found = find_unruled(ink, is_squared=True).ink
    is_crossing = np.zeros(ink.shape, bool)
    is_crossing[120:122, 120:122] = is_crossing[210:212, 300:302] = True
    assert (found[120:122, 96:144][~is_crossing[120:122, 96:144]] > 0.9).all()
    assert (found[186:238, 300:302][~is_crossing[186:238, 300:302]] > 0.9).all()
    found[117:125, 92:148] = found[181:243, 297:305] = 0
    assert np.count_nonzero(found > 0.2) < 0.001 * found.size


def test_lines_of_squared_paper_keep_nothing_between_digits_on_either_side() -> None:
    ink = np.zeros((720, 1440), np.float32)
    ink[::60] = ink[1::60] = 1
    ink[:, ::60] = ink[:, 1::60] = 1
    for k in range(10):  # rings in neighbouring squares, six pixels from the lines
        cv2.circle(ink, (271 + 60 * k, 391), 22, (1.0,), 3)
    found = find_unruled(ink)
    assert len(found.lines) == 12 + 24
    assert len(found.parts) == 10


@pytest.mark.parametrize("shade", [30, 45, 60])
def test_a_fold_between_two_digits_is_no_1(reader: digits.Reader, sample: Dataset, shade: int) -> None:
    page = write_page(sample.train, ["4 7", "26 83"], seed=5).astype(np.int64)
    for left in (110, 180):
        folded = page.copy()
        folded[:, left : left + 4] -= shade
        reading = reader.read(np.clip(folded, 0, 255).astype(np.uint8))
        assert reading.text.replace(" ", "").split("\n") == ["47", "2683"]
