"""Boxes, a digit in each: rows of them on a form beside words, and a row for itself."""

from __future__ import annotations

import numpy as np

from composing.filling import Filler
from composing.pen_marks import strokes
from composing.printing import Printer
from composing.sheet import Page, Sheet
from composing.writing import Writer

IN_BOXES = {"number": 0.8, "empty": 0.2}


def form(writer: Writer) -> Page:
    """A form with labelled rows of boxes, a digit in each or none."""
    random = writer.random
    rows, side, pitch = int(random.integers(2, 7)), random.uniform(38, 64), random.uniform(1.5, 2.2)
    counts = random.integers(2, 10, rows)
    label_px = random.uniform(170, 260)
    left, top = random.uniform(40, 100), random.uniform(90, 160)
    width = left + label_px + max(counts) * side * 1.3 + random.uniform(40, 120)
    sheet = Sheet(round(top + rows * side * pitch + random.uniform(40, 120)), round(width), random)
    printer = Printer(random, is_handwriting_like=False)
    sheet.lay(printer.text(printer.prose(3).title(), random.uniform(24, 38)), left, random.uniform(25, 45))
    filler, gap = Filler(sheet, writer, printer, IN_BOXES), random.choice([0.0, 0.0, random.uniform(3, 14)])
    for row in range(rows):
        y = top + row * side * pitch
        sheet.lay(printer.text(printer.label(), side * random.uniform(0.35, 0.5)), left, y + side * 0.3)
        _row(sheet, filler, left + label_px, y, side, int(counts[row]), float(gap))
    return sheet.page()


def row(writer: Writer) -> Page:
    """One row of boxes, nothing else."""
    random = writer.random
    count, side = int(random.integers(1, 10)), random.uniform(40, 90)
    gap = random.choice([0.0, 0.0, random.uniform(3, 20)])
    left, top = random.uniform(15, 70, 2)
    width = left + count * (side * 1.1 + gap) + random.uniform(15, 70)
    sheet = Sheet(round(top + side * 1.3 + random.uniform(15, 70)), round(width), random)
    filler = Filler(sheet, writer, Printer(random), IN_BOXES)
    _row(sheet, filler, left, top, side, count, float(gap))
    return sheet.page()


def _row(sheet: Sheet, filler: Filler, x: float, y: float, side: float, count: int, gap: float) -> None:
    """Draw boxes, and fill them; with a gap each has walls of its own."""
    random, high = sheet.random, side * sheet.random.uniform(1, 1.25)
    pen, grey = random.uniform(1.2, 4), random.uniform(20, 140)
    lefts = x + np.arange(count) * (side + gap)
    lines = [[(left, y), (left + side, y), (left + side, y + high), (left, y + high), (left, y)] for left in lefts]
    sheet.lay(strokes(*sheet.size, lines, pen), 0, 0, (grey, grey, grey))
    for left in lefts:
        filler.fill(float(left), y, side, high, most=1)
