"""MNIST training images go in; strips of rows as people write them come out, with where each digit stands.

A strip holds one row of writing as reading/strip.py cuts it from a page: digits in one hand, apart or touching, on a
wandering baseline, with marks, printed lines, fragments of other rows, and the paper's pattern (texture.py). Everything
is drawn at twice the strip's size, so that pens can be finer than MNIST's.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digits.reading.result import ByteArray, FloatArray, IntArray
from digits.reading.strip import DIGIT_PX, STRIP_PX, brighten
from digits.training.apart import add_upstroke, take_apart
from digits.training.rare_styles import RARE_STYLES
from digits.training.scribble import draw_euro, draw_nothing, draw_word
from digits.training.strokes import Random
from digits.training.styles import restyle
from digits.training.texture import add_marks, age, draw_mark, print_lines

OVERSAMPLING = 2
STRIP_WIDTH_PX = 160
# How far apart neighbours' ink is, in strip pixels: mean and spread of spaced, tight and touching hands, and how usual.
HANDS = ((5.0, 2.5), (0.8, 1.2), (-1.0, 0.9))
USUAL = (0.4, 0.3, 0.3)
# A share of the digits is as other hands write them (styles.py), and another as only few do (rare_styles.py).
RESTYLED, RARE = 0.2, 0.1
# A share of the digits is written in parts, of the other 1s has a long upstroke; a share of the strips holds no digit.
IN_PARTS, UPSTROKES, EMPTY = 0.02, 0.03, 0.03
# A share of the digits is blotted, and of the rows written with a marker: the pen is broader by so many pixels.
BLOTTED, MARKER, BROADER = 0.04, 0.04, (1.2, 4.0)
# Amounts are full of zeros, whose rings touch.
MORE_ZEROS = 0.06
FIRM = 0.3
# A digit with less of its width on the strip than the first is none; with less than the second nobody can say.
LEAST_SEEN, SURELY_SEEN = 0.5, 0.85


@dataclass(frozen=True, eq=False)
class Hand:
    """How one writer writes one line; lengths in strip pixels."""

    size: float  # of a digit, in MNIST's 20 px
    width: float
    slant: float
    pen: float  # below 0 finer than MNIST's, above broader
    gap: tuple[float, float]
    sizes: FloatArray  # of each digit beside the others: some write small zeros and tall sevens
    uneven: float
    level: float  # where smaller digits stand: 0 on the line, 0.5 in the middle, 1 at the top
    slope: float
    wander: float


@dataclass(eq=False)
class _Canvas:
    ink: FloatArray
    edge: IntArray  # rightmost firm ink of each row of pixels
    boxes: list[tuple[float, float, float, float]]  # left, top, right, bottom
    labels: list[int]
    right: float = 0.0


def compose(images: ByteArray, labels: IntArray, random: Random) -> tuple[ByteArray, IntArray, FloatArray, FloatArray]:
    """Return a strip uint8 (40, 160), its labels int64 (n,), boxes float32 (n, 4) and how much of each is seen (n,).

    A box is left, top, right, bottom in pixels of the strip, and may leave it.
    """
    hand = _some_hand(random)
    height, width = STRIP_PX * OVERSAMPLING, STRIP_WIDTH_PX * OVERSAMPLING
    canvas = _Canvas(np.zeros((height, width), np.float32), np.full(height, -1000), [], [])
    canvas.right = float(random.uniform(1, 24)) * OVERSAMPLING
    is_empty = random.random() < EMPTY
    _draw_before(canvas, hand, random, is_empty=is_empty)
    middle = height / 2 + random.normal(0, 1.2) * OVERSAMPLING
    most = 0 if is_empty else int(random.integers(1, 12))
    separated = random.random() < 0.35
    zeros = np.flatnonzero(labels == 0)
    for _ in range(most):
        i = int(random.choice(zeros) if random.random() < MORE_ZEROS else random.integers(len(images)))
        if not _write(canvas, images[i], int(labels[i]), middle, hand, random):
            break
        if separated and random.random() < 0.35:
            canvas.right = add_marks(canvas.ink, canvas.right, canvas.boxes[-1][3], hand.size, random)
            canvas.edge[:] = np.maximum(canvas.edge, int(canvas.right) - OVERSAMPLING)
        elif random.random() < 0.05:
            canvas.edge[:] = np.maximum(canvas.edge, int(canvas.right + random.uniform(4, 30) * OVERSAMPLING))
    if random.random() < 0.4:
        _draw_behind(canvas, hand, random)
    shift = int(random.integers(0, 14)) * OVERSAMPLING if random.random() < 0.25 else 0
    ink = np.pad(canvas.ink[:, shift:], ((0, 0), (0, shift)))
    edges = np.array(canvas.boxes, np.float32).reshape(-1, 4) - np.array([shift, 0, shift, 0])
    boxes = np.asarray(edges / OVERSAMPLING, np.float32)
    _add_other_rows(ink, images, hand, random)
    print_lines(ink, boxes, random)
    small = cv2.resize(ink, (STRIP_WIDTH_PX, STRIP_PX), interpolation=cv2.INTER_AREA)
    strip = age(np.asarray(small, np.float32), random)
    inside = np.clip(boxes[:, [0, 2]], 0, STRIP_WIDTH_PX)
    seen = (inside[:, 1] - inside[:, 0]) / np.maximum(boxes[:, 2] - boxes[:, 0], 1)
    return brighten(strip), np.array(canvas.labels, np.int64), boxes, seen.astype(np.float32)


def _draw_before(canvas: _Canvas, hand: Hand, random: Random, *, is_empty: bool) -> None:
    if is_empty:
        draw_nothing(canvas.ink, hand.size, random)
    elif random.random() < 0.15:
        draw = (draw_mark, draw_mark, draw_mark, draw_euro, draw_word)[int(random.integers(5))]
        canvas.right = draw(canvas.ink, canvas.right, hand.size, random)


def _draw_behind(canvas: _Canvas, hand: Hand, random: Random) -> None:
    right = canvas.right + random.uniform(2, 14) * OVERSAMPLING
    if random.random() < 0.15:
        draw_word(canvas.ink, right + 8 * OVERSAMPLING, hand.size, random)
    else:
        draw_mark(canvas.ink, right, hand.size, random, last=True)


def _some_hand(random: Random) -> Hand:
    return Hand(
        size=float(np.exp(random.normal(0, 0.25))),
        width=float(np.exp(random.normal(0, 0.12))),
        slant=float(random.normal(0.1, 0.27)),
        pen=float(random.uniform(*BROADER) if random.random() < MARKER else random.uniform(-1.2, 1.2)),
        gap=HANDS[random.choice(3, p=USUAL)],
        sizes=_some_sizes(random),
        uneven=float(random.choice([0.06, 0.12, 0.25])),
        level=float(random.choice([0.0, 0.25, 0.5, 1.0], p=[0.3, 0.25, 0.4, 0.05])),
        slope=float(random.normal(0, 0.03)),
        wander=float(abs(random.normal(0, 1.3))),
    )


def _some_sizes(random: Random) -> FloatArray:
    sizes = np.ones(10, np.float32)
    if random.random() < 0.5:
        sizes = np.exp(random.normal(0, 0.12, 10)).astype(np.float32)
    if random.random() < 0.25:
        sizes[0] *= random.uniform(0.4, 0.9)
    if random.random() < 0.2:
        tall = random.choice([4, 6, 7, 9], 2)
        sizes[tall] *= random.uniform(1.1, 1.6)
    return sizes


def _write(canvas: _Canvas, image: ByteArray, label: int, middle: float, hand: Hand, random: Random) -> bool:
    """Write one digit right of what is there; returns whether there was room."""
    patch = draw_digit(image, label, hand, random)
    rows, columns = patch.shape
    height, width = canvas.ink.shape
    below = -rows / 2 + (0.5 - hand.level) * (hand.size * DIGIT_PX * OVERSAMPLING - rows)
    y = middle + below + hand.slope * (canvas.right - width / 2) + random.normal(0, hand.wander) * OVERSAMPLING
    top = int(np.clip(y, -0.15 * rows, height - 0.8 * rows)) if rows < height else int(max(0, y))
    first, last = max(top, 0), min(top + rows, height)
    patch = patch[first - top : last - top]
    mean, spread = hand.gap if random.random() > 0.15 else HANDS[random.integers(3)]
    gap = max(float(random.normal(mean, spread)), -4.0) * OVERSAMPLING
    x = int(canvas.right)
    if canvas.boxes or canvas.edge.max() >= 0:
        x = _place(canvas, patch, first, gap)
    if x + columns > width + 0.3 * columns:
        return False
    place = canvas.ink[first:last, x : x + columns]
    np.maximum(place, patch[:, : place.shape[1]], out=place)
    firm = patch > FIRM
    edges = np.where(firm.any(axis=1), x + columns - 1 - firm[:, ::-1].argmax(axis=1), -1000)
    canvas.edge[first:last] = np.maximum(canvas.edge[first:last], edges)
    canvas.boxes.append((x, top, x + columns, top + rows))
    canvas.labels.append(label)
    canvas.right = max(canvas.right, float(x + columns))
    return True


def _place(canvas: _Canvas, patch: FloatArray, first: int, gap: float) -> int:
    """Return the column at which the patch's ink comes as near as ``gap`` to what is written."""
    firm = patch > FIRM
    starts = np.where(firm.any(axis=1), firm.argmax(axis=1), 1000)
    reach = np.ones((2 * OVERSAMPLING + 1, 1), np.uint8)
    edge = cv2.dilate(canvas.edge.astype(np.float32)[:, None], reach)[:, 0][first : first + len(patch)]
    x = float((edge - starts).max()) + 1 + gap
    if canvas.boxes:  # slanted strokes may overlap in columns, yet no digit stands in another
        left, _, right, _ = canvas.boxes[-1]
        nearest = (left + right) / 2 + 4.5 * OVERSAMPLING - patch.shape[1] / 2
        x = max(x, nearest, left + 2 * OVERSAMPLING)
    return max(0, round(x))


def draw_digit(image: ByteArray, label: int, hand: Hand, random: Random) -> FloatArray:
    """Return the ink of one digit in this hand, float32 in [0, 1], cropped, at twice the strip's size."""
    kind = random.random()
    if kind < RESTYLED + RARE:
        image = restyle(image, label, random, RARE_STYLES if kind < RARE else None)
    size = hand.size * OVERSAMPLING * float(np.exp(random.normal(0, hand.uneven)))
    size *= float(hand.sizes[label])
    wide = size * hand.width * float(np.exp(random.normal(0, 0.08)))
    slant, angle = hand.slant + random.normal(0, 0.06), random.normal(0, 0.07)
    matrix = np.array([[wide, -slant * size], [0, size]]) @ np.array(
        [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    )
    side = int(28 * max(size, wide) * 1.7)
    shift = np.array([side / 2, side / 2]) - matrix @ np.array([13.5, 13.5])
    patch = cv2.warpAffine(image, np.column_stack([matrix, shift]), (side, side), flags=cv2.INTER_LINEAR)
    pen = float(random.uniform(*BROADER)) if random.random() < BLOTTED else hand.pen
    patch = _change_pen(np.asarray(patch, np.float32) / np.float32(255), pen)
    firm = patch > 0.2
    rows, columns = np.flatnonzero(firm.any(axis=1)), np.flatnonzero(firm.any(axis=0))
    if not len(rows):
        return np.ones((8, 4), np.float32)
    patch = patch[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if label == 1:
        return add_upstroke(patch, random) if random.random() < UPSTROKES else patch
    return take_apart(patch, random) if random.random() < IN_PARTS else patch


def _change_pen(patch: FloatArray, pen: float) -> FloatArray:
    change, amount = (cv2.dilate if pen > 0 else cv2.erode), abs(pen)
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    while amount > 0:
        part = min(1.0, amount)
        changed = np.asarray(change(patch, kernel), np.float32)
        if changed.max() < 0.6:
            break
        patch = (1 - part) * patch + part * changed
        amount -= part
    return np.asarray(patch, np.float32)


def _add_other_rows(ink: FloatArray, images: ByteArray, hand: Hand, random: Random) -> None:
    """Let the digits of the rows above and below look in."""
    for is_above in (True, False):
        if random.random() > 0.25:
            continue
        x = int(random.integers(0, 60))
        while x < ink.shape[1] - 20:
            patch = draw_digit(images[int(random.integers(len(images)))], 8, hand, random)
            seen = int(random.integers(1, 9)) * OVERSAMPLING
            patch = patch[-seen:] if is_above else patch[:seen]
            place = ink[: len(patch), x:] if is_above else ink[-len(patch) :, x:]
            place = place[:, : patch.shape[1]]
            np.maximum(place, patch[: place.shape[0], : place.shape[1]], out=place)
            x += patch.shape[1] + int(random.integers(2, 60))
