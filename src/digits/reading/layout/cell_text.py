"""Ruled cells and the digits of a page go in; the table that they make comes out, empty cells included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digits.reading.detection.detections import Detections
from digits.reading.detection.text_lines import find_lines
from digits.reading.geometry import enlarge_box
from digits.reading.layout.ruling.ruled_cells import RuledTable
from digits.reading.result import Digit
from digits.reading.table import Cell, Table


def fill_cells(table: RuledTable, seen: Detections, digits: Sequence[Digit], factor: int) -> Table:
    """Return a table with each digit in the cell that its middle is in, in reading order.

    Args:
        table: in pixels of the page made coarser by ``factor``.
        seen: digits, in pixels of the page.
        digits: what was read of each of ``seen``.
    """
    numbers = table.cell_numbers(np.asarray(seen.middles / factor, np.int64))
    cells = []
    for number, cell in enumerate(table.cells, start=1):
        inside = np.flatnonzero(numbers == number)
        order = [int(inside[i]) for line in find_lines(seen.boxes[inside]) for i in line]
        read = tuple(digits[i] for i in order)
        box = enlarge_box(cell.box, factor)
        cells.append(Cell(cell.row, cell.column, box, read, cell.row_span, cell.column_span))
    return Table(tuple(cells))
