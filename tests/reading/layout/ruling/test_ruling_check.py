"""Which pages may have ruled cells, and how much they lean."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.reading.layout.ruling.ruling_check import find_lean, may_have_cells
from digits.reading.normalization.rotation import turn
from digits.reading.result import FloatArray


def form(thick: int = 2) -> FloatArray:
    page = np.full((700, 900), 0.9, np.float32)
    for k in range(6):
        cv2.rectangle(page, (100 + 44 * k, 200), (144 + 44 * k, 250), 0.2, thick)
    return page


def table() -> FloatArray:
    page = np.full((1200, 1000), 0.85, np.float32)
    for k in range(9):
        cv2.line(page, (120, 150 + 90 * k), (880, 150 + 90 * k), 0.3, 3)
    for k in range(6):
        cv2.line(page, (120 + 152 * k, 150), (120 + 152 * k, 870), 0.3, 3)
    return page


@pytest.mark.parametrize("angle", [-14.0, -5.0, 0.0, 3.0, 12.0])
def test_tables_and_boxes_are_seen_leaning_or_not(angle: float) -> None:
    for page in (form(), table(), 1 - table()):
        leaning = turn(page, angle, paper=float(np.median(page)))
        assert may_have_cells(leaning)


@pytest.mark.parametrize("angle", [-30.0, -7.0, 0.0, 11.0, 40.0])
def test_lean_is_that_of_the_lines(angle: float) -> None:
    page = table()
    assert find_lean(turn(page, angle, paper=0.85)) == pytest.approx(angle, abs=0.6)


def test_numbers_rules_and_empty_paper_are_not_taken_for_cells() -> None:
    empty = np.full((600, 800), 0.9, np.float32)
    assert not may_have_cells(empty)
    written = np.full((600, 800), 230, np.uint8)
    for k in range(9):
        cv2.putText(written, "0 68 190 4", (40, 60 + 60 * k), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 30, 3, cv2.LINE_AA)
        cv2.line(written, (0, 75 + 60 * k), (800, 75 + 60 * k), 120, 2)
    assert not may_have_cells(np.asarray(written / np.float32(255), np.float32))
