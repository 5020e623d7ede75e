"""One page that ``digits read`` has read: its text, its rows, its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digits.reading.picture.sources import STDIN

if TYPE_CHECKING:
    from digits.reading.fields.decoding import FieldValue
    from digits.reading.fields.rules import Rule
    from digits.reading.reader import Reader
    from digits.reading.result import ByteArray, Digit
    from digits.reading.steps import Steps
    from digits.reading.table import Cell

CSV_COLUMNS = (
    "source",
    "page",
    "line",
    "text",
    "confidence",
    "refused",
    "x",
    "y",
    "width",
    "height",
    "reason",
    "error",
    "row",
    "column",
)
NOTHING, NO_TABLE = "no digits found", "no table found"


@dataclass(frozen=True, eq=False)
class Page:
    """One page or picture that was read: either ``steps`` of a page or a single ``digit`` with its ``frame``.

    ``fields`` hold the valid value of each line, where rules were given; of a page without a line that is none.
    """

    source: str
    number: int
    steps: Steps | None = None
    fields: tuple[FieldValue, ...] | None = None
    digit: Digit | None = None
    frame: ByteArray | None = None
    is_table: bool = False

    @property
    def text(self) -> str:
        if self.is_table:
            return write_table(self.steps.reading.table or ()) if self.steps else ""
        if self.digit is not None:
            return "?" if self.digit.value is None else str(self.digit.value)
        if self.fields is not None:
            return "\n".join(field.text for field in self.fields) or "?"
        if self.steps is None:
            return ""
        reading = self.steps.reading
        return reading.grid_text if reading.grid else reading.text

    @property
    def needs_review(self) -> bool:
        if self.digit is not None:
            return self.digit.refusal is not None
        if self.fields is not None:
            return not self.fields or any(field.value is None for field in self.fields)
        if self.is_table and self.steps and not self.steps.reading.tables:
            return True
        return bool(self.steps and self.steps.reading.needs_review)

    @property
    def name(self) -> str:
        return f"{name_source(self.source)}, page {self.number}"

    @property
    def notes(self) -> list[str]:
        """Why there is no text, or why lines have no valid value, a sentence each."""
        if self.digit is not None:
            return [f"{self.name}: {self.digit.refusal}"] if self.digit.refusal else []
        if self.fields is None or self.steps is None:
            return [] if self.text else [f"{self.name}: {NO_TABLE if self.is_table else NOTHING}"]
        if not self.fields:
            return [f"{self.name}: no valid value, {NOTHING}"]
        lines = self.steps.reading.lines
        return [
            f"{self.name}, line {i}: no valid value, {line.text!r} is read: {field.reason}"
            for i, (line, field) in enumerate(zip(lines, self.fields, strict=True), 1)
            if field.value is None
        ]

    def to_dict(self) -> dict[str, Any]:
        where = {"source": self.source, "page": self.number}
        if self.digit is not None:
            return where | self.digit.to_dict()
        reading = self.steps.reading.to_dict() if self.steps else {}
        for line, field in zip(reading.get("lines", ()), self.fields or (), strict=False):
            line["field"] = field.to_dict()
        if self.fields == ():
            reading["reason"] = NOTHING
        return where | reading

    def to_rows(self) -> list[list[object]]:
        if self.digit is not None:
            refused = int(self.digit.refusal is not None)
            reason = self.digit.refusal or ""
            return [
                [
                    self.source,
                    self.number,
                    1,
                    self.text,
                    f"{self.digit.confidence:.4f}",
                    refused,
                    *[""] * 4,
                    reason,
                    *[""] * 3,
                ]
            ]
        if grid := self._grid_rows():
            return grid
        rows = self._cell_rows() if self.fields is None else []
        in_cells = self._digits_in_cells() if rows else set()
        for i, line in enumerate(self.steps.reading.lines if self.steps else ()):
            if in_cells.issuperset(map(id, line.digits)) and rows:
                continue
            place = line.box.to_dict().values()
            text, confidence, (refused, reason) = line.text, line.confidence, _count_refusals(line.digits)
            if self.fields:
                field = self.fields[i]
                text, confidence, reason = field.text, field.confidence, field.reason or ""
                refused = int(field.value is None)
            rows.append(
                [self.source, self.number, i + 1, text, f"{confidence:.4f}", refused, *place, reason, *[""] * 3]
            )
        if not rows:
            asked = ["", "", ""] if self.fields is None else ["?", "", 1]
            rows.append([self.source, self.number, "", *asked, *[""] * 4, NOTHING, *[""] * 3])
        return rows

    def _grid_rows(self) -> list[list[object]]:
        """Of a printed grid, all its rows, a dot for an empty cell; nothing of other pages or where rules ask."""
        from digits.reading.geometry import around

        reading = self.steps.reading if self.steps else None
        if reading is None or reading.grid is None or self.fields is not None:
            return []
        rows: list[list[object]] = []
        for i, (cells, text) in enumerate(zip(reading.grid, reading.grid_text.split("\n"), strict=True), 1):
            digits = [digit for digit in cells if digit is not None]
            boxes = [digit.box for digit in digits if digit.box]
            sure = f"{min(digit.confidence for digit in digits):.4f}" if digits else ""
            place = around(boxes).to_dict().values() if boxes else [""] * 4
            refused, reason = _count_refusals(digits)
            rows.append([self.source, self.number, i, text, sure, refused, *place, reason, *[""] * 3])
        return rows

    def _digits_in_cells(self) -> set[int]:
        tables = self.steps.reading.tables if self.steps else ()
        return {id(digit) for table in tables for cell in table.cells for digit in cell.digits}

    def _cell_rows(self) -> list[list[object]]:
        """Each cell of each table, empty ones too, with its row and column from 1."""
        rows: list[list[object]] = []
        for table in self.steps.reading.tables if self.steps else ():
            for cell in table.cells:
                sure = "" if cell.confidence is None else f"{cell.confidence:.4f}"
                refused, reason = _count_refusals(cell.digits)
                place = cell.box.to_dict().values()
                where = cell.row + 1, cell.column + 1
                rows.append([self.source, self.number, "", cell.text, sure, refused, *place, reason, "", *where])
        return rows


def _count_refusals(digits: Sequence[Digit]) -> tuple[int, str]:
    """Return how many digits were refused, and why, each reason once."""
    refusals = [digit.refusal for digit in digits if digit.refusal is not None]
    return len(refusals), "; ".join(sorted(set(refusals)))


def write_table(rows: Sequence[Sequence[Cell]]) -> str:
    """Return a table as lines of CSV, one a row; a merged cell has its text where it begins, and is empty beyond."""
    columns = max((cell.column + cell.column_span for row in rows for cell in row), default=0)
    lines = []
    for row in rows:
        texts = [""] * columns
        for cell in row:
            texts[cell.column] = cell.text
        lines.append(",".join(texts))  # digits and question marks need no quotes
    return "\n".join(lines)


def name_source(source: str) -> str:
    """Return what a sentence calls ``source``."""
    return "standard input" if source == STDIN else source


def read_source(
    reader: Reader,
    source: str,
    data: str | bytes,
    rules: Sequence[Rule] = (),
    *,
    single: bool = False,
    line: bool = False,
    page: int | None = None,
    table: bool = False,
) -> Iterator[Page]:
    """Yield each page of ``data``, a path or bytes, or ``page`` alone; with ``rules``, each line's valid value too.

    With ``single``, each page shows one digit, with ``line``, one line of them. With ``table``, the text of a page is
    that of its largest table, as CSV.

    Raises:
        ImageError: it, or one of its pages, cannot be decoded, or it has fewer than ``page``.
    """
    from digits.reading.picture.image import load_image, load_pages
    from digits.reading.recognition.frame import frame_image

    first = page or 1
    if not single:
        if page is None:
            stages = reader.explain_pages(data, is_line=line)
        else:
            stages = iter([reader.explain(data, page, is_line=line)])
        for number, steps in enumerate(stages, first):
            fields = tuple(each.choose(*rules) for each in steps.reading.lines) if rules else None
            yield Page(source, number, steps, fields, is_table=table)
        return

    for number, grey in enumerate(load_pages(data) if page is None else [load_image(data, page)], first):
        (digit,) = reader.classify([grey])
        yield Page(source, number, digit=digit, frame=frame_image(grey))
