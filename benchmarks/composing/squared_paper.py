"""Squared paper with dates and numbers, written twice as high as the squares with a pen of a given width."""

from __future__ import annotations

from composing.pen_marks import strokes
from composing.sheet import PENS, Page, Sheet
from composing.writing import Writer

PENS_PX = (2.0, 4.0, 9.0)
SQUARE_PX, DIGIT_PX = (27, 33), (54, 66)


def page(writer: Writer, pen_px: float) -> Page:
    """Return squared paper with one to three lines: dates as day, month, year, and numbers."""
    random = writer.random
    square, rows = float(random.uniform(*SQUARE_PX)), int(random.integers(1, 4))
    sheet = Sheet(round(square * (3.5 * rows + 2.5)), round(square * 26), random)
    height, width = sheet.size
    across = [[(0, y * square + 5), (width, y * square + 5)] for y in range(int(height / square) + 1)]
    down = [[(x * square + 9, 0), (x * square + 9, height)] for x in range(int(width / square) + 1)]
    grey = float(random.uniform(130, 205))
    sheet.lay(strokes(height, width, across + down, random.uniform(1, 2)), 0, 0, (grey, grey + 12, grey + 30))
    colour = PENS[random.integers(len(PENS))]
    for row in range(rows):
        text = _date(writer) if random.random() < 0.5 else writer.digits(int(random.integers(3, 8)))
        ink = writer.number(text, random.uniform(*DIGIT_PX), pen_px)
        x, y = random.uniform(1, 3), 1 + 3.5 * row + random.uniform(-0.2, 0.3)
        sheet.lay(ink, x * square, y * square, colour)
        sheet.lines.append(text)
    return sheet.page()


def _date(writer: Writer) -> str:
    random = writer.random
    return f"{random.integers(1, 32)} {random.integers(1, 13)} {random.integers(1980, 2031)}"
