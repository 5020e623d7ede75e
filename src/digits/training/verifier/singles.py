"""Regions of pictures that show one thing: a digit or something else, from a few pixels high to many.

What a reader is handed as a picture of one digit is seldom a part of a page: it is small and grey, ends close to the
ink, or shows a drawing, a garment, a letter, two digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from digits.reading.detection.verification import REGION_HEIGHT, REGION_WIDTH, cut_around_ink
from digits.reading.recognition.frame import find_digit
from digits.reading.result import ByteArray, FloatArray
from digits.training.detector.composing import words
from digits.training.detector.composing.crops import seen_by_camera
from digits.training.detector.composing.marks import scripts
from digits.training.detector.composing.marks.glyphs import Alphabet, some_hand
from digits.training.detector.composing.marks.things import some_strokes, thing
from digits.training.detector.composing.numbers import write_number
from digits.training.detector.composing.paper import clutter, texture
from digits.training.detector.composing.sheet import Ink, Random, cropped
from digits.training.detector.composing.writer import Writer
from digits.training.verifier.regions import Regions

DIGITS = 0.45
# Ink is so high in the picture; it is drawn no lower than that, and made smaller afterwards.
LEAST_PX, MOST_PX, LEAST_DRAWN_PX = 9.0, 90.0, 28.0
# How much of its height lies beside it, at most; so often it touches an edge.
MARGIN, TOUCHES = 0.7, 0.15
# The ink that reading finds is the digit's where it is so much of its height and its middle is so near, in heights.
LOW, HIGH, NEAR = 0.75, 1.35, 0.25


@dataclass(frozen=True, eq=False)
class Single:
    """A picture of one thing, and what reading takes for its ink.

    ``grey`` float32 (height, width) in [0, 1]; ``ink`` float32, as ``find_digit`` returns it; ``kind``: 0 none, 1 + the
    kind of the target; ``is_printed``: -1 unknown.
    """

    grey: FloatArray
    ink: FloatArray
    kind: int
    is_printed: int

    @property
    def region(self) -> ByteArray:
        """What the verifier is shown, uint8 (40, 80)."""
        return cut_around_ink(self.grey, self.ink)


def compose_singles(alphabet: Alphabet, random: Random, count: int) -> Iterator[Single]:
    """Yield ``count`` pictures, less those in which reading finds no ink, or another than the digit's."""
    for _ in range(count):
        ink = _some_ink(alphabet, random)
        shown, box = _picture(ink, alphabet, random)
        grey = np.asarray(shown / np.float32(255), np.float32)
        found = find_digit(grey)
        if not found.any() or (ink.targets and not _is_digit(found, box)):
            continue
        target = ink.targets[0] if ink.targets else None
        yield Single(grey, found, target.kind + 1 if target else 0, int(target.is_printed) if target else -1)


def make_singles(alphabet: Alphabet, random: Random, count: int) -> Regions:
    """Return the regions of pictures of one thing, ``count`` or a few less."""
    made = [(one.region, one.kind, one.is_printed) for one in compose_singles(alphabet, random, count)]
    pixels, kinds, is_printed = zip(*made, strict=True) if made else ((), (), ())
    regions = np.array(pixels, np.uint8).reshape(-1, REGION_HEIGHT, REGION_WIDTH)
    return Regions(regions, np.array(kinds, np.int8), np.array(is_printed, np.int8), np.zeros(len(made), np.float32))


def _some_ink(alphabet: Alphabet, random: Random) -> Ink:
    """Return ink with one target, a digit that may be struck out, or with none."""
    height = max(LEAST_DRAWN_PX, float(np.exp(random.uniform(np.log(LEAST_PX), np.log(MOST_PX)))))
    hand = some_hand(alphabet, random)
    if random.random() < DIGITS:
        ink = write_number(str(random.integers(10)), hand, height, alphabet, random)
        return Ink(cropped(ink.pixels), ink.targets)
    pen = Writer(alphabet, random, height, hand, str(random.choice(np.array(alphabet.printed))))
    return Ink(cropped(_something(pen).pixels))


def _something(pen: Writer) -> Ink:
    """Return what is no digit, or several."""
    random, height = pen.random, pen.height
    kind = random.random()
    if kind < 0.22:
        is_handlike = bool(pen.alphabet.handlike) and random.random() < 0.5
        return words.letter(height, pen.alphabet.handlike if is_handlike else pen.faces, random)
    if kind < 0.32:
        return scripts.foreign_letter(height, (*pen.alphabet.foreign, *pen.faces[::7]), random)
    if kind < 0.42:
        return scripts.invented_characters(1, height, random)
    if kind < 0.5:
        return clutter.scribble(height, random)
    if kind < 0.58:
        return clutter.doodle(height, random)
    if kind < 0.7:
        return some_strokes(height, random)
    if kind < 0.83:
        return thing(height, random) if random.random() < 0.75 else clutter.shape(height, random)
    if kind < 0.86:
        return words.cross_or_tick(height, random)
    if kind < 0.89:
        return words.sign(height, pen.faces, random)
    if kind < 0.95:  # two digits, so that the middle lies between them
        return pen.number("".join(map(str, random.integers(0, 10, 2))))
    return pen.something()


def _picture(ink: Ink, alphabet: Alphabet, random: Random) -> tuple[ByteArray, FloatArray]:
    """Return a picture of the ink, uint8, and where the ink is in it: left, top, right, bottom."""
    tall, wide = ink.pixels.shape
    margins = random.uniform(0.02, MARGIN, 4) * tall * random.uniform(0.1, 1)
    margins[random.random(4) < TOUCHES] = 0
    left, top, right, bottom = (int(margin) for margin in margins)
    pixels = np.pad(ink.pixels, ((top, bottom), (left, right)))
    side = max(pixels.shape)
    paper = texture.some_paper(side, random) if random.random() < 0.7 else np.ones((side, side), np.float32)
    if random.random() < 0.1 and not ink.targets:
        paper = texture.some_background(side, alphabet.photos, random)
    if random.random() < 0.3:
        paper = clutter.light(paper, random)
    depth = np.float32(random.uniform(0.4, 1))
    grey = paper[: pixels.shape[0], : pixels.shape[1]] * (1 - pixels * depth)
    shown = seen_by_camera(np.asarray(grey, np.float32), random)
    scale = min(1.0, float(np.exp(random.uniform(np.log(LEAST_PX), np.log(MOST_PX)))) / max(tall, wide))
    size = max(1, round(shown.shape[1] * scale)), max(1, round(shown.shape[0] * scale))
    shown = np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_AREA), np.uint8)
    box = np.array([left, top, left + wide, top + tall], np.float32) * np.float32(scale)
    return shown, box


def _is_digit(found: FloatArray, box: FloatArray) -> bool:
    """Tell whether the ink that was found is the digit in ``box``."""
    x, y, width, height = cv2.boundingRect((found >= 0.5).view(np.uint8))
    tall = float(box[3] - box[1])
    away = np.hypot(x + width / 2 - (box[0] + box[2]) / 2, y + height / 2 - (box[1] + box[3]) / 2)
    return bool(LOW * tall <= height <= HIGH * tall and away < NEAR * tall)
