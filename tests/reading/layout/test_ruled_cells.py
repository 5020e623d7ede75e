"""Ruled cells: any number of rows and columns, unequal, merged, slanted, with gaps; and what is no table."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.reading.layout.ruled_cells import find_tables
from digits.reading.result import FloatArray

DIGIT_PX = 24.0


def ruled(rows: list[int], columns: list[int], *, thick: int = 2, size: tuple[int, int] = (420, 620)) -> FloatArray:
    ink = np.zeros(size, np.float32)
    for y in rows:
        cv2.line(ink, (columns[0], y), (columns[-1], y), 1.0, thick)
    for x in columns:
        cv2.line(ink, (x, rows[0]), (x, rows[-1]), 1.0, thick)
    return ink


@pytest.mark.parametrize("thick", [1, 2, 5])
def test_unequal_cells_are_counted_and_placed(thick: int) -> None:
    rows, columns = [20, 60, 120, 165, 230], [30, 80, 220, 300, 500, 580]
    (table,) = find_tables(ruled(rows, columns, thick=thick), DIGIT_PX)
    assert table.shape == (4, 5)
    assert [(cell.row, cell.column) for cell in table.cells] == [(r, c) for r in range(4) for c in range(5)]
    for cell in table.cells:
        assert cell.box.x == pytest.approx(columns[cell.column], abs=thick + 3)
        assert cell.box.y == pytest.approx(rows[cell.row], abs=thick + 3)
        middle = table.labels[cell.box.y + cell.box.height // 2, cell.box.x + cell.box.width // 2]
        assert table.cells[middle - 1] == cell


def test_a_digit_that_touches_its_cell_is_no_wall() -> None:
    ink = ruled([20, 90, 160], [30, 100, 170])
    cv2.line(ink, (70, 32), (70, 84), 1.0, 3)  # the stem of a 9
    cv2.line(ink, (30, 84), (70, 84), 1.0, 3)  # its foot, which goes on to the wall
    (table,) = find_tables(ink, 44.0, np.array([[32, 30, 74, 84]], np.float32))
    assert [min(cell.box.width, cell.box.height) >= 60 for cell in table.cells] == [True] * 4


def test_a_merged_cell_spans() -> None:
    ink = ruled([20, 70, 120, 170], [30, 130, 230, 330])
    ink[72:119, 128:133] = 0  # the wall between two cells of the middle row is gone
    (table,) = find_tables(ink, DIGIT_PX)
    assert table.shape == (3, 3)
    assert [(cell.row, cell.column, cell.column_span) for cell in table.cells if cell.column_span > 1] == [(1, 0, 2)]
    assert len(table.cells) == 8


@pytest.mark.parametrize("angle", [-4.0, 2.0, 4.0])
def test_a_table_may_slant(angle: float) -> None:
    ink = ruled([60, 110, 160, 210, 260], [80, 180, 280, 380, 480, 540])
    matrix = cv2.getRotationMatrix2D((310, 210), angle, 1)
    slanted = np.asarray(cv2.warpAffine(ink, matrix, ink.shape[::-1]), np.float32)
    (table,) = find_tables(slanted, DIGIT_PX)
    assert table.shape == (4, 5)
    assert len({(cell.row, cell.column) for cell in table.cells}) == len(table.cells) == 20


def test_perspective_does_not_mix_rows_and_columns() -> None:
    ink = ruled([40, 90, 140, 190, 240, 290, 340], [60, 130, 200, 270, 340, 410, 480, 550])
    corners = np.array([[60, 40], [550, 40], [550, 340], [60, 340]], np.float32)
    seen = np.array([[95, 60], [520, 45], [560, 350], [50, 335]], np.float32)
    warped = cv2.warpPerspective(ink, cv2.getPerspectiveTransform(corners, seen), ink.shape[::-1])
    (table,) = find_tables(np.asarray(warped, np.float32), DIGIT_PX)
    assert table.shape == (6, 7)
    assert len({(cell.row, cell.column) for cell in table.cells}) == 42


def test_gaps_in_a_line_are_bridged() -> None:
    ink = ruled([20, 70, 120, 170], [30, 130, 230, 330])
    ink[:, 60:66] = 0
    ink[40:46] = 0
    (table,) = find_tables(ink, DIGIT_PX)
    assert table.shape == (3, 3)


def test_boxes_in_a_row_are_a_table_of_one_row() -> None:
    ink = np.zeros((120, 400), np.float32)
    for k in range(6):
        cv2.rectangle(ink, (20 + 50 * k, 30), (56 + 50 * k, 80), 1.0, 2)
    (table,) = find_tables(ink, DIGIT_PX)
    assert table.shape == (1, 6)


def test_two_tables_are_two() -> None:
    ink = np.maximum(ruled([20, 60, 100], [30, 100, 170]), ruled([220, 270, 320, 370], [300, 400, 500]))
    first, second = find_tables(ink, DIGIT_PX)
    assert (first.shape, second.shape) == ((2, 2), (3, 2))


@pytest.mark.parametrize("kind", ["nothing", "one line", "ruled paper", "one frame", "digits"])
def test_what_is_no_table(kind: str) -> None:
    ink = np.zeros((300, 400), np.float32)
    if kind == "one line":
        cv2.line(ink, (20, 150), (380, 150), 1.0, 2)
    elif kind == "ruled paper":
        for y in range(20, 300, 40):
            cv2.line(ink, (0, y), (400, y), 1.0, 2)
    elif kind == "one frame":
        cv2.rectangle(ink, (40, 40), (350, 250), 1.0, 2)
    elif kind == "digits":
        canvas = np.zeros(ink.shape, np.uint8)
        for k in range(8):
            cv2.putText(canvas, "0896", (20, 40 + 32 * k), cv2.FONT_HERSHEY_SIMPLEX, 1, 255, 2, cv2.LINE_AA)
        ink = canvas / np.float32(255)
    assert find_tables(ink, DIGIT_PX) == []
