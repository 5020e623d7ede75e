"""Fills a cell of a table or form: with a number, print, a cross, a tick, a struck-out number, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from composing.pen_marks import cross, struck_out, tick
from composing.printing import Printer
from composing.sheet import BLACK, PENS, Cell, Colour, Ink, Random, Sheet
from composing.writing import Writer

# How usual each content is, of cells that are no label.
WRITTEN: Mapping[str, float] = {"number": 0.75, "empty": 0.25}
PRINTED: Mapping[str, float] = {"number": 0.55, "empty": 0.2, "printed": 0.25}
MARKED: Mapping[str, float] = {"number": 0.45, "empty": 0.15, "cross": 0.14, "tick": 0.13, "struck": 0.13}
ROOM_PX = 4  # between what is in a cell and its borders
LEAST_DIGIT_PX = 14


class Filler:
    """Fills the cells of one sheet: one hand, one pen, one typeface."""

    def __init__(self, sheet: Sheet, writer: Writer, printer: Printer, contents: Mapping[str, float]) -> None:
        self.sheet, self.writer, self.printer, self.contents = sheet, writer, printer, contents
        self.random: Random = sheet.random
        self.share = float(self.random.uniform(0.45, 0.72))  # of a cell's height that a digit takes
        self.colour: Colour = PENS[self.random.integers(len(PENS))]
        self.has_own_pen = self.random.random() < 0.4
        self.pen_share = float(self.random.uniform(0.05, 0.11))

    def fill(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        most: int = 4,
        kind: str = "",
        place: tuple[int, int, int, int] | None = None,
    ) -> None:
        """Fill the cell there with something, and remember what it holds; ``most`` digits at most."""
        kind = kind or str(self.random.choice(list(self.contents), p=list(self.contents.values())))
        text = self.writer.digits(int(self.random.integers(1, most + 1)))
        if kind == "number":
            text = self._write(text, x, y, width, height)
        elif kind == "printed":
            self._put(self._fitting(text, width, height), x, y, width, height, BLACK)
        elif kind == "label":
            text = ""
            self._put(self._fitting(self.printer.label(), width, height), x, y, width, height, BLACK, to_left=True)
        else:
            self._mark(kind, text, x, y, width, height)
            text = ""
        self.sheet.cells.append(Cell(kind, text, float(x), float(y), float(width), float(height), place))

    def _write(self, text: str, x: float, y: float, width: float, height: float) -> str:
        """Write a number, or as much of it as there is room for, and return that."""
        while True:
            ink = self._number(text, height * self.share)
            if ink.shape[1] + 2 * ROOM_PX <= width or len(text) == 1:
                break
            text = text[:-1]
        size = height * self.share
        while ink.shape[1] + ROOM_PX > width and size > LEAST_DIGIT_PX:
            size *= 0.9
            ink = self._number(text, size)
        self._put(ink, x, y, width, height, self.colour)
        return text

    def _number(self, text: str, size: float) -> Ink:
        pen = None if self.has_own_pen else max(1.6, size * self.pen_share + 0.6)
        return self.writer.number(text, size, pen)

    def _mark(self, kind: str, text: str, x: float, y: float, width: float, height: float) -> None:
        size = min(width, height) * self.random.uniform(0.4, 0.7)
        pen = max(1.6, size * self.pen_share + 0.6)
        if kind == "cross":
            self._put(cross(size, pen, self.random), x, y, width, height, self.colour)
        elif kind == "tick":
            self._put(tick(size, pen, self.random), x, y, width, height, self.colour)
        elif kind == "struck":
            number = self._number(text[:2], height * self.share * 0.9)
            if number.shape[1] + 2 * ROOM_PX > width:
                number = self._number(text[:1], height * self.share * 0.8)
            self._put(struck_out(number, pen, self.random), x, y, width, height, self.colour)

    def _fitting(self, text: str, width: float, height: float) -> Ink:
        size = min(height * 0.55, 34.0)
        ink = self.printer.text(text, size)
        while (ink.shape[1] + 2 * ROOM_PX > width or ink.shape[0] + 2 * ROOM_PX > height) and size > 7:
            size *= 0.9
            ink = self.printer.text(text, size)
        return ink

    def _put(
        self, ink: Ink, x: float, y: float, width: float, height: float, colour: Colour, *, to_left: bool = False
    ) -> None:
        """Lay ink about the middle of a cell, or at its left, within its borders where it has room."""
        spare_x, spare_y = width - ink.shape[1], height - ink.shape[0]
        along = 0.1 if to_left else float(np.clip(self.random.normal(0.5, 0.15), 0.12, 0.88))
        down = float(np.clip(self.random.normal(0.5, 0.12), 0.15, 0.85))
        left = x + (along * spare_x if spare_x > 0 else spare_x / 2)
        self.sheet.lay(ink, max(left, x + min(ROOM_PX, spare_x / 2)), y + down * spare_y, colour)
