"""Printed grids of 9×9 cells, read cell by cell as tables are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import clear_digits, write_page

import digits
from digits.cli.read.page import Page
from digits.data import Dataset

ROWS = [
    "9.7...6.4",
    ".836.792.",
    ".56....7.",
    "...328...",
    "2...6...3",
    "3..475...",
    ".19....6.",
    "6327.914.",
    "7....6..9",
]


@pytest.fixture(scope="module")
def sheet(sample: Dataset) -> np.ndarray:
    """Return a grid, dark on white paper, 60 px a cell."""
    page = np.zeros((660, 640), np.uint8)
    for y, row in enumerate(ROWS):
        for x, character in enumerate(row):
            if character != ".":
                (image,) = clear_digits(sample.test, character, 9 * y + x)
                page[56 + 60 * y : 98 + 60 * y, 59 + 60 * x : 101 + 60 * x] = cv2.resize(image, (42, 42))
    for k in range(10):
        thick = 5 if k % 3 == 0 else 2
        cv2.line(page, (50, 50 + 60 * k), (590, 50 + 60 * k), (255,), thick)
        cv2.line(page, (50 + 60 * k, 50), (50 + 60 * k, 590), (255,), thick)
    return np.asarray(255 - page * 0.8, np.uint8)


def cells_right(reading: digits.Reading) -> float:
    pairs = zip("".join(ROWS), reading.grid_text.replace("\n", ""), strict=True)
    return float(np.mean([one == other for one, other in pairs]))


def test_cells_are_read_in_their_places(reader: digits.Reader, sheet: np.ndarray) -> None:
    reading = reader.read(sheet)
    assert reading.grid is not None
    assert cells_right(reading) > 0.97
    assert reading.to_dict()["grid"] == reading.grid_text.split("\n")
    assert reading.grid[0][0] is reading.table[0][0].digits[0]


def test_csv_has_all_rows_of_a_grid_with_a_dot_for_an_empty_cell(reader: digits.Reader, sheet: np.ndarray) -> None:
    emptied = sheet.copy()
    for x in range(9):
        emptied[56:106, 56 + 60 * x : 106 + 60 * x] = 255  # the first row's cells, not their lines
    steps = reader.explain(emptied)
    rows = Page("a.png", 1, steps).to_rows()
    assert [row[3] for row in rows] == steps.reading.grid_text.split("\n")
    assert rows[0][2:10] == [1, ".........", "", 0, "", "", "", ""]
    assert len(rows) == 9


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_grid_is_set_upright(reader: digits.Reader, sheet: np.ndarray, quarters: int) -> None:
    reading = reader.read(np.rot90(sheet, -quarters))
    assert reading.angle == {1: 90, 2: 180, 3: -90}[quarters]
    assert cells_right(reading) > 0.97


def test_perspective_is_undone(reader: digits.Reader, sheet: np.ndarray) -> None:
    height, width = sheet.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[60, 30], [width - 20, 0], [width, height], [0, height - 80]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    photo = cv2.warpPerspective(sheet, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    assert cells_right(reader.read(photo)) > 0.95


@pytest.mark.parametrize("step", [22, 25, 30, 50, 60])
def test_squared_paper_is_no_grid(reader: digits.Reader, sample: Dataset, step: int) -> None:
    page = write_page(sample.train, ["31415", "92653"])
    page[::step] = np.minimum(page[::step], 170)
    page[:, ::step] = np.minimum(page[:, ::step], 170)
    reading = reader.read(page)
    assert reading.grid is None
    assert reading.text == "31415\n92653"


def test_a_page_of_lines_is_no_grid(reader: digits.Reader, sample: Dataset) -> None:
    reading = reader.read(write_page(sample.test, ["31415", "92653", "58979"]))
    assert reading.grid is None
    assert reading.grid_text == ""


def on_a_table(sheet: np.ndarray, table: int = 60) -> np.ndarray:
    """The sheet a little turned on a dark table, whose edge its lines run into: the largest part is no grid."""
    bridged = np.pad(sheet, 12, constant_values=255)
    bridged[72:75, :70] = 40  # a line from the grid to the edge
    height, width = bridged.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 6, 0.85)
    matrix[:, 2] += 40
    return np.asarray(cv2.warpAffine(bridged, matrix, (width + 80, height + 80), borderValue=(table,)), np.uint8)


def test_a_grid_that_runs_into_the_edge_of_its_sheet_is_found(reader: digits.Reader, sheet: np.ndarray) -> None:
    reading = reader.read(on_a_table(sheet))
    assert reading.grid is not None
    assert cells_right(reading) > 0.95


def test_a_grid_inside_a_frame_is_found(reader: digits.Reader, sheet: np.ndarray) -> None:
    framed = np.pad(sheet, 80, constant_values=255)
    cv2.rectangle(framed, (10, 10), (framed.shape[1] - 11, framed.shape[0] - 11), (0,), 4)
    reading = reader.read(framed)
    assert reading.grid is not None
    assert cells_right(reading) > 0.97


def test_faint_thin_lines_make_a_grid(reader: digits.Reader, sheet: np.ndarray) -> None:
    faint = cv2.GaussianBlur(np.asarray(255 - 0.25 * (255.0 - sheet), np.uint8), (0, 0), 2.5)
    reading = reader.read(faint)
    assert reading.grid is not None
    assert cells_right(reading) > 0.95


@pytest.mark.slow
def test_a_table_that_is_a_small_part_of_a_page_does_not_swallow_it(
    reader: digits.Reader, sheet: np.ndarray, sample: Dataset
) -> None:
    page = np.full((1700, 1500), 255, np.uint8)
    numbers = write_page(sample.train, ["34852", "92653"], scale=3)
    page[40 : 40 + numbers.shape[0], 40 : 40 + numbers.shape[1]] = numbers
    small = cv2.resize(sheet, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    page[900 : 900 + small.shape[0], 300 : 300 + small.shape[1]] = small
    reading = reader.read(page)
    assert reading.grid is None
    assert reading.text.replace(" ", "").split("\n")[:2] == ["34852", "92653"]
