"""Tables and rows of boxes: what stands in which cell, and that walls, words and crosses are no digits."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from quick import slow
from shell import call

import digits
from digits.data import Dataset
from digits.reading import ruled_page
from digits.reading.normalization.rotation import turn
from digits.reading.result import ByteArray

# What is written in each cell of the table; a letter stands for something that is no digit.
CELLS = (("12", "", "7"), ("", "480", "x"), ("5", "93", ""), ("W", "6", "21"))
COLUMNS, ROWS = (40, 200, 380, 500), (40, 110, 180, 250, 320)


def table_page(sample: Dataset) -> ByteArray:
    page = np.full((360, 540), 235, np.uint8)
    for y in ROWS:
        cv2.line(page, (COLUMNS[0], y), (COLUMNS[-1], y), 70, 2)
    for x in COLUMNS:
        cv2.line(page, (x, ROWS[0]), (x, ROWS[-1]), 70, 2)
    random = np.random.default_rng(4)
    for row, texts in zip(ROWS, CELLS, strict=False):
        for column, text in zip(COLUMNS, texts, strict=False):
            if text == "x":
                for ends in (((24, 16), (54, 50)), ((54, 16), (24, 50))):
                    first, last = ((column + x, row + y) for x, y in ends)
                    cv2.line(page, first, last, 40, 3, cv2.LINE_AA)
            elif text == "W":
                cv2.putText(page, "Week", (column + 14, row + 44), cv2.FONT_HERSHEY_TRIPLEX, 1, 40, 2, cv2.LINE_AA)
            else:
                write(page, text, column + 24, row + 14, sample, random)
    return page


def write(page: ByteArray, text: str, x: int, y: int, sample: Dataset, random: np.random.Generator) -> None:
    for k, value in enumerate(text):
        image = sample.test.images[random.choice(np.flatnonzero(sample.test.labels == int(value)))]
        place = page[y : y + 42, x + 30 * k : x + 30 * k + 42]
        np.minimum(place, 235 - np.asarray(cv2.resize(image, (42, 42)) * 0.8, np.uint8), out=place)


def right_cells(reading: digits.Reading) -> int:
    expected = {(r, c): text if text.isdigit() else "" for r, row in enumerate(CELLS) for c, text in enumerate(row)}
    assert reading.table is not None
    got = {(cell.row, cell.column): cell.text for row in reading.table for cell in row}
    assert set(got) == set(expected)
    return sum(got[place] == expected[place] for place in expected)


@pytest.mark.parametrize("angle", [0.0, slow(-3.0), slow(8.0), slow(90.0)])
def test_a_table_is_read_cell_by_cell(sample: Dataset, angle: float) -> None:
    page = turn(table_page(sample).astype(np.float32), angle, paper=235)
    reading = digits.load().read(page.astype(np.uint8))
    assert right_cells(reading) >= 10  # of 12; a digit may be misread, and a cross taken for one
    assert abs(reading.angle + angle) < 3.5  # of few digits, little skew is not clear


def test_a_negative_is_read_as_well(sample: Dataset) -> None:
    assert right_cells(digits.load().read(255 - table_page(sample))) >= 9


def test_every_digit_of_a_cell_is_in_a_line_and_inside_its_cell(sample: Dataset) -> None:
    reading = digits.load().read(table_page(sample))
    in_lines = {id(digit) for line in reading.lines for digit in line.digits}
    for cell in (cell for table in reading.tables for cell in table.cells):
        for digit in cell.digits:
            assert id(digit) in in_lines
            assert digit.box is not None
            middle = digit.box.x + digit.box.width / 2, digit.box.y + digit.box.height / 2
            assert cell.box.x <= middle[0] <= cell.box.x + cell.box.width
            assert cell.box.y <= middle[1] <= cell.box.y + cell.box.height
    told = json.loads(json.dumps(reading.to_dict()))["tables"]
    assert [[cell["text"] for cell in row] for row in told[0]] == [
        [cell.text for cell in row] for row in reading.table or ()
    ]


def test_a_page_without_cells_has_no_table(sample: Dataset) -> None:
    page = np.full((120, 300), 235, np.uint8)
    write(page, "480", 40, 30, sample, np.random.default_rng(0))
    reading = digits.load().read(page)
    assert reading.tables == ()
    assert reading.table is None


@pytest.fixture(scope="module")
def table_file(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[list[str]]]:
    """A table as a file, and the texts of its cells as the reader has them."""
    path = str(tmp_path_factory.mktemp("table") / "table.png")
    cv2.imwrite(path, table_page(sample))
    table = digits.load().read(path).table
    assert table is not None
    return path, [[cell.text for cell in row] for row in table]


def test_the_command_prints_a_table_as_csv(table_file: tuple[str, list[list[str]]]) -> None:
    path, expected = table_file
    printed = call("read", "--table", path)
    assert printed.returncode == 0
    assert [line.split(",") for line in printed.stdout.decode().splitlines()] == expected


def test_csv_has_a_row_for_each_cell(table_file: tuple[str, list[list[str]]]) -> None:
    path, expected = table_file
    rows = [line.split(",") for line in call("read", "--csv", path).stdout.decode().splitlines()]
    assert rows[0][-2:] == ["row", "column"]
    cells = {(int(row[-2]) - 1, int(row[-1]) - 1): row[3] for row in rows[1:] if row[-2]}
    assert cells == {(r, c): text for r, row in enumerate(expected) for c, text in enumerate(row)}


def test_without_a_table_the_command_says_so(sample: Dataset, tmp_path: object) -> None:
    page = np.full((120, 300), 235, np.uint8)
    write(page, "480", 40, 30, sample, np.random.default_rng(0))
    cv2.imwrite(f"{tmp_path}/line.png", page)
    told = call("read", "--table", "--strict", f"{tmp_path}/line.png")
    assert told.stdout.strip() == b""
    assert "no table found" in told.stderr.decode()
    assert told.returncode == 4
    assert call("read", "--table", "--csv", f"{tmp_path}/line.png").returncode == 2


def test_a_table_of_words_alone_has_empty_cells(sample: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruled_page, "find_letters", lambda seen, *_: np.ones(len(seen), bool))
    steps = digits.load(threads=1).explain(table_page(sample))
    assert steps.reading.lines == ()
    assert steps.reading.table is not None
    assert {cell.text for row in steps.reading.table for cell in row} == {""}
    assert sum(mark.kind == "word" for mark in steps.reading.marks) >= 10
    assert steps.frames.shape == (0, 28, 28)


def test_numbers_with_units_stay_and_words_with_an_l_go(sample: Dataset) -> None:
    page = np.full((330, 700), 235, np.uint8)
    for k in range(4):
        cv2.line(page, (30, 30 + 90 * k), (670, 30 + 90 * k), 70, 2)
        cv2.line(page, (30 + 213 * k, 30), (30 + 213 * k, 300), 70, 2)
    random = np.random.default_rng(2)
    for row, words in enumerate((("Still", "Olli", "ill"), ("Zoll", "Will", "All"))):
        for column, word in enumerate(words):
            place = (50 + 213 * column, 90 + 90 * row)
            cv2.putText(page, word, place, cv2.FONT_HERSHEY_DUPLEX, 1.4, 40, 2, cv2.LINE_AA)
    for column, text in enumerate(("48", "7", "35")):
        write(page, text, 50 + 213 * column, 232, sample, random)
        cv2.putText(page, "kg", (50 + 213 * column + 30 * len(text) + 14, 268), cv2.FONT_HERSHEY_DUPLEX, 1, 40, 2)
    table = digits.load(threads=1).read(page).table
    assert table is not None
    assert [[cell.text for cell in row] for row in table] == [["", "", ""], ["", "", ""], ["48", "7", "35"]]


def test_a_small_digit_level_with_large_ones_is_read_or_left_but_loses_no_other(sample: Dataset) -> None:
    page = table_page(sample)
    random = np.random.default_rng(6)
    image = sample.test.images[random.choice(np.flatnonzero(sample.test.labels == 3))]
    small = 235 - np.asarray(cv2.resize(image, (18, 18)) * 0.8, np.uint8)
    before = digits.load(threads=1).read(page)
    for row in ROWS[: len(CELLS)]:
        place = page[row + 24 : row + 42, COLUMNS[0] + 4 : COLUMNS[0] + 22]
        np.minimum(place, small, out=place)
    after = digits.load(threads=1).read(page)
    assert after.table is not None
    assert sum(len(line.digits) for line in after.lines) >= sum(len(line.digits) for line in before.lines)
