"""MNIST-style images go in, something like a phone's photo of them on ruled paper comes out. Nothing here reads it.

For showing and trying out: the ink is from real people; the paper, its tilt and its shadow are artificial.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from digits.data import LabelledImages
from digits.errors import DataError, shorten
from digits.reading.result import ByteArray, FloatArray

Random = np.random.Generator

DIGIT_PX = 84  # an image of 28 px, three times as large
ROW_PX, MARGIN_PX, SPACE_PX = 118, 90, 60
RULE_COLOUR, INK_COLOUR = (0.72, 0.80, 0.90), (0.10, 0.12, 0.35)
TILT_PX = 28  # how far each corner may lie from where a straight photo would have it


def photograph(examples: LabelledImages, lines: Sequence[str], *, shadow: float = 0.15, seed: int = 0) -> ByteArray:
    """Return a photo, uint8 (height, width, 3) RGB, of ``lines`` written on a ruled sheet.

    Args:
        examples: where each digit's image is drawn from.
        lines: digits and spaces, such as ``["3141", "26 53"]``.
        shadow: how much light a hand takes away from the far corner, in [0, 1] of full light.
        seed: for the choice of images, the tilt, the shadow and the grain.

    Raises:
        DataError: no digit, another character, or a digit that ``examples`` does not hold.
    """
    wrong = sorted(set("".join(lines)) - set("0123456789 "))
    if wrong or not "".join(lines).strip():
        raise DataError(
            f"expected lines of digits and spaces, got {shorten(list(lines))}; write numbers such as '3141'"
        )
    random = np.random.default_rng(seed)
    ink = _write(examples, lines, random)
    sheet = _paint(np.ones((*ink.shape, 3), np.float32), _rules(ink.shape, len(lines)), RULE_COLOUR)
    photo = _tilt(_paint(sheet, ink, INK_COLOUR), random)
    height, width = ink.shape
    light = _light(height, width, shadow, random)
    grain = random.normal(0, 0.012, (height, width, 1)).astype(np.float32)
    return np.asarray(np.clip((photo * light[..., np.newaxis] + grain) * 255, 0, 255).round(), np.uint8)


def _write(examples: LabelledImages, lines: Sequence[str], random: Random) -> FloatArray:
    """The ink of all lines, float32 (height, width) in [0, 1], each digit standing on its rule."""
    width = 2 * MARGIN_PX + max(map(len, lines)) * DIGIT_PX
    ink = np.zeros((2 * MARGIN_PX + len(lines) * ROW_PX, width), np.float32)
    for row, line in enumerate(lines):
        left = MARGIN_PX
        for character in line:
            if character == " ":
                left += SPACE_PX
                continue
            digit = _pick(examples, int(character), random)
            base = MARGIN_PX + (row + 1) * ROW_PX - 10 + int(random.integers(-3, 4))
            height, broad = digit.shape
            ink[base - height : base, left : left + broad] = digit
            left += broad + int(random.integers(8, 18))
    return ink


def _pick(examples: LabelledImages, value: int, random: Random) -> FloatArray:
    """One image of ``value``, cut to its ink and enlarged."""
    found = np.flatnonzero(examples.labels == value)
    if not len(found):
        raise DataError(f"expected an image of {value} among {examples.where}; there is none; leave that digit out")
    image = examples.images[random.choice(found)]
    large = cv2.resize(image, (DIGIT_PX, DIGIT_PX), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    rows, columns = (np.flatnonzero((large > 0.1).any(axis=axis)) for axis in (1, 0))
    return np.asarray(large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], np.float32)


def _rules(shape: tuple[int, ...], count: int) -> FloatArray:
    rules = np.zeros(shape, np.float32)
    for row in range(count + 1):
        top = MARGIN_PX + row * ROW_PX
        rules[top : top + 2] = 1
    return rules


def _paint(paper: FloatArray, cover: FloatArray, colour: tuple[float, float, float]) -> FloatArray:
    alpha = cover[..., np.newaxis]
    return np.asarray(paper * (1 - alpha) + np.array(colour, np.float32) * alpha, np.float32)


def _tilt(sheet: FloatArray, random: Random) -> FloatArray:
    """The sheet as a camera sees it that is not held straight; paper fills the picture."""
    height, width = sheet.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = corners + random.uniform(-TILT_PX, TILT_PX, (4, 2)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    # Rules go on beyond the sheet; with constant paper they would end in mid-air.
    tilted = cv2.warpPerspective(sheet, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(tilted, np.float32)


def _light(height: int, width: int, shadow: float, random: Random) -> FloatArray:
    """Light, float32 (height, width): brighter to one side, dimmed beyond a soft edge as by a hand with a phone."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(height, width) - 0.4
    angle = random.uniform(0.2, 1.2)
    along = np.cos(angle) * x + np.sin(angle) * y
    shade = 1 / (1 + np.exp(-(along - random.uniform(0.0, 0.15)) / 0.02))
    return np.asarray(0.93 - 0.12 * along - shadow * shade, np.float32)
