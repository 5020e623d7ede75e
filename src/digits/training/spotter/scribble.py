"""Draws ink that is not a digit into an empty strip or beside digits: words, signs, tangles, lines.

All ink is float32 in [0, 1] at twice a strip's size (compose.py). Nothing here resembles one digit alone: a ring or an
upright stroke would be one, and a blot may be one (docs/log.md).
"""

from __future__ import annotations

import numpy as np

from digits.reading.result import FloatArray
from digits.training.augmentation.strokes import Random
from digits.training.spotter.texture import draw_stroke


def draw_nothing(ink: FloatArray, size: float, random: Random) -> None:
    """Fill a strip with ink that is not a digit."""
    kind = random.random()
    if kind < 0.5:
        x = random.uniform(0, 60)
        while x < ink.shape[1] - 30:
            x = draw_word(ink, x, size, random) + random.uniform(10, 60)
    elif kind < 0.75:
        _tangle(ink, size, random)
    else:
        for _ in range(int(random.integers(1, 5))):  # ruled lines
            y = random.uniform(0, ink.shape[0])
            draw_stroke(ink, [(0, y), (ink.shape[1], y + random.normal(0, 3))], random.uniform(1, 5))


def draw_word(ink: FloatArray, x: float, size: float, random: Random) -> float:
    """Write some joined letters, loops and arcs of one pen; returns where they end."""
    unit, middle = 2 * size, ink.shape[0] / 2 + random.normal(0, 4)
    letters = int(random.integers(3, 9))
    t = np.linspace(0, 2 * np.pi * letters, 12 * letters)
    wide = random.uniform(3.5, 8) * unit
    loop, tall = random.uniform(0.3, 1.0), random.uniform(2, 5) * unit
    # Every letter has a height of its own, some reach up as an l does.
    heights = np.repeat(random.choice([1.0, 1.0, 1.0, 2.2], letters) * random.uniform(0.7, 1.2, letters), 12) * tall
    columns = x + wide * t / (2 * np.pi) - loop * wide / 2 * np.sin(t)
    rows = middle + tall - heights * (1 - np.cos(t)) + random.normal(0, 0.04 * tall, len(t))
    columns = columns - random.normal(0.25, 0.2) * (rows - middle)
    draw_stroke(ink, np.stack([columns, rows], axis=1), random.uniform(1, 3) * unit)
    return float(x + wide * letters)


def draw_euro(ink: FloatArray, x: float, size: float, random: Random) -> float:
    """Draw the sign of the euro, or two letters of a currency's name; returns where it ends."""
    unit, middle = 2 * size, ink.shape[0] / 2 + random.normal(0, 4)
    pen, high, wide = random.uniform(1, 3) * unit, random.uniform(6, 10) * unit, random.uniform(5, 9) * unit
    t = np.linspace(0.25 * np.pi, 1.75 * np.pi, 14)
    draw_stroke(ink, np.stack([x + wide * (1 + np.cos(t)), middle - high * np.sin(t)], axis=1), pen)
    for row in (-0.2, 0.2):
        draw_stroke(ink, [(x - 0.3 * wide, middle + row * high), (x + wide, middle + row * high - 2)], pen)
    return float(x + 2 * wide + random.uniform(3, 12) * 2)


def _tangle(ink: FloatArray, size: float, random: Random) -> None:
    """A scribble that goes to and fro, as when something is crossed out."""
    unit, x = 2 * size, random.uniform(0, 80)
    turns, wide = int(random.integers(8, 25)), random.uniform(15, 60) * unit
    columns = x + np.cumsum(np.abs(random.normal(wide / turns, wide / turns / 2, turns)))
    rows = ink.shape[0] / 2 + random.uniform(4, 14) * unit * np.where(np.arange(turns) % 2, 1, -1)
    rows = rows + random.normal(0, 3 * unit, turns)
    draw_stroke(ink, np.stack([columns, rows], axis=1), random.uniform(1, 3.5) * unit)
