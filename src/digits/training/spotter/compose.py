"""In: MNIST training images. Out: strips of rows as people write them, with the place of each digit.

A strip holds one row of writing as reading/spotting/rectification.py cuts it from a page: digits in one hand, apart or
touching, on a wandering baseline, with marks, printed lines, fragments of other rows, and the paper's pattern
(texture.py). Everything is drawn at twice the strip's size, so that pens can be finer than MNIST's.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digits.reading.result import ByteArray, FloatArray, IntArray
from digits.reading.spotting.rectification import DIGIT_PX, STRIP_PX, brighten
from digits.training.augmentation.strokes import Random
from digits.training.spotter.handwriting import HANDS, OVERSAMPLING, Hand, draw_digit, some_hand
from digits.training.spotter.scribble import draw_euro, draw_nothing, draw_word
from digits.training.spotter.texture import add_marks, age, draw_mark, print_lines

STRIP_WIDTH_PX = 160
# A share of the strips holds no digit.
EMPTY = 0.03
# Amounts are full of zeros, whose rings touch.
MORE_ZEROS = 0.06
FIRM = 0.3
# A digit with less of its width on the strip than the first is none; with less than the second nobody can say.
LEAST_SEEN, SURELY_SEEN = 0.5, 0.85


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
    hand = some_hand(random)
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
