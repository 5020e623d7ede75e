"""In: the ink of a digit. Out: the same digit in a form that is even rarer than those of styles.py.

A 4 like an h, a 5 without a bar, a 9 like a g or an s, a 7 with a low bar or a long serif, a 2 with a long base, a 0
that ends inside; 4s, 7s and 9s whose stems reach far below the line. The spotter learns them (spotter/compose.py);
the digit network alone did not gain from them (docs/log.md).
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.recognition.stroke_width import stroke_width
from digits.reading.result import FloatArray
from digits.training.augmentation.strokes import FIRM, Random, curve, draw, end_of, hole_in
from digits.training.augmentation.styles import Style

# The share of 4s, 7s and 9s in rare forms whose stem is longer.
LONG = 0.5


def _zero(ink: FloatArray, random: Random) -> FloatArray:
    """The pen ends inside the ring."""
    top, bottom = end_of(ink, top=True), end_of(ink, top=False)
    length = (bottom[1] - top[1]) * random.uniform(0.15, 0.5)
    angle = np.deg2rad(random.uniform(-20, 60))
    start = top + length * np.array([np.sin(angle), np.cos(angle)])
    return draw(ink, curve(top, (top + start) / 2 + random.normal(0, 0.15 * length, 2), start), random)


def _two(ink: FloatArray, random: Random) -> FloatArray:
    """The base runs on to the right."""
    pen = stroke_width(ink)
    rows = np.flatnonzero((ink > FIRM).any(axis=1))
    lowest = rows[-1] + 1 - max(2, round(0.2 * len(rows)))
    base, columns = np.nonzero(ink[lowest:] > FIRM)
    end = np.array([columns.max() - pen / 2, lowest + base[columns == columns.max()].mean()])
    reach = len(rows) * random.uniform(0.15, 0.5) * np.array([1, random.uniform(-0.3, 0.3)])
    return draw(ink, curve(end, end + reach / 2 + random.normal(0, 0.1 * reach[0], 2), end + reach), random)


def _four(ink: FloatArray, random: Random) -> FloatArray:
    """The right arm is shorter, and often the stem as well: an h with a tail."""
    styled = _shorter_arm(ink, random)
    styled = _shorter_stem(styled, random) if random.random() < 0.5 else styled
    return ink if _pieces(styled) > _pieces(ink) else styled


def _shorter_stem(ink: FloatArray, random: Random) -> FloatArray:
    rows = np.flatnonzero((ink > FIRM).any(axis=1))
    cut = rows[-1] + 1 - int(random.integers(1, max(2, round(0.28 * len(rows)))))
    if ((ink[cut:] > FIRM).sum(axis=1) > 3 * stroke_width(ink)).any():
        return ink  # that would be the crossbar
    styled = ink.copy()
    styled[cut:] = 0
    return styled


def _shorter_arm(ink: FloatArray, random: Random) -> FloatArray:
    open_rows = []
    for row in np.flatnonzero((ink > FIRM).any(axis=1)):
        starts = np.flatnonzero(np.diff((ink[row] > FIRM).astype(np.int8), prepend=0) == 1)
        if len(starts) == 2:
            open_rows.append((row, starts[1]))
        elif open_rows:
            break
    styled = ink.copy()
    for row, start in open_rows[: round(len(open_rows) * random.uniform(0.3, 1))]:
        styled[: row + 1, start - 1 :] = 0
    return styled


def _five(ink: FloatArray, random: Random) -> FloatArray:
    """The bar is shorter, or left out."""
    rows = np.flatnonzero((ink > FIRM).any(axis=1))
    top, last = rows[0], rows[0] + round(0.4 * len(rows))
    # Below the bar is the stem alone, the row with the least ink in the upper part; else the hand is another.
    amounts = (ink[top:last] > FIRM).sum(axis=1)
    below = top + int(np.argmin(np.where(amounts, amounts, ink.shape[1])))
    stem = np.flatnonzero(ink[below] > FIRM)
    bar = np.flatnonzero((ink[top:below] > FIRM).any(axis=0))
    if not len(bar) or len(stem) > 2.5 * stroke_width(ink) or bar[-1] <= stem[-1] + 1:
        return ink
    styled = ink.copy()
    styled[: below + 1, round(bar[-1] + 1 - random.uniform(0.4, 1) * (bar[-1] - stem[-1])) :] = 0
    return ink if _pieces(styled) > _pieces(ink) else styled


def _pieces(ink: FloatArray) -> int:
    return int(cv2.connectedComponents((ink > FIRM).astype(np.uint8))[0])


def _seven(ink: FloatArray, random: Random) -> FloatArray:
    """A bar that is low or long; or a serif that hangs from where the pen began, and looks like a 1."""
    if random.random() < 0.5:
        return _hang_serif(ink, random)
    top, bottom = end_of(ink, top=True), end_of(ink, top=False)
    height = bottom[1] - top[1]
    y = top[1] + height * random.uniform(0.55, 0.8)
    columns = np.flatnonzero(ink[int(y)] > FIRM)
    if not len(columns):
        return ink
    middle = np.array([columns.mean(), y])
    reach = height * random.uniform(0.2, 0.5) * np.array([1, random.uniform(-0.35, 0.35)])
    return draw(ink, np.stack([middle - reach, middle + reach * random.uniform(0.7, 1.3)]), random)


def _hang_serif(ink: FloatArray, random: Random) -> FloatArray:
    """A stroke down from the left end of the top, that ends well before it meets the stem."""
    pen = stroke_width(ink)
    rows = np.flatnonzero((ink > FIRM).any(axis=1))
    upper, columns = np.nonzero(ink[: rows[0] + max(2, round(0.35 * len(rows)))] > FIRM)
    first = int(columns.argmin())
    start = np.array([columns[first] + pen / 2, upper[first]])
    angle = np.deg2rad(random.uniform(-5, 30))
    path = start + np.outer(np.linspace(0, random.uniform(0.2, 0.85), 12) * len(rows), [-np.sin(angle), np.cos(angle)])
    lefts = [np.flatnonzero(ink[min(int(y), rows[-1])] > FIRM) for _, y in path]
    clear = [not len(left) or left[0] > x + 2 * pen for left, (x, _) in zip(lefts, path, strict=True)]
    below = [k for k in range(len(path)) if path[k][1] > start[1] + 1.5 * pen]
    last = next((k - 1 for k in below if not clear[k]), len(path) - 1)
    return draw(ink, path[: last + 1], random) if below and last >= below[0] else ink


def _nine(ink: FloatArray, random: Random) -> FloatArray:
    """A g or an s that begins at its top: the ring is open, and mostly the stem ends in a deep hook."""
    ring, styled = hole_in(ink), ink
    if random.random() < 0.75:
        end = end_of(ink, top=False)
        length = (end[1] - end_of(ink, top=True)[1]) * random.uniform(0.2, 0.7)
        corner = end + length * np.array([random.normal(-0.1, 0.1), random.uniform(0.2, 0.6)])
        styled = draw(ink, curve(end, corner, end + length * np.array([-1, random.uniform(-0.25, 0.3)])), random)
    return styled if ring is None else _open(styled, ring, random)


def _open(ink: FloatArray, ring: tuple[int, int, int, int], random: Random) -> FloatArray:
    """Leave a gap in the ring of a 9, at its upper right, as in a g that begins there."""
    x, y, wide, high = ring
    pen = stroke_width(ink)
    angle = np.deg2rad(random.uniform(15, 65))
    gap = np.array([x + wide / 2, y + high / 2]) + (np.array([wide, high]) + pen) / 2 * [np.cos(angle), -np.sin(angle)]
    rows, columns = np.mgrid[: ink.shape[0], : ink.shape[1]]
    apart = np.hypot(columns - gap[0], rows - gap[1]) - pen * random.uniform(0.5, 0.9)
    return np.asarray(ink * np.clip(apart, 0, 1), np.float32)


def _long_or(style: Style) -> Style:
    """What is below the digit's middle is longer, for every other digit; the others are in ``style``."""

    def write(ink: FloatArray, random: Random) -> FloatArray:
        return _lengthen(ink, random) if random.random() < LONG else style(ink, random)

    return write


def _lengthen(ink: FloatArray, random: Random) -> FloatArray:
    rows = np.flatnonzero((ink > FIRM).any(axis=1))
    knee = rows[0] + round(len(rows) * random.uniform(0.5, 0.7))
    lower = ink[knee : rows[-1] + 2]
    longer = cv2.resize(lower, (ink.shape[1], round(len(lower) * random.uniform(1.3, 2.5))))
    return np.concatenate([ink[:knee], np.asarray(longer, np.float32)])


RARE_STYLES: dict[int, Style] = {
    0: _zero,
    2: _two,
    4: _long_or(_four),
    5: _five,
    7: _long_or(_seven),
    9: _long_or(_nine),
}
