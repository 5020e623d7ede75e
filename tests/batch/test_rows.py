"""The rows of a page: those of ``digits read --csv``, cells of tables among them, in every format of the results."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from digits import Box, Cell, Digit, Line, Mark, Reader, Reading, Steps, Table
from digits.batch.results import write_results
from digits.batch.rows import page_rows, schema
from digits.cli.read.page import CSV_COLUMNS, Page

TABLE = Path(__file__).parents[2] / "docs" / "pictures" / "table.png"
BOX = Box(0, 0, 10, 10)
COMPARED = ("page", "line", "row", "column", "text", "confidence", "refused", "reason")


def digit(value: int | None, confidence: float = 0.9) -> Digit:
    return Digit(value, confidence, (0.1,) * 10, BOX, None if value is not None else "not sure enough")


ONE, TWO, DOUBTFUL = digit(1), digit(2, 0.8), digit(None, 0.3)


def reading_of(*lines: tuple[Digit, ...], tables: tuple[Table, ...] = ()) -> Reading:
    return Reading(tuple(Line(each, BOX) for each in lines), (Mark("dot", BOX),), 0.0, 100, 100, tables)


def grid_of(*middle: Digit) -> Table:
    """A grid whose fifth row begins with these digits; all other cells are empty."""
    places = [(row, column) for row in range(9) for column in range(9)]
    return Table(tuple(Cell(y, x, BOX, middle[x : x + 1] if y == 4 else ()) for y, x in places))


def told(reading: Reading) -> list[tuple[Any, ...]]:
    rows = list(page_rows("a.png", 1, reading, None, 0.5))
    assert all(set(row) == set(schema().names) for row in rows)
    names = ("line", "row", "column", "text", "confidence", "refused", "reason")
    return [tuple(row[name] for name in names) for row in rows]


def test_each_cell_is_a_row_and_a_line_in_cells_is_none() -> None:
    cells = (Cell(0, 0, BOX, (ONE, TWO)), Cell(0, 1, BOX), Cell(1, 0, BOX, (DOUBTFUL,), column_span=2))
    reading = reading_of((digit(7),), (ONE, TWO), (DOUBTFUL,), tables=(Table(cells),))
    assert told(reading) == [
        (None, 1, 1, "12", 0.8, 0, ""),
        (None, 1, 2, "", None, 0, ""),
        (None, 2, 1, "?", 0.3, 1, "not sure enough"),
        (1, None, None, "7", 0.9, 0, ""),
    ]


def test_a_line_that_a_table_holds_in_part_stays_whole() -> None:
    reading = reading_of((ONE, TWO), tables=(Table((Cell(0, 0, BOX, (ONE,)),)),))
    assert [row[3] for row in told(reading)] == ["1", "12"]


def test_a_printed_grid_has_all_its_rows_and_dots_for_empty_cells() -> None:
    rows = told(reading_of((ONE,), tables=(grid_of(ONE),)))
    assert [row[:3] for row in rows] == [(i, None, None) for i in range(1, 10)]
    assert rows[0][3:] == (".........", None, 0, "")
    assert rows[4][3:] == ("1........", 0.9, 0, "")


def full_grid(doubled: int) -> Table:
    """A grid with a digit in 40 cells, and two in so many of them."""
    places = [(row, column) for row in range(9) for column in range(9)]
    held = [(ONE, TWO)] * doubled + [(ONE,)] * (40 - doubled) + [()] * 41
    return Table(tuple(Cell(y, x, BOX, each) for (y, x), each in zip(places, held, strict=True)))


def test_a_grid_stays_one_where_a_digit_was_seen_as_two() -> None:
    reading = reading_of((ONE, TWO), tables=(full_grid(1),))
    assert told(reading)[0][3:] == ("?11111111", 0.1, 1, "more than one digit: 2 found")
    assert reading.needs_review
    assert reading.tables[0].rows[0][0].text == "12"


def test_a_table_of_numbers_is_no_grid() -> None:
    assert reading_of((ONE, TWO), tables=(full_grid(5),)).grid is None


def test_rules_ask_lines_not_cells() -> None:
    reading = reading_of((ONE, TWO), tables=(Table((Cell(0, 0, BOX, (ONE, TWO)),)),))
    fields = [line.choose("length=2") for line in reading.lines]
    (row,) = page_rows("a.png", 1, reading, fields, 0.5)
    assert (row["line"], row["row"], row["column"]) == (1, None, None)


@pytest.fixture(scope="module")
def steps(reader: Reader) -> Steps:
    """A form as it is read: a table, boxes in a row, and lines outside."""
    return reader.explain(TABLE)


GRID = reading_of((ONE, DOUBTFUL), tables=(grid_of(ONE, DOUBTFUL),))


@pytest.mark.parametrize("other", [None, GRID, reading_of((ONE, TWO), (DOUBTFUL,)), reading_of()])
@pytest.mark.parametrize("rules", [(), ("length=2",)])
def test_they_say_what_read_says(steps: Steps, other: Reading | None, rules: tuple[str, ...]) -> None:
    seen = replace(steps, reading=other or steps.reading)
    fields = tuple(line.choose(*rules) for line in seen.reading.lines) if rules else None
    read = [dict(zip(CSV_COLUMNS, row, strict=True)) for row in Page("a.png", 1, seen, fields).to_rows()]
    rows = list(page_rows("a.png", 1, seen.reading, fields, 0.5))
    for row, shown in zip(rows, read, strict=True):
        sure = "" if row["confidence"] is None else f"{row['confidence']:.4f}"
        found = row | {"confidence": sure}
        assert [found[name] or "" for name in COMPARED] == [shown[name] or "" for name in COMPARED]


def test_every_format_has_the_cells(steps: Steps, tmp_path: Path) -> None:
    rows = list(page_rows("table.png", 1, steps.reading, None, 0.5))
    assert any(row["row"] and row["text"] for row in rows)
    assert any(row["row"] and not row["text"] for row in rows)
    for name in ("a.parquet", "a.csv", "a.jsonl"):
        write_results(str(tmp_path / name), iter([pa.Table.from_pylist(rows, schema=schema())]), {})
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.schema.field("row").type == table.schema.field("column").type == pa.int32()
    with (tmp_path / "a.csv").open(newline="") as file:
        cells = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    for row, cell, line in zip(table.to_pylist(), cells, lines, strict=True):
        assert (line["row"], line["column"]) == (row["row"], row["column"])
        assert (cell["row"], cell["column"]) == tuple("" if n is None else str(n) for n in (row["row"], row["column"]))
        assert len(json.loads(cell["digits"])) == len(line["digits"]) == len(row["digits"])
