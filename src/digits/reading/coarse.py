"""A large picture goes in; the same one comes out with no more pixels than its digits need, and its reading goes back.

A phone shows a digit 200 pixels high where 48 say as much: the rest costs time and memory. Nothing here reads.
"""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np

from digits.reading.ink import find_ink
from digits.reading.parts import digit_width
from digits.reading.result import Box, FloatArray, Reading
from digits.reading.ruling import find_unruled

# What is larger is made coarser whatever it shows: an A4 page at 500 dpi, an A3 page at 350 dpi stay below.
MOST_PIXELS = 24_000_000
# How high digits are is told by a picture of at most this many pixels.
LOOK_PIXELS = 1_000_000
# Digits stay at least so wide, and their strokes so broad: the networks see 20 px of a digit's height.
LEAST_WIDTH_PX, LEAST_STROKE_PX = 32, 3


def limit_factor(grey: FloatArray) -> int:
    """Return the whole factor by which a picture must be made coarser to have at most ``MOST_PIXELS``."""
    return _factor(grey, MOST_PIXELS)


def find_factor(grey: FloatArray, *, light_on_dark: bool) -> int:
    """Return the whole factor, at least 1, by which a page can be made coarser with its digits still fine enough."""
    look = _factor(grey, LOOK_PIXELS)
    if look == 1:
        return 1
    parts = find_unruled(find_ink(coarsen(grey, look), light_on_dark=light_on_dark)).parts
    # A stroke's grey rims count as stroke: one finer than a pixel looks two wide.
    spare = min(digit_width(parts) / LEAST_WIDTH_PX, (parts.stroke_px - 1) / LEAST_STROKE_PX)
    return max(1, min(look, int(look * spare)))


def coarsen(grey: FloatArray, factor: int) -> FloatArray:
    """Return the mean of each ``factor`` by ``factor`` pixels, float32; what is left over at the far edges is cut."""
    if factor == 1:
        return grey
    height, width = (max(1, side // factor) for side in grey.shape)
    whole = grey[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def enlarge_reading(reading: Reading, factor: int) -> Reading:
    """Return the reading with its boxes in pixels of the picture before it was made coarser."""
    if factor == 1:
        return reading
    lines = (
        replace(
            line,
            box=enlarge_box(line.box, factor),
            digits=tuple(replace(digit, box=digit.box and enlarge_box(digit.box, factor)) for digit in line.digits),
        )
        for line in reading.lines
    )
    marks = (replace(mark, box=enlarge_box(mark.box, factor)) for mark in reading.marks)
    return replace(reading, lines=tuple(lines), marks=tuple(marks))


def enlarge_box(box: Box, factor: int) -> Box:
    """Return the box in pixels of the picture before it was made coarser."""
    return Box(box.x * factor, box.y * factor, box.width * factor, box.height * factor)


def _factor(grey: FloatArray, most_pixels: int) -> int:
    return max(1, math.ceil(math.sqrt(grey.size / most_pixels)))
