"""Lines of tables go on over gaps, and open sides are closed; a merged cell is no gap."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.reading.layout.ruling.line_completion import complete
from digits.reading.layout.ruling.ruled_cells import find_tables
from digits.reading.result import FloatArray

DIGIT_PX = 30.0
XS, YS = (40, 140, 240, 340), (40, 100, 160, 220)


def grid(*, without: tuple[tuple[int, int, int, int], ...] = ()) -> FloatArray:
    """Return the ink of a 3×3 table; ``without``: rectangles x, y, x, y that are blank."""
    ink = np.zeros((260, 380), np.float32)
    for y in YS:
        cv2.line(ink, (XS[0], y), (XS[-1], y), 1.0, 2)
    for x in XS:
        cv2.line(ink, (x, YS[0]), (x, YS[-1]), 1.0, 2)
    for left, top, right, bottom in without:
        ink[top:bottom, left:right] = 0
    return ink


def shape_and_cells(ink: FloatArray) -> tuple[tuple[int, int], int]:
    (table,) = find_tables(ink, DIGIT_PX)
    return table.shape, len(table.cells)


@pytest.mark.parametrize(
    "gap",
    [
        pytest.param((170, 95, 215, 105), id="in the middle of a level edge"),
        pytest.param((143, 95, 190, 105), id="at the end of a level edge"),
        pytest.param((135, 110, 145, 135), id="in an upright edge"),
        pytest.param((170, 35, 215, 45), id="in the frame"),
    ],
)
def test_a_line_goes_on_over_a_gap(gap: tuple[int, int, int, int]) -> None:
    assert shape_and_cells(grid(without=(gap,))) == ((3, 3), 9)


@pytest.mark.parametrize("side", [(30, 43, 45, 217), (335, 43, 350, 217)], ids=["left", "right"])
def test_an_open_side_is_closed(side: tuple[int, int, int, int]) -> None:
    left, _, right, _ = side
    ink = grid()
    ink[:, left:right] = 0
    for y in YS:
        cv2.line(ink, (min(XS), y), (max(XS), y), 1.0, 2)
    assert shape_and_cells(ink) == ((3, 3), 9)


def test_a_merged_cell_stays_merged() -> None:
    assert shape_and_cells(grid(without=((143, 97, 237, 103),))) == ((3, 3), 8)
    assert shape_and_cells(grid(without=((137, 43, 143, 97),))) == ((3, 3), 8)


def test_lines_that_meet_others_are_complete() -> None:
    level = np.array([[XS[0], y, XS[-1], y] for y in YS], np.float32)
    upright = np.array([[x, YS[0], x, YS[-1]] for x in XS], np.float32)
    assert not len(complete(level, upright, DIGIT_PX))


def test_thousands_of_lines_take_no_time_to_speak_of() -> None:
    random = np.random.default_rng(0)
    first = random.uniform(0, 3000, (2000, 2))
    level = np.concatenate([first, first + np.array([60, 0])], axis=1).astype(np.float32)
    upright = np.concatenate([first, first + np.array([0, 60])], axis=1).astype(np.float32)
    assert not len(complete(level, upright, DIGIT_PX))  # noise
    assert len(complete(level[:290], upright[:290], DIGIT_PX)) < 3_000


def test_no_line_is_completed_by_nothing() -> None:
    none = np.zeros((0, 4), np.float32)
    assert not len(complete(none, none, DIGIT_PX))
    assert not len(complete(np.array([[10, 10, 90, 10]], np.float32), none, DIGIT_PX))
