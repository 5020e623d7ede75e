"""A ruled table as it was read: frozen values, with ``to_dict()`` for JSON. Nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from digits.reading.digit import Box, Digit, none_or_several

# One digit may be seen as two, in so many of a grid's cells that are not empty; of more, it is a table of numbers.
MOST_SEVERAL = 0.1


@dataclass(frozen=True)
class Cell:
    """A ruled cell: its row and column from 0, how many of each it spans, and the digits in it, in reading order."""

    row: int
    column: int
    box: Box
    digits: tuple[Digit, ...] = ()
    row_span: int = 1
    column_span: int = 1

    @property
    def text(self) -> str:
        """The values; a refused digit is a question mark; empty for an empty cell."""
        return "".join("?" if digit.value is None else str(digit.value) for digit in self.digits)

    @property
    def confidence(self) -> float | None:
        """That of the least certain digit; None for an empty cell."""
        return min((digit.confidence for digit in self.digits), default=None)

    def as_one(self) -> Digit:
        """Return its digit, or, where several were seen, one that is refused."""
        return self.digits[0] if len(self.digits) == 1 else none_or_several(len(self.digits), self.box)

    def to_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "row_span": self.row_span,
            "column_span": self.column_span,
            "text": self.text,
            "confidence": self.confidence,
            "box": self.box.to_dict(),
            "digits": [digit.to_dict() for digit in self.digits],
        }


@dataclass(frozen=True)
class Table:
    """Cells between printed lines, row by row, empty ones included; a merged cell stands where it begins."""

    cells: tuple[Cell, ...]

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The cells that begin in each row, left to right."""
        count = max((cell.row for cell in self.cells), default=-1) + 1
        return tuple(tuple(cell for cell in self.cells if cell.row == row) for row in range(count))

    @property
    def area(self) -> int:
        """How many pixels its cells' boxes have."""
        return sum(cell.box.width * cell.box.height for cell in self.cells)

    def as_grid(self, side: int) -> tuple[tuple[Digit | None, ...], ...] | None:
        """Return the digit of each cell or None, row by row; None where this is no grid of ``side`` by ``side`` cells.

        Of a grid most cells are found, none is merged, and next to none holds several digits: these are refused as one.
        """
        rows, columns = max(cell.row for cell in self.cells) + 1, max(cell.column for cell in self.cells) + 1
        if (rows, columns) != (side, side) or 2 * len(self.cells) < side**2:
            return None
        filled = [cell for cell in self.cells if cell.digits]
        several = sum(len(cell.digits) > 1 for cell in filled)
        is_merged = any(max(cell.row_span, cell.column_span) > 1 for cell in self.cells)
        if is_merged or several > MOST_SEVERAL * len(filled):
            return None
        digits = {(cell.row, cell.column): cell.as_one() for cell in filled}
        return tuple(tuple(digits.get((row, column)) for column in range(side)) for row in range(side))

    def to_dict(self) -> list[list[dict[str, Any]]]:
        return [[cell.to_dict() for cell in row] for row in self.rows]
