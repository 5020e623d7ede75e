"""A training image goes in, the same digit in some writer's hand comes out: its size, slant, pen and forms.

Whole rows are written in one hand (compose.py). Everything is drawn at twice the size of a strip, so that pens can be
finer than MNIST's.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digits.reading.result import ByteArray, FloatArray
from digits.training.augmentation.rare_styles import RARE_STYLES
from digits.training.augmentation.strokes import Random
from digits.training.augmentation.styles import restyle
from digits.training.spotter.apart import add_upstroke, take_apart

OVERSAMPLING = 2
# How far apart neighbours' ink is, in strip pixels: mean and spread of spaced, tight and touching hands, and how usual.
HANDS = ((5.0, 2.5), (0.8, 1.2), (-1.0, 0.9))
USUAL = (0.4, 0.3, 0.3)
# A share of the digits is as other hands write them (styles.py), and another as only few do (rare_styles.py).
RESTYLED, RARE = 0.2, 0.15
# A share of the digits is written in parts, of the other 1s has a long upstroke.
IN_PARTS, UPSTROKES = 0.02, 0.03
# A share of the digits is blotted, and of the rows written with a marker: the pen is broader by so many pixels.
BLOTTED, MARKER, BROADER = 0.04, 0.04, (1.2, 4.0)


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


def some_hand(random: Random) -> Hand:
    """Return the hand of some writer."""
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
