"""Printed lines: ruled, squared and dotted paper, tables of cells, and boxes in a row for one character each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from digits.reading.result import FloatArray
from digits.training.detector.composing.sheet import Ink, Random


@dataclass(frozen=True)
class Cell:
    """A place to write in, in pixels."""

    x: float
    y: float
    width: float
    height: float


def line(pixels: FloatArray, start: tuple[float, float], end: tuple[float, float], thick: float, level: float) -> None:
    """Draw a straight line over what is there."""
    canvas = np.zeros(pixels.shape, np.uint8)
    ends = [(round(x * 16), round(y * 16)) for x, y in (start, end)]
    cv2.line(canvas, ends[0], ends[1], 255, max(1, round(thick)), cv2.LINE_AA, 4)
    np.maximum(pixels, canvas * np.float32(level * min(1.0, thick) / 255), out=pixels)


def rule_paper(ink: Ink, height_px: float, random: Random) -> None:
    """Rule a whole sheet: lines, squares, or dots, thin or heavy."""
    kind, level = random.random(), random.uniform(0.15, 0.9)
    thick = max(0.5, random.uniform(0.02, 0.08) * height_px)
    step = height_px * random.uniform(0.45, 2.2) if kind > 0.4 else height_px * random.uniform(1.2, 2.4)
    first = random.uniform(0, step)
    if kind > 0.85:
        y, x = np.meshgrid(*[np.arange(first, side, step) for side in ink.pixels.shape], indexing="ij")
        for row, column in zip(y.ravel(), x.ravel(), strict=True):
            cv2.circle(ink.pixels, (int(column), int(row)), max(1, round(thick)), float(level), -1)
        return
    for y in np.arange(first, ink.height, step):
        line(ink.pixels, (0, y), (ink.width, y), thick, level)
    if kind > 0.4:
        for x in np.arange(random.uniform(0, step), ink.width, step):
            line(ink.pixels, (x, 0), (x, ink.height), thick, level)
    elif random.random() < 0.3:
        x = random.uniform(0, ink.width)
        line(ink.pixels, (x, 0), (x, ink.height), thick, level)


def draw_table(ink: Ink, height_px: float, random: Random) -> list[Cell]:
    """Draw a table of ruled cells, some lines heavy, missing or double; returns the cells, row by row."""
    level, thick = random.uniform(0.3, 1), max(0.7, random.uniform(0.03, 0.12) * height_px)
    columns = [random.uniform(-1, 2) * height_px]
    while columns[-1] < ink.width and len(columns) < 16:
        columns.append(columns[-1] + height_px * random.choice([random.uniform(1.1, 1.8), random.uniform(1.8, 6)]))
    even = random.random() < 0.7
    rows, high = [random.uniform(-1, 2) * height_px], random.uniform(1.15, 2.4)
    while rows[-1] < ink.height and len(rows) < 30:
        rows.append(rows[-1] + height_px * (high if even else random.uniform(1.15, 2.6)))
    missing = random.random() < 0.25
    for number, lengths in ((0, rows), (1, columns)):
        for place in lengths:
            if missing and random.random() < 0.3:
                continue
            strong = thick * (random.uniform(1.5, 3) if random.random() < 0.12 else 1)
            first, last = (columns[0], columns[-1]) if number == 0 else (rows[0], rows[-1])
            bend = random.normal(0, 0.04) * height_px
            ends = ((first, place), (last, place + bend)) if number == 0 else ((place, first), (place + bend, last))
            line(ink.pixels, *ends, strong, level)
    return [Cell(x, y, right - x, bottom - y) for y, bottom in pairwise(rows) for x, right in pairwise(columns)]


def draw_boxes(ink: Ink, x: float, y: float, count: int, height_px: float, random: Random) -> list[Cell]:
    """Draw ``count`` boxes in a row for one character each: joined, apart, combs, or dotted; returns the boxes."""
    high, wide = height_px * random.uniform(1.15, 1.9), height_px * random.uniform(0.95, 1.7)
    apart = 0.0 if random.random() < 0.6 else height_px * random.uniform(0.1, 0.6)
    level, thick = random.uniform(0.3, 1), max(0.7, random.uniform(0.03, 0.12) * height_px)
    kind = random.random()
    cells = []
    for number in range(count):
        left, right = x + number * (wide + apart), x + number * (wide + apart) + wide
        top = y + high * random.uniform(0.55, 0.8) if kind > 0.85 else y  # a comb has short teeth
        for start, end in (((left, top), (left, y + high)), ((right, top), (right, y + high))):
            line(ink.pixels, start, end, thick, level)
        line(ink.pixels, (left, y + high), (right, y + high), thick, level)
        if kind <= 0.85:
            line(ink.pixels, (left, y), (right, y), thick, level)
        cells.append(Cell(left, y, wide, high))
    return cells
