"""A composed page and its reading go in; what was read in each of its cells, and how many digits are none, come out.

Where a reading has tables, a cell is read as its cell in a table says, and one that no table has is not read: None.
Where it has none, the digits in a cell are those whose middles lie there. Composed pages are matched by place, so it
does not matter how a reading cuts a page into tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from composing.sheet import Cell, Page

from digits.reading.result import Box, Reading

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """Something read, its middle in the sheet's pixels: a digit, or a cell of a table with its text and its place."""

    text: str
    x: float
    y: float
    box: Box
    place: tuple[int, int, int, int] | None = None

    @property
    def given(self) -> int:
        """How many digits it gives; a question mark gives none."""
        return sum(character.isdigit() for character in self.text)


@dataclass(frozen=True)
class CellsRead:
    """What was read of a page: ``texts`` of its cells in order, None where a table was to have the cell and has not.

    ``is_in_place`` tells for each whether a table has it in its row and column; ``spare`` how many digits are given
    that are none: outside of all cells, in a cell without digits, or more in a cell than stand there.
    """

    texts: tuple[str | None, ...]
    is_in_place: tuple[bool, ...]
    spare: int


def upright_matrix(reading: Reading, height: int, width: int) -> Matrix:
    """Return the matrix (3, 3) from a picture's places to those of the upright image that boxes are in."""
    angle = np.radians(reading.angle)
    turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    to_middle, from_middle = np.eye(3), np.eye(3)
    to_middle[:2, 2] = -(width - 1) / 2, -(height - 1) / 2
    from_middle[:2, 2] = (reading.width - 1) / 2, (reading.height - 1) / 2
    return np.asarray(from_middle @ turn @ to_middle)


def read_cells(page: Page, reading: Reading) -> CellsRead:
    """Compare."""
    matrix = upright_matrix(reading, *page.picture.shape[:2]) @ page.matrix
    boxes = [_found(cell, matrix) for table in reading.tables for cell in table.cells]
    loose = [_found(digit, matrix) for line in reading.lines for digit in line.digits]
    loose = [one for one in loose if not any(_holds(cell.box, *_middle(one.box)) for cell in boxes)]
    texts: list[str | None] = []
    in_place, given_in_cells, spare = [], 0, 0
    for cell in page.cells:
        inside = [one for one in (*boxes, *loose) if _is_in(one, cell)]
        mine = [one for one in inside if one.place and _holds(one.box, *_to(matrix, *_centre(cell)))]
        given = sum(one.given for one in inside)
        given_in_cells += given
        spare += max(0, given - len(cell.text))
        if reading.tables:
            texts.append(mine[0].text.replace(" ", "") if len(mine) == 1 else None)
        else:
            texts.append("".join(one.text for one in sorted(inside, key=lambda one: one.x)))
        in_place.append(len(mine) == 1 and mine[0].place == cell.place)
    spare += sum(one.given for one in (*boxes, *loose)) - given_in_cells
    return CellsRead(tuple(texts), tuple(in_place), spare)


def _found(one: Any, matrix: Matrix) -> Found:
    """Return a digit, or a cell of a table."""
    x, y = _to(np.linalg.inv(matrix), *_middle(one.box))
    if hasattr(one, "row"):
        return Found(one.text, x, y, one.box, (one.row, one.column, one.row_span, one.column_span))
    return Found("?" if one.value is None else str(one.value), x, y, one.box)


def _to(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    point = cv2.perspectiveTransform(np.array([[[x, y]]], np.float64), matrix)[0, 0]
    return float(point[0]), float(point[1])


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


def _centre(cell: Cell) -> tuple[float, float]:
    return cell.x + cell.width / 2, cell.y + cell.height / 2


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x <= x < box.x + box.width and box.y <= y < box.y + box.height


def _is_in(one: Found, cell: Cell) -> bool:
    return cell.x <= one.x < cell.x + cell.width and cell.y <= one.y < cell.y + cell.height
