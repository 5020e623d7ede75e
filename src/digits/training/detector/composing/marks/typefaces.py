"""Text goes in, the same text in a typeface comes out, with the place of each character.

Font files are found in installed packages (training/typefaces.py); nothing of them is in this project.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digits.reading.result import FloatArray
from digits.training.detector.composing.sheet import JOINING, Ink, Target, cropped

MARGIN_PX = 4


@lru_cache(maxsize=2048)
def _font(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px)


@lru_cache(maxsize=512)
def has_characters(path: str, characters: str) -> bool:
    """Tell whether a typeface draws all of ``characters``, each in its own shape."""
    font = _font(path, 24)
    missing = bytes(font.getmask("\uffff"))
    shapes = [bytes(font.getmask(one)) for one in characters]
    return all(shape and shape != missing for shape in shapes) and len(set(shapes)) == len(set(characters))


@lru_cache(maxsize=512)
def _digit_height(path: str) -> float:
    """Return how high a digit is, in units of the typeface's size."""
    box = _font(path, 100).getbbox("0", anchor="ls")
    return max(0.2, (box[3] - box[1]) / 100)


def render(text: str, path: str, digit_px: float, *, stroke_px: int = 0) -> Ink:
    """Return ``text`` in the typeface at ``path``, its digits ``digit_px`` high, as ink with its digits and signs."""
    font = _font(path, max(5, round(digit_px / _digit_height(path))))
    left, top, right, bottom = font.getbbox(text, anchor="ls", stroke_width=stroke_px)
    width, height = int(right - left) + 2 * MARGIN_PX, int(bottom - top) + 2 * MARGIN_PX
    image = Image.new("L", (max(1, width), max(1, height)))
    origin = MARGIN_PX - left, MARGIN_PX - top
    ImageDraw.Draw(image).text(origin, text, fill=255, font=font, anchor="ls", stroke_width=stroke_px)
    targets = []
    for i, character in enumerate(text):
        if kind_of(character) is not None:
            box = font.getbbox(character, anchor="ls", stroke_width=stroke_px)
            x = origin[0] + font.getlength(text[: i + 1]) - font.getlength(character)
            targets.append(_target(character, x, origin[1], box))
    return Ink(np.asarray(image, np.float32) / np.float32(255), joined_signs(text, targets))


def character(text: str, path: str, height_px: float) -> FloatArray:
    """Return the cropped ink of one character, ``height_px`` high at most."""
    pixels = np.asarray(render(text, path, height_px).pixels)
    return cropped(pixels)


def kind_of(character: str) -> int | None:
    """Return the kind of target that a character is; None for one that is none."""
    if character in "0123456789":
        return int(character)
    return 10 + JOINING.index(character) if character in JOINING else None


def _target(character: str, x: float, y: float, box: tuple[float, float, float, float]) -> Target:
    kind = kind_of(character)
    assert kind is not None
    left, top, right, bottom = box
    return Target(
        kind, x + (left + right) / 2, y + (top + bottom) / 2, max(1.0, right - left), max(1.0, bottom - top), True
    )


def joined_signs(text: str, targets: list[Target]) -> list[Target]:
    """Return the digits, and the signs that touch a digit on either side: those that a reader writes down."""
    kept, places = [], [i for i, one in enumerate(text) if kind_of(one) is not None]
    for i, target in zip(places, targets, strict=True):
        around = text[max(0, i - 1) : i] + text[i + 1 : i + 2]
        if target.kind < 10 or any(one.isdigit() and one.isascii() for one in around):
            kept.append(target)
    return kept
