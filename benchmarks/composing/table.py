"""Tables: ruled grids with labels and what is written in them, unequal, merged, heavy, worn and missing lines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from composing.filling import MARKED, PRINTED, WRITTEN, Filler
from composing.pen_marks import strokes
from composing.printing import Printer
from composing.sheet import Colour, Page, Random, Sheet
from composing.writing import Writer

ROWS, COLUMNS = (2, 10), (2, 8)
ROW_PX, COLUMN_PX, LABEL_PX = (46, 84), (70, 190), (130, 230)


@dataclass(frozen=True)
class Span:
    """A cell's place in the grid: rows and columns, the last ones not included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def place(self) -> tuple[int, int, int, int]:
        return self.top, self.left, self.bottom - self.top, self.right - self.left

    @property
    def is_single(self) -> bool:
        return self.bottom - self.top == 1 == self.right - self.left


@dataclass(frozen=True)
class Ruling:
    """How a table's lines are drawn; widths in px."""

    inner: float
    outer: float
    colour: Colour
    has_sides: bool = True  # the lines at the left and the right end
    gaps: float = 0.0  # the share of lines that are broken


def plain(writer: Writer) -> Page:
    """A ruled table with labels, numbers and empty cells."""
    return _table(writer, WRITTEN, _ruling(writer.random))


def with_print(writer: Writer) -> Page:
    """A table with printed figures beside the written ones."""
    return _table(writer, PRINTED, _ruling(writer.random))


def with_marks(writer: Writer) -> Page:
    """A table with crosses, ticks and struck-out numbers."""
    return _table(writer, MARKED, _ruling(writer.random))


def merged(writer: Writer) -> Page:
    """A table with merged cells."""
    return _table(writer, WRITTEN, _ruling(writer.random), merges=int(writer.random.integers(1, 4)))


def worn(writer: Writer) -> Page:
    """A table with a heavy frame or none at its sides, and with broken lines."""
    ruling = _ruling(writer.random)
    worn = replace(ruling, outer=writer.random.uniform(4, 8), has_sides=writer.random.random() < 0.5, gaps=0.15)
    return _table(writer, WRITTEN, worn)


def _ruling(random: Random) -> Ruling:
    inner, grey = float(random.uniform(1.2, 3.5)), float(random.uniform(20, 150))
    return Ruling(inner, inner * float(random.choice([1, 1, 2])), (grey, grey, grey + 8))


def _table(writer: Writer, contents: dict[str, float], ruling: Ruling, merges: int = 0) -> Page:
    random = writer.random
    rows, columns = int(random.integers(ROWS[0], ROWS[1] + 1)), int(random.integers(COLUMNS[0], COLUMNS[1] + 1))
    has_header, has_labels = random.random() < 0.8, random.random() < 0.75
    widths = random.uniform(*COLUMN_PX, columns) if random.random() < 0.5 else np.full(columns, random.uniform(70, 150))
    heights = random.uniform(*ROW_PX, rows) if random.random() < 0.3 else np.full(rows, random.uniform(*ROW_PX))
    if has_labels:
        widths[0] = random.uniform(*LABEL_PX)
    left, top = random.uniform(30, 110), random.uniform(90, 170)
    xs, ys = left + np.append(0, np.cumsum(widths)), top + np.append(0, np.cumsum(heights))
    sheet = Sheet(round(ys[-1] + random.uniform(50, 160)), round(xs[-1] + random.uniform(30, 110)), random)
    printer = Printer(random, is_handwriting_like=bool(random.random() < 0.2))
    spans = _merge(rows, columns, merges, int(has_header), int(has_labels), random)
    sheet.lay(printer.text(printer.prose(3).title(), random.uniform(24, 40)), left, random.uniform(25, 45))
    sheet.lay(printer.text(printer.prose(7), random.uniform(13, 19)), left, ys[-1] + 16)
    _rule(sheet, spans, xs, ys, ruling)
    filler = Filler(sheet, writer, printer, contents)
    for span in spans:
        x, y = xs[span.left], ys[span.top]
        is_label = (span.top == 0 and has_header) or (span.left == 0 and has_labels)
        is_corner = span.top == 0 and span.left == 0 and has_header and has_labels and random.random() < 0.5
        kind = "empty" if is_corner else "label" if is_label else ""
        filler.fill(x, y, xs[span.right] - x, ys[span.bottom] - y, kind=kind, place=span.place)
    return sheet.page()


def _merge(rows: int, columns: int, count: int, first_row: int, first_column: int, random: Random) -> list[Span]:
    """Return the cells of a grid, of which ``count`` at most take the place of two or three."""
    owner = np.arange(rows * columns).reshape(rows, columns)
    places = [divmod(k, columns) for k in range(rows * columns)]
    spans = {k: Span(row, column, row + 1, column + 1) for k, (row, column) in enumerate(places)}
    for _ in range(count):
        tall, wide = [(1, 2), (2, 1), (1, 3), (2, 2)][random.integers(4)]
        if rows - tall < first_row or columns - wide < first_column:
            continue
        top = int(random.integers(first_row, rows - tall + 1))
        left = int(random.integers(first_column, columns - wide + 1))
        whole = Span(top, left, top + tall, left + wide)
        taken = owner[top : top + tall, left : left + wide]
        if all(spans[int(one)].is_single for one in taken.flat):
            first = int(taken[0, 0])
            for one in taken.flat[1:]:
                del spans[int(one)]
            spans[first] = whole
            owner[top : top + tall, left : left + wide] = first
    return list(spans.values())


def _rule(sheet: Sheet, spans: list[Span], xs: np.ndarray, ys: np.ndarray, ruling: Ruling) -> None:
    """Draw the lines around the cells, each once."""
    edges = set()
    for span in spans:
        for row in range(span.top, span.bottom):
            edges |= {("down", span.left, row), ("down", span.right, row)}
        for column in range(span.left, span.right):
            edges |= {("across", span.top, column), ("across", span.bottom, column)}
    height, width = sheet.size
    inner, outer = [], []
    for way, line, part in sorted(edges):
        ends, last = (xs, len(ys) - 1) if way == "across" else (ys, len(xs) - 1)
        if way == "down" and line in (0, last) and not ruling.has_sides:
            continue
        at, start, stop = (ys if way == "across" else xs)[line], ends[part], ends[part + 1]
        pieces = [(start, stop)]
        if sheet.random.random() < ruling.gaps:
            middle, half = sheet.random.uniform(start, stop), (stop - start) * sheet.random.uniform(0.05, 0.2)
            pieces = [(start, max(start, middle - half)), (min(stop, middle + half), stop)]
        drawn = [[(a, at), (b, at)] if way == "across" else [(at, a), (at, b)] for a, b in pieces]
        (outer if line in (0, last) else inner).extend(drawn)
    for lines, pen_px in ((inner, ruling.inner), (outer, ruling.outer)):
        if lines:
            sheet.lay(strokes(height, width, lines, pen_px), 0, 0, ruling.colour)


KINDS = (plain, with_print, with_marks, merged, worn)
