"""A training image and its label go in, the same digit as other hands write it comes out: strokes added or shortened.

MNIST was written in the United States. Elsewhere a 1 has an upstroke and sometimes a foot, a 7 has a bar, a 9 a hook,
an open ring, or its stem on the left, a 2 a ring or a long base, a 4 a short right arm and a short stem, a 5 no bar, a
0 begins outside its ring or ends inside. Everything is
drawn on MNIST's own images, with the pen each was written with, and framed anew. But for a mirrored 9, nothing here
moves or bends what is there; that is augment.py.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from digits.reading.frame import frame_digit
from digits.reading.pen import stroke_width
from digits.reading.result import ByteArray, FloatArray
from digits.training.strokes import FIRM, Random, curve, draw, end_of, hole_in

# Room for a stroke that leaves the 28 pixels; framing brings the digit back into them.
MARGIN_PX = 10
# Flatter ink is no digit to add strokes to; MNIST's are 20 px high or wide.
LEAST_ROWS = 8


def restyle(image: ByteArray, label: int, random: Random) -> ByteArray:
    """Return ``image``, uint8 (28, 28), in another hand; as it is when the digit has no other form here."""
    style = STYLES.get(label)
    ink = np.pad(image.astype(np.float32) / np.float32(255), MARGIN_PX)
    if style is None or (ink > FIRM).any(axis=1).sum() < LEAST_ROWS:
        return image
    return frame_digit(style(ink, random))


def _one(ink: FloatArray, random: Random) -> FloatArray:
    """An upstroke from the left, 28 to 68 degrees below the horizontal; a foot under every fourth."""
    top, bottom = end_of(ink, top=True), end_of(ink, top=False)
    height = bottom[1] - top[1]
    angle, length = np.deg2rad(random.uniform(28, 68)), height * random.uniform(0.15, 0.8)
    start = top + length * np.array([-np.cos(angle), np.sin(angle)])
    styled = draw(ink, curve(top, (top + start) / 2 + random.normal(0, 0.06 * length, 2), start), random)
    if random.random() < 0.25:
        reach = height * random.uniform(0.15, 0.4) * np.array([1, random.uniform(-0.15, 0.15)])
        styled = draw(styled, np.stack([bottom - reach, bottom + reach * random.uniform(0.7, 1.2)]), random)
    return styled


def _seven(ink: FloatArray, random: Random) -> FloatArray:
    """A bar across the stem, up to 20 degrees off the horizontal."""
    top, bottom = end_of(ink, top=True), end_of(ink, top=False)
    height = bottom[1] - top[1]
    y = top[1] + height * random.uniform(0.35, 0.75)
    columns = np.flatnonzero(ink[int(y)] > FIRM)
    if not len(columns):
        return ink
    middle = np.array([columns.mean() if len(columns) > 12 else columns[-1] - 1, y])
    reach = height * random.uniform(0.15, 0.5) * np.array([1, random.uniform(-0.35, 0.35)])
    return draw(ink, np.stack([middle - reach, middle + reach * random.uniform(0.7, 1.3)]), random)


def _nine(ink: FloatArray, random: Random) -> FloatArray:
    """The stem ends in a hook to the left, or it hangs from the ring's left or middle: a Greek rho, an open 8."""
    ring = hole_in(ink)
    if ring is None or random.random() < 0.5:
        end = end_of(ink, top=False)
        length = (end[1] - end_of(ink, top=True)[1]) * random.uniform(0.2, 0.7)
        corner = end + length * np.array([random.normal(-0.1, 0.1), random.uniform(0.2, 0.6)])
        styled = draw(ink, curve(end, corner, end + length * np.array([-1, random.uniform(-0.25, 0.3)])), random)
        return _open(styled, ring, random) if ring is not None and random.random() < 0.4 else styled
    return _hang(ink, ring, random) if random.random() < 0.6 else _mirror(ink, random)


def _open(ink: FloatArray, ring: tuple[int, int, int, int], random: Random) -> FloatArray:
    """Leave a gap in the ring of a 9, at its upper right, as in a g that begins there."""
    x, y, wide, high = ring
    pen = stroke_width(ink)
    angle = np.deg2rad(random.uniform(15, 65))
    gap = np.array([x + wide / 2, y + high / 2]) + (np.array([wide, high]) + pen) / 2 * [np.cos(angle), -np.sin(angle)]
    rows, columns = np.mgrid[: ink.shape[0], : ink.shape[1]]
    apart = np.hypot(columns - gap[0], rows - gap[1]) - pen * random.uniform(0.5, 0.9)
    return np.asarray(ink * np.clip(apart, 0, 1), np.float32)


def _hang(ink: FloatArray, ring: tuple[int, int, int, int], random: Random) -> FloatArray:
    """Leave the ring of a 9, and let another stem hang from it."""
    x, y, wide, high = ring
    bottom, below = end_of(ink, top=False), y + high + round(stroke_width(ink))
    stem = bottom[1] - (y + high)
    if stem < 4:
        return ink
    styled = ink.copy()
    styled[below:] = 0
    start = np.array([x + wide * random.uniform(-0.1, 0.6), y + high])
    end = np.array([start[0] + stem * random.normal(-0.25, 0.2), start[1] + stem * random.uniform(0.8, 1.3)])
    if random.random() < 0.5:  # straight, or first to the right and back
        return draw(styled, curve(start, (start + end) / 2 + random.normal(0, 0.06 * stem, 2), end), random)
    corner = np.array([start[0] + stem * random.uniform(0.3, 1.0), start[1] + stem * random.uniform(0.4, 0.9)])
    end[0] -= stem * random.uniform(0, 0.5)
    return draw(styled, curve(start, corner, end), random)


def _mirror(ink: FloatArray, random: Random) -> FloatArray:
    """Turn left and right about, and let the stem stand upright or lean to the right."""
    moments = cv2.moments(ink)
    lean = moments["mu11"] / max(moments["mu02"], 1e-6)
    side = ink.shape[1] - 1
    # Mirrored, x is side - x and leans as much the other way: twice the lean brings it back; the ring leans by itself.
    shear = 2 * lean - random.uniform(0.1, 0.6)
    matrix = np.array([[-1, shear, side - shear * moments["m01"] / max(moments["m00"], 1e-6)], [0, 1, 0]])
    return np.asarray(cv2.warpAffine(ink, matrix, ink.shape[::-1], flags=cv2.INTER_LINEAR), np.float32)


def _two(ink: FloatArray, random: Random) -> FloatArray:
    """The arc becomes a ring, or the base runs on to the right."""
    if random.random() < 0.7:
        return _ring(ink, random)
    pen = stroke_width(ink)
    rows = np.flatnonzero((ink > FIRM).any(axis=1))
    lowest = rows[-1] + 1 - max(2, round(0.2 * len(rows)))
    base, columns = np.nonzero(ink[lowest:] > FIRM)
    end = np.array([columns.max() - pen / 2, lowest + base[columns == columns.max()].mean()])
    reach = len(rows) * random.uniform(0.15, 0.5) * np.array([1, random.uniform(-0.3, 0.3)])
    return draw(ink, curve(end, end + reach / 2 + random.normal(0, 0.1 * reach[0], 2), end + reach), random)


def _ring(ink: FloatArray, random: Random) -> FloatArray:
    """Let the pen of a 2 begin at the stem and turn about once: the arc becomes a ring, or nearly."""
    top, bottom = end_of(ink, top=True)[1], end_of(ink, top=False)[1]
    height = bottom - top
    rows, columns = np.nonzero(ink[: int(top + 0.45 * height)] > FIRM)
    first = int(columns.argmin())
    start = np.array([columns[first] + 0.5, rows[first]])
    level = top + height * random.uniform(0.42, 0.68)
    stem = np.flatnonzero(ink[int(level)] > FIRM)
    if not len(stem) or stem[-1] - stem[0] > 3 * stroke_width(ink) or stem.mean() < start[0] + 2:
        return ink
    end = np.array([stem.mean(), level])
    reached = start + (end - start) * random.uniform(0.75, 1.15)
    corner = np.array([start[0] + 0.15 * (end[0] - start[0]), level + height * random.uniform(-0.05, 0.1)])
    return draw(ink, curve(start, corner, reached), random)


def _four(ink: FloatArray, random: Random) -> FloatArray:
    """A shorter stem, or, where the top is open, a shorter right arm; or both: an h with a tail."""
    kind = random.random()
    styled = _shorter_arm(ink, random) if kind > 0.35 else ink
    styled = _shorter_stem(styled, random) if kind < 0.65 else styled
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


def _zero(ink: FloatArray, random: Random) -> FloatArray:
    """The pen comes from outside the ring, at its top, or ends inside it."""
    top, bottom = end_of(ink, top=True), end_of(ink, top=False)
    inside = random.random() < 0.3
    length = (bottom[1] - top[1]) * random.uniform(0.08, 0.3)
    angle = np.deg2rad(random.uniform(10, 60) if inside else random.uniform(-70, 70))
    start = top + length * np.array([np.sin(angle), np.cos(angle) if inside else -np.cos(angle)])
    return draw(ink, curve(top, (top + start) / 2 + random.normal(0, 0.15 * length, 2), start), random)


STYLES: dict[int, Callable[[FloatArray, Random], FloatArray]] = {
    0: _zero,
    1: _one,
    2: _two,
    4: _four,
    5: _five,
    7: _seven,
    9: _nine,
}
