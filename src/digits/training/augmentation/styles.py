"""A training image and its label go in, the same digit as other hands write it comes out: strokes added or shortened.

MNIST was written in the United States. Elsewhere a 1 has an upstroke and sometimes a foot, a 7 has a bar, a 9 a hook,
or its stem on the left, a 2 a ring, a 4 a short right arm or a short stem, a 0 begins outside its ring. Everything is
drawn on MNIST's own images, with the pen that wrote each, and framed again. Except for a mirrored 9, nothing here moves
or bends the ink; augment.py does that. Rarer forms are in rare_styles.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.stroke_width import stroke_width
from digits.reading.result import ByteArray, FloatArray
from digits.training.augmentation.strokes import FIRM, Random, curve, draw, end_of, hole_in

# Room for a stroke that leaves the 28 pixels; framing brings the digit back into them.
MARGIN_PX = 10
# Flatter ink is no digit to add strokes to; MNIST's are 20 px high or wide.
LEAST_ROWS = 8


Style = Callable[[FloatArray, Random], FloatArray]


def restyle(image: ByteArray, label: int, random: Random, styles: Mapping[int, Style] | None = None) -> ByteArray:
    """Return ``image``, uint8 (28, 28), in another hand; unchanged if the digit has no other form in ``styles``."""
    style = (STYLES if styles is None else styles).get(label)
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
    y = top[1] + height * random.uniform(0.35, 0.65)
    columns = np.flatnonzero(ink[int(y)] > FIRM)
    if not len(columns):
        return ink
    middle = np.array([columns.mean() if len(columns) > 12 else columns[-1] - 1, y])
    reach = height * random.uniform(0.15, 0.45) * np.array([1, random.uniform(-0.35, 0.35)])
    return draw(ink, np.stack([middle - reach, middle + reach * random.uniform(0.7, 1.3)]), random)


def _nine(ink: FloatArray, random: Random) -> FloatArray:
    """The stem ends in a hook to the left, or it hangs from the ring's left or middle: a Greek rho, an open 8."""
    ring = hole_in(ink)
    if ring is None or random.random() < 0.4:
        end = end_of(ink, top=False)
        length = (end[1] - end_of(ink, top=True)[1]) * random.uniform(0.2, 0.6)
        corner = end + length * np.array([random.normal(-0.1, 0.1), random.uniform(0.2, 0.6)])
        return draw(ink, curve(end, corner, end + length * np.array([-1, random.uniform(-0.25, 0.3)])), random)
    return _hang(ink, ring, random) if random.random() < 0.6 else _mirror(ink, random)


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
    """The pen begins at the stem and turns about once: the arc becomes a ring, or nearly."""
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
    """A shorter stem, or, where the top is open, a shorter right arm."""
    rows = np.flatnonzero((ink > FIRM).any(axis=1))
    styled = ink.copy()
    if random.random() < 0.5:
        cut = rows[-1] + 1 - int(random.integers(1, max(2, round(0.28 * len(rows)))))
        if ((ink[cut:] > FIRM).sum(axis=1) > 3 * stroke_width(ink)).any():
            return ink  # that would be the crossbar
        styled[cut:] = 0
        return styled
    open_rows = []
    for row in rows:
        starts = np.flatnonzero(np.diff((ink[row] > FIRM).astype(np.int8), prepend=0) == 1)
        if len(starts) == 2:
            open_rows.append((row, starts[1]))
        elif open_rows:
            break
    if not open_rows:
        return ink
    for row, start in open_rows[: round(len(open_rows) * random.uniform(0.3, 1))]:
        styled[: row + 1, start - 1 :] = 0
    return styled


def _zero(ink: FloatArray, random: Random) -> FloatArray:
    """The pen comes from outside the ring, at its top."""
    top, bottom = end_of(ink, top=True), end_of(ink, top=False)
    length = (bottom[1] - top[1]) * random.uniform(0.08, 0.3)
    angle = np.deg2rad(random.uniform(-70, 70))
    start = top + length * np.array([np.sin(angle), -np.cos(angle)])
    return draw(ink, curve(top, (top + start) / 2 + random.normal(0, 0.15 * length, 2), start), random)


STYLES: dict[int, Style] = {
    0: _zero,
    1: _one,
    2: _two,
    4: _four,
    7: _seven,
    9: _nine,
}
