"""What was read goes in; rows of the table of results come out. docs/batch.md describes the columns."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from digits.errors import MissingExtraError

if TYPE_CHECKING:
    from digits.reading.fields.decoding import FieldValue
    from digits.reading.result import Digit, Line, Reading

Row = dict[str, Any]
NOTHING = "no digits found"
# In the file of a chunk: which of its inputs a row is about. The results have no such column.
INPUT = "input"


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
    """Yield a row for each line of a page; for a page without one, a row that says so.

    ``fields`` are the valid values of the lines where rules were given, else None. ``seconds`` is the page's time.
    """
    if not reading.lines:
        reason = NOTHING if fields is None else f"no valid value, {NOTHING}"
        yield _row(source, page, seconds, text="", refused=int(fields is not None), reason=reason)
    for number, line in enumerate(reading.lines):
        field = fields[number] if fields is not None else None
        yield _row(source, page, seconds, line=number + 1, digits=[_digit(each) for each in line.digits]) | (
            _line_cells(line) if field is None else _field_cells(field)
        )


def digit_row(source: str, digit: Digit, seconds: float) -> Row:
    """Return the row of a picture of one digit."""
    return _row(
        source,
        1,
        seconds,
        line=1,
        text=_text(digit),
        confidence=digit.confidence,
        refused=int(digit.value is None),
        reason=digit.refusal or "",
        digits=[_digit(digit)],
    )


def error_row(source: str, message: str, seconds: float, page: int = 1) -> Row:
    """Return the row of an input, or of one of its pages, that could not be read."""
    return _row(source, page, seconds, error=message)


def printable(name: str) -> str:
    """Return a path as text: bytes in it that are no UTF-8 as ``\\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _row(source: str, page: int, seconds: float, **cells: Any) -> Row:
    empty = dict.fromkeys(("line", "text", "confidence", "refused", "reason", "digits", "error"))
    return {"source": printable(source), "page": page, "seconds": seconds} | empty | cells


def _line_cells(line: Line) -> Row:
    reasons = sorted({digit.refusal for digit in line.digits if digit.refusal})
    refused = sum(digit.value is None for digit in line.digits)
    return {"text": line.text, "confidence": line.confidence, "refused": refused, "reason": "; ".join(reasons)}


def _field_cells(field: FieldValue) -> Row:
    return {
        "text": field.text,
        "confidence": field.confidence,
        "refused": int(field.value is None),
        "reason": field.reason or "",
    }


def _digit(digit: Digit) -> Row:
    box = digit.box.to_dict() if digit.box else None
    return {"value": digit.value, "confidence": digit.confidence, "box": box}


def _text(digit: Digit) -> str:
    return "?" if digit.value is None else str(digit.value)
