"""A digit goes in, its ink in some writer's hand comes out: from MNIST's images, from pen strokes, from typefaces.

A ``Hand`` is how one writer, or one machine, writes on one sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import ByteArray, FloatArray, IntArray
from digits.training.augmentation.rare_styles import RARE_STYLES
from digits.training.augmentation.styles import restyle
from digits.training.augmentation.thinning import THIN_AT, middle_line, shows
from digits.training.detector.composing.marks.pens import Points, arc, draw_strokes, shaken, smooth
from digits.training.detector.composing.sheet import Ink, Random, cropped, one
from digits.training.spotter.apart import add_upstroke, take_apart

# A share of MNIST's digits is as other hands write them (styles.py), and another as few do (rare_styles.py).
RESTYLED, RARE = 0.2, 0.1
# A share of the digits is in parts; of the 1s has a long upstroke; of the 0s a slash; of the 8s is two rings.
IN_PARTS, UPSTROKES, SLASHED, TWO_RINGS = 0.03, 0.05, 0.04, 0.06
MNIST_PX = 20.0
# A share of the hands of MNIST's digits writes with a pen as fine as this, in units of a digit's height.
FINE, FINE_PENS = 0.2, (0.025, 0.08)


@dataclass(frozen=True, eq=False)
class Alphabet:
    """What digits are written with: images uint8 (n, 28, 28), strokes of a pen in [0, 1], and typefaces' paths."""

    images: ByteArray
    labels: IntArray
    strokes: Sequence[Sequence[Points]]
    stroke_labels: IntArray
    printed: Sequence[str]
    handlike: Sequence[str]
    foreign: Sequence[str] = ()  # typefaces of other scripts than Latin
    photos: Sequence[FloatArray] = ()


@dataclass(frozen=True, eq=False)
class Hand:
    """How one writer writes; lengths are in units of a digit's height."""

    source: str  # "mnist", "pen" or "print"
    face: str  # of "print"
    pen: float  # for "pen" its width; for "mnist" by how much broader or finer than MNIST's, in 1/20
    width: float
    slant: float
    sizes: FloatArray  # of each digit beside the others
    uneven: float
    gap: tuple[float, float]
    wander: float
    depth: float
    fine: float = 0.0  # for "mnist": the width of a fine pen that draws their middle lines anew


def some_hand(alphabet: Alphabet, random: Random, *, source: str | None = None) -> Hand:
    """Return the hand of some writer, or some machine's."""
    chances = [0.5, 0.25 if len(alphabet.strokes) else 0, 0.25 if alphabet.printed else 0]
    if source is None:
        source = str(random.choice(["mnist", "pen", "print"], p=np.array(chances) / sum(chances)))
    faces = alphabet.printed if random.random() < 0.9 or not alphabet.handlike else alphabet.handlike
    sizes = np.exp(random.normal(0, 0.1, 10)).astype(np.float32) if random.random() < 0.5 else np.ones(10, np.float32)
    if random.random() < 0.2:
        sizes[0] *= random.uniform(0.5, 0.9)
    gap = ((0.25, 0.15), (0.08, 0.06), (-0.03, 0.04), (0.8, 0.4))[random.choice(4, p=[0.4, 0.3, 0.2, 0.1])]
    pen = _log_uniform((0.025, 0.22), random) if source == "pen" else random.uniform(-1.2, 1.5)
    return Hand(
        source=source,
        face=str(faces[int(random.integers(len(faces)))]) if faces else "",
        pen=float(pen),
        width=float(np.exp(random.normal(0, 0.13))),
        slant=float(random.normal(0.1, 0.25)) if source != "print" else float(random.choice([0, 0, 0, 0.2])),
        sizes=sizes if source != "print" else np.ones(10, np.float32),
        uneven=float(random.choice([0.04, 0.1, 0.2])) if source != "print" else 0.0,
        gap=gap,
        wander=float(abs(random.normal(0, 0.06))) if source != "print" else 0.0,
        depth=float(random.uniform(0.55, 1)),
        fine=_log_uniform(FINE_PENS, random) if source == "mnist" and random.random() < FINE else 0.0,
    )


def _log_uniform(ends: tuple[float, float], random: Random) -> float:
    return float(np.exp(random.uniform(*np.log(ends))))


def draw_digit(value: int, hand: Hand, height_px: float, alphabet: Alphabet, random: Random) -> Ink:
    """Return one digit in this hand, about ``height_px`` high, cropped."""
    size = height_px * float(hand.sizes[value]) * float(np.exp(random.normal(0, hand.uneven)))
    if value == 8 and hand.source != "print" and random.random() < TWO_RINGS:
        pixels = _two_rings(size, max(1.0, (hand.pen if hand.source == "pen" else 0.1) * size), random)
    elif hand.source == "mnist":
        pixels = _from_image(value, hand, size, alphabet, random)
    else:
        pixels = _from_strokes(value, hand, size, alphabet, random)
    if value == 0 and random.random() < SLASHED:
        pixels = _slashed(cropped(pixels), hand.fine or random.uniform(0.05, 0.1), random)
    if value == 1 and random.random() < UPSTROKES and size > 14:
        pixels = add_upstroke(pixels, random)
    elif value != 1 and random.random() < IN_PARTS and size > 14:
        pixels = take_apart(pixels, random)
    return one(cropped(pixels), value)


def _from_image(value: int, hand: Hand, size: float, alphabet: Alphabet, random: Random) -> FloatArray:
    chosen = np.flatnonzero(alphabet.labels == value)
    image = alphabet.images[chosen[random.integers(len(chosen))]]
    while hand.fine and not shows(value, image.tobytes()):
        image = alphabet.images[chosen[random.integers(len(chosen))]]
    kind = 1.0 if hand.fine else random.random()
    if kind < RESTYLED + RARE:
        image = restyle(image, value, random, RARE_STYLES if kind < RARE else None)
    firm = np.flatnonzero((image > 80).any(axis=1))
    scale = size / max(8.0, float(firm[-1] - firm[0] + 1) if len(firm) else MNIST_PX)
    scale = min(scale, 2 * size / MNIST_PX)
    wide = scale * hand.width * float(np.exp(random.normal(0, 0.07)))
    slant, angle = hand.slant + random.normal(0, 0.06), random.normal(0, 0.06)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.array([[wide, -slant * scale], [0, scale]]) @ turn
    side = int(28 * max(scale, wide) * 1.6) + 4
    shift = np.array([side / 2, side / 2]) - matrix @ np.array([13.5, 13.5])
    if hand.fine:
        return _middle_line_drawn(image, np.column_stack([matrix, shift]), side, scale, hand.fine * size)
    way = cv2.INTER_AREA if scale < 0.8 else cv2.INTER_CUBIC
    warped = cv2.warpAffine(image, np.column_stack([matrix, shift]), (side, side), flags=way)
    pixels = warped.astype(np.float32) / np.float32(255)
    if scale > 1.2:  # an enlarged image is blurred; a pen is not
        pixels = np.clip((pixels - 0.45) * np.float32(1 + random.uniform(0, 1.2) * (scale - 1)) + 0.5, 0, 1)
    return change_pen(pixels, hand.pen * size / MNIST_PX)


def _middle_line_drawn(
    image: ByteArray, matrix: npt.NDArray[np.float64], side: int, scale: float, pen_px: float
) -> FloatArray:
    """Return ink float32 (side, side): the middle line of MNIST's image, mapped by ``matrix``, with a pen."""
    line = middle_line(image.tobytes())
    far = cv2.distanceTransform(1 - line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * (scale / THIN_AT)
    finer = matrix.copy()  # from places of the line, THIN_AT times as large
    finer[:, 2] += matrix[:, :2] @ np.full(2, (1 - THIN_AT) / (2 * THIN_AT))
    finer[:, :2] /= THIN_AT
    mapped = cv2.warpAffine(far, finer, (side, side), flags=cv2.INTER_LINEAR, borderValue=(float(side),))
    # A pen finer than a pixel is a fainter line of one.
    return np.asarray(np.clip(max(1.0, pen_px) / 2 + 0.5 - mapped, 0, 1) * min(1.0, max(0.5, pen_px)), np.float32)


def change_pen(pixels: FloatArray, change_px: float) -> FloatArray:
    """Return ink written with a pen broader by about ``change_px`` on both sides together; below 0 a finer one."""
    change, amount = (cv2.dilate if change_px > 0 else cv2.erode), abs(change_px)
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    while amount > 0:
        part = np.float32(min(1.0, amount))
        changed = np.asarray(change(pixels, kernel), np.float32)
        if np.quantile(changed, 0.98) < 0.6:
            break
        pixels = (1 - part) * pixels + part * changed
        amount -= 1
    return np.asarray(pixels, np.float32)


def _from_strokes(value: int, hand: Hand, size: float, alphabet: Alphabet, random: Random) -> FloatArray:
    chosen = np.flatnonzero(alphabet.stroke_labels == value)
    strokes = alphabet.strokes[chosen[random.integers(len(chosen))]]
    slant = hand.slant - 0.1 + random.normal(0, 0.06)
    wide = size * hand.width * float(np.exp(random.normal(0, 0.07)))
    pen = max(0.7, hand.pen * size)
    margin = pen + 0.4 * size + 2
    side = int(1.9 * size + 2 * margin + 2 * pen)
    placed = []
    for points in strokes:
        x = margin + wide * points[:, 0] + slant * size * (0.5 - points[:, 1])
        placed.append(shaken(np.stack([x, margin + size * points[:, 1]], axis=1), 0.012 * size, random))
    pixels = np.zeros((int(size + 2 * margin) + 2, max(side, int(2 * wide))), np.float32)
    draw_strokes(pixels, placed, pen)
    return pixels


def _two_rings(size: float, pen: float, random: Random) -> FloatArray:
    """An 8 of two rings, one on the other: they touch, or nearly."""
    pixels = np.zeros((int(size + 2 * pen) + 6, int(size) + 8), np.float32)
    share = random.uniform(0.4, 0.55)
    upper, lower = share * size / 2, (1 - share) * size / 2
    middle, top = pixels.shape[1] / 2, pen + 1
    gap = random.uniform(-0.04, 0.05) * size
    begin = random.uniform(0, 6.3)
    rings = [
        arc((middle, top + upper), (upper * random.uniform(0.7, 1.1), upper), begin, begin + random.uniform(5.6, 6.9)),
        arc(
            (middle + random.normal(0, 0.04) * size, top + 2 * upper + gap + lower),
            (lower * random.uniform(0.7, 1.1), lower),
            begin,
            begin + random.uniform(5.8, 6.9),
        ),
    ]
    draw_strokes(pixels, [smooth(shaken(ring, 0.02 * size, random), 32) for ring in rings], pen)
    return pixels


def _slashed(pixels: FloatArray, pen: float, random: Random) -> FloatArray:
    """A slash through a cropped 0, inside it or a little beyond; ``pen`` is in units of its height."""
    height, width = pixels.shape
    reach = random.uniform(0.25, 0.6)
    start = np.array([width * (0.5 - reach), height * (0.5 + reach * random.uniform(0.6, 1))])
    end = np.array([width * (0.5 + reach), height * (0.5 - reach * random.uniform(0.6, 1))])
    margin = int(0.15 * height) + 2
    pixels = np.pad(pixels, margin)
    draw_strokes(pixels, [np.stack([start, end]) + margin], max(1.0, pen * height))
    return pixels
