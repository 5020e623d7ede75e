"""What was read goes in; rows of the table of results come out. docs/batch.md describes the columns."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from digits.errors import MissingExtraError

if TYPE_CHECKING:
    from digits.reading.fields.decoding import FieldValue
    from digits.reading.result import Digit, Reading

Row = dict[str, Any]
NOTHING = "no digits found"
# In the file of a chunk: which of its inputs a row is about. The results have no such column.
INPUT = "input"
# What a row lacks unless it says otherwise.
EMPTY = ("line", "row", "column", "text", "confidence", "refused", "reason", "digits", "error")


def schema() -> Any:
    """Return the pyarrow schema of the results."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise MissingExtraError("pyarrow", "tables of results", "batch") from error
    box = pa.struct([(name, pa.int32()) for name in ("x", "y", "width", "height")])
    digit = pa.struct([("value", pa.int8()), ("confidence", pa.float32()), ("box", box)])
    return pa.schema(
        [
            ("source", pa.string()),
            ("page", pa.int32()),
            ("line", pa.int32()),
            ("row", pa.int32()),
            ("column", pa.int32()),
            ("text", pa.string()),
            ("confidence", pa.float32()),
            ("refused", pa.int32()),
            ("reason", pa.string()),
            ("digits", pa.list_(digit)),
            ("error", pa.string()),
            ("seconds", pa.float32()),
        ]
    )


def page_rows(
    source: str, page: int, reading: Reading, fields: Sequence[FieldValue] | None, seconds: float
) -> Iterator[Row]:
    """Yield what ``digits read --csv`` has for a page: a row for each cell of its tables, then for each line outside.

    Of a printed grid, each of its rows has one; a page without anything has one that says so. ``fields`` are the valid
    values of the lines where rules were given, else None: then each line has a row, in a table or not. ``seconds`` is
    the page's time.
    """
    is_empty = True
    for cells in _found(reading) if fields is None else _valid(reading, fields):
        is_empty = False
        yield _row(source, page, seconds, **cells)
    if is_empty:
        text = "" if fields is None else "?"
        yield _row(source, page, seconds, text=text, refused=int(fields is not None), reason=NOTHING)


def digit_row(source: str, digit: Digit, seconds: float) -> Row:
    """Return the row of a picture of one digit."""
    text = "?" if digit.value is None else str(digit.value)
    return _row(source, 1, seconds, line=1, **_cells(text, digit.confidence, [digit]))


def error_row(source: str, message: str, seconds: float, page: int = 1) -> Row:
    """Return the row of an input, or of one of its pages, that could not be read."""
    return _row(source, page, seconds, error=message)


def printable(name: str) -> str:
    """Return a path as text: bytes in it that are no UTF-8 as ``\\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _row(source: str, page: int, seconds: float, **cells: Any) -> Row:
    return {"source": printable(source), "page": page, "seconds": seconds} | dict.fromkeys(EMPTY) | cells


def _found(reading: Reading) -> Iterator[Row]:
    """Yield what is in the rows of a page's grid, or in the cells of its tables and the lines outside them."""
    if reading.grid is not None:
        for number, (places, text) in enumerate(zip(reading.grid, reading.grid_text.split("\n"), strict=True), 1):
            digits = [digit for digit in places if digit is not None]
            sure = min((digit.confidence for digit in digits), default=None)
            yield {"line": number} | _cells(text, sure, digits)
        return
    in_cells: set[int] = set()
    for cell in (cell for table in reading.tables for cell in table.cells):
        in_cells.update(map(id, cell.digits))
        yield {"row": cell.row + 1, "column": cell.column + 1} | _cells(cell.text, cell.confidence, cell.digits)
    for number, line in enumerate(reading.lines, 1):
        if not in_cells.issuperset(map(id, line.digits)):
            yield {"line": number} | _cells(line.text, line.confidence, line.digits)


def _valid(reading: Reading, fields: Sequence[FieldValue]) -> Iterator[Row]:
    """Yield the valid value of each line, and the digits that were read there."""
    for number, (line, field) in enumerate(zip(reading.lines, fields, strict=True), 1):
        yield {
            "line": number,
            "text": field.text,
            "confidence": field.confidence,
            "refused": int(field.value is None),
            "reason": field.reason or "",
            "digits": [_digit(digit) for digit in line.digits],
        }


def _cells(text: str, confidence: float | None, digits: Sequence[Digit]) -> Row:
    return {
        "text": text,
        "confidence": confidence,
        "refused": sum(digit.value is None for digit in digits),
        "reason": "; ".join(sorted({digit.refusal for digit in digits if digit.refusal})),
        "digits": [_digit(digit) for digit in digits],
    }


def _digit(digit: Digit) -> Row:
    box = digit.box.to_dict() if digit.box else None
    return {"value": digit.value, "confidence": digit.confidence, "box": box}
