"""Lines of numbers with marks between their digits: decimal points and commas, dates, times, minus signs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from composing.pen_marks import separator
from composing.sheet import PENS, Ink, Page, Sheet
from composing.writing import Writer

MARKS = ".,:/-"


def _amount(writer: Writer, mark: str) -> str:
    return f"{writer.random.integers(1, 1000)}{mark}{writer.digits(2)}"


def _date(writer: Writer, mark: str) -> str:
    random = writer.random
    year = random.integers(1980, 2031) if random.random() < 0.5 else f"{random.integers(0, 100):02}"
    return f"{random.integers(1, 32)}{mark}{random.integers(1, 13)}{mark}{year}"


KINDS: dict[str, Callable[[Writer], str]] = {
    "decimal point": lambda writer: _amount(writer, "."),
    "decimal comma": lambda writer: _amount(writer, ","),
    "date with slashes": lambda writer: _date(writer, "/"),
    "date with points": lambda writer: _date(writer, "."),
    "date with dashes": lambda writer: _date(writer, "-"),
    "time": lambda writer: f"{writer.random.integers(0, 24)}:{writer.random.integers(0, 60):02}",
    "minus": lambda writer: f"-{writer.random.integers(1, 1000)}",
}


def page(writer: Writer, kind: str) -> Page:
    """Return paper with two to four lines of one kind."""
    random, size = writer.random, float(writer.random.uniform(34, 60))
    pen, colour = size * random.uniform(0.06, 0.11) + 0.8, PENS[writer.random.integers(len(PENS))]
    texts = [KINDS[kind](writer) for _ in range(int(random.integers(2, 5)))]
    sheet = Sheet(round(size * (1.9 * len(texts) + 1.4)), round(size * 11), random)
    for row, text in enumerate(texts):
        ink = _written(writer, text, size, pen)
        sheet.lay(ink, random.uniform(0.6, 1.6) * size, size * (0.8 + 1.9 * row), colour)
        sheet.lines.append(text)
    return sheet.page()


def _written(writer: Writer, text: str, size: float, pen: float) -> Ink:
    """Return a line's ink; all stand on its bottom, and commas and slashes reach below."""
    random, below = writer.random, round(size * 0.35)
    pieces = []
    for character in text:
        if character in MARKS:
            ink, air = separator(character, size, pen, random), (0.06, 0.2)
        else:
            ink, air = writer.digit(character, size * random.uniform(0.93, 1.07), pen), (0.08, 0.22)
        bottom, wide = round(size * 1.15), ink.shape[1] + round(size * random.uniform(*air)) + 1
        column = np.zeros((bottom + below, wide), np.float32)
        # Marks come in strips whose digits are ``size`` high; a digit's own bottom stands on the line.
        top = bottom - (round(size) if character in MARKS else ink.shape[0]) + round(random.normal(0, 0.02 * size))
        part = column[max(0, top) : top + ink.shape[0], : ink.shape[1]]
        part[:] = ink[: part.shape[0]]
        pieces.append(column)
    return np.concatenate(pieces, axis=1)
