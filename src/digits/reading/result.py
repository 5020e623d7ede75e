"""What a reading is made of: frozen values, each with ``to_dict()`` for JSON and a ``repr`` that fits on a line.

The reader fills these in. Nothing here computes, but ``Line.choose`` asks decoding.py.
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.reading.digit import Box as Box
from digits.reading.digit import Digit as Digit
from digits.reading.fields.decoding import FieldValue, Way, choose
from digits.reading.fields.rules import Rule, as_rule
from digits.reading.table import Cell, Table

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.uint8]

# So many characters of a text are in a ``repr``.
MOST_SHOWN = 60


@dataclass(frozen=True)
class Mark:
    """Ink that is no digit.

    ``kind`` is "dot", "comma", "dash", "speck", "rule" (a printed line), "ring" (drawn around digits), "slash" (or
    a bracket), "colon", "struck" (a digit that is struck out), "word" (beside a number) or "other".
    """

    kind: str
    box: Box

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "box": self.box.to_dict()}


@dataclass(frozen=True)
class Doubt:
    """Another way to see a stretch of a line: ``digits[first:last]`` may be ``instead``, or nothing where it is empty.

    ``odds`` is how likely that is, where what was read instead counts 1.
    """

    first: int
    last: int
    instead: tuple[Digit, ...]
    odds: float


@dataclass(frozen=True)
class Line:
    """Digits that stand in one row, left to right; ``starts`` are the indices of those that begin a new group.

    ``doubts`` are for ``choose``; nothing else looks at them. ``signs`` are the points, commas, dashes, slashes and
    colons seen between and beside the digits, each with the number of digits on its left.
    """

    digits: tuple[Digit, ...]
    box: Box
    starts: tuple[int, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    signs: tuple[tuple[int, str], ...] = ()

    def __repr__(self) -> str:
        return f"<Line: {shorten_text(self.text)}, {count_of(self.digits, 'digit')}, confidence {self.confidence:.2f}>"

    @property
    def text(self) -> str:
        """The values, groups set apart by a space; a refused digit is a question mark."""
        values = ["?" if digit.value is None else str(digit.value) for digit in self.digits]
        return "".join(" " + value if i in self.starts else value for i, value in enumerate(values))

    @property
    def raw(self) -> str:
        """The text with the signs that join digits, where they were seen: ``21,95``, ``2/8/20``, ``12:45``, ``-7``."""
        written = []
        for i in range(len(self.digits) + 1):
            here = "".join(sign for place, sign in self.signs if place == i)
            written.append(here if here or i not in self.starts else " ")
            if i < len(self.digits):
                value = self.digits[i].value
                written.append("?" if value is None else str(value))
        return "".join(written)

    @property
    def confidence(self) -> float:
        """That of the least certain digit."""
        return min(digit.confidence for digit in self.digits)

    def choose(self, *rules: str | Rule) -> FieldValue:
        """Return the most likely value that all ``rules`` allow, found among all values; groups are read as one.

        Digits that may be none, two that may be one, and one that may be two are taken into account (``doubts``).

        Args:
            rules: as ``digits read --field`` takes them, such as "length=4-6", "range=1-31" or "checksum=luhn"; or
                ``Length``, ``Range``, ``Checksum``, ``OneOf``, or a ``Rule`` of your own.

        Returns:
            its ``value`` is a string of digits, or None where no valid value is likely, and then ``reason`` says why.

        Raises:
            FieldError: a rule that cannot be understood; also a ValueError.
            TypeError: something else than a rule.
        """
        others = [
            Way(doubt.first, doubt.last, tuple(digit.probabilities for digit in doubt.instead), doubt.odds)
            for doubt in self.doubts
        ]
        return choose([digit.probabilities for digit in self.digits], [as_rule(rule) for rule in rules], others)

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "raw": self.raw,
            "confidence": self.confidence,
            "box": self.box.to_dict(),
            "digits": [digit.to_dict() for digit in self.digits],
        }


@dataclass(frozen=True)
class Reading:
    """What a page says.

    ``lines`` from top to bottom; ``marks`` what was left out: signs, words, printed lines, and
    ink about as high as the digits; ``angle`` the degrees, counter-clockwise, by
    which the image was turned to stand upright; ``width`` and ``height`` of that upright image, in whose pixels all
    boxes are; of a sudoku, that is its grid made square. ``tables`` are the ruled tables, and rows of boxes, from top
    to bottom.
    """

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    angle: float
    width: int
    height: int
    tables: tuple[Table, ...] = ()

    def __repr__(self) -> str:
        digits = [digit for line in self.lines for digit in line.digits]
        refused = sum(digit.refusal is not None for digit in digits)
        counts = [
            count_of(self.lines, "line"),
            count_of(digits, "digit"),
            *([f"{refused:,} refused"] if refused else []),
        ]
        return f"<Reading: {shorten_text(self.text)}, {', '.join(counts)}>"

    @property
    def text(self) -> str:
        """The lines, split by newlines; empty when no digit was found."""
        return "\n".join(line.text for line in self.lines)

    @property
    def table(self) -> tuple[tuple[Cell, ...], ...] | None:
        """The rows of the table with the most cells, empty ones included; None where there is none."""
        return max(self.tables, key=lambda table: len(table.cells)).rows if self.tables else None

    @property
    def grid(self) -> tuple[tuple[Digit | None, ...], ...] | None:
        """The digit of each cell or None, row by row, where much of the page is a grid of 9×9 cells, a sudoku's."""
        table = max(self.tables, key=lambda table: len(table.cells), default=None)
        if table is None or 9 * table.area < self.width * self.height:
            return None
        return table.as_grid(9)

    @property
    def grid_text(self) -> str:
        """The rows of the grid, split by newlines: a dot for an empty cell, a question mark for a refused digit."""
        return "\n".join("".join(_cell_text(digit) for digit in row) for row in self.grid or ())

    @property
    def confidence(self) -> float | None:
        """That of the least certain digit; None when no digit was found."""
        return min((line.confidence for line in self.lines), default=None)

    @property
    def needs_review(self) -> bool:
        """Whether a person should look: a digit was refused, on a line or in a cell of the grid, or none was found."""
        in_grid = (digit for row in self.grid or () for digit in row if digit)
        on_lines = (digit for line in self.lines for digit in line.digits)
        return not self.lines or any(digit.refusal for digit in chain(on_lines, in_grid))

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "confidence": self.confidence,
            "angle": self.angle,
            "width": self.width,
            "height": self.height,
            "lines": [line.to_dict() for line in self.lines],
            "marks": [mark.to_dict() for mark in self.marks],
            "grid": self.grid_text.split("\n") if self.grid else None,
            "tables": [table.to_dict() for table in self.tables],
        }


def shorten_text(text: str) -> str:
    """Return ``text`` quoted, its middle left out where it is long."""
    return repr(text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN // 2]}…{text[-MOST_SHOWN // 2 :]}")


def count_of(things: Sized, noun: str) -> str:
    return f"{len(things):,} {noun}{'' if len(things) == 1 else 's'}"


def _cell_text(digit: Digit | None) -> str:
    if digit is None:
        return "."
    return "?" if digit.value is None else str(digit.value)
