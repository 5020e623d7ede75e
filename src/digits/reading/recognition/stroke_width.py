"""The ink of one digit goes in, the same digit written with a broader pen comes out where its own was too fine.

The network knows the pens of MNIST. A fine pen on a large picture becomes faint grey when it is shrunk to 20 pixels,
and a faint 2 looks like a 1. Broad pens are left as they are: thinning them gained nothing.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from digits.reading.result import FloatArray

# A quarter of MNIST's training digits have a finer pen than this, in parts of the digit's longer side (2 px of 20).
# Tried 1.7, 2.1 and 2.5 px: 94.6, 95.1 and 94.8 % on 2,825 pencil and pen digits, 94.0 % without.
LEAST_WIDTH = 0.1
# The pen is broadened in a picture of this size: fine enough for fractions of a frame's pixel, and quick.
WORKING_SIZE_PX = 100


def stroke_width(ink: FloatArray) -> float:
    """Return the mean width in pixels of the strokes in ``ink``, float32 (height, width) in [0, 1].

    Twice the area over the length of the outline; the outline is the total variation, which needs no threshold and
    counts grey rims rightly. 0 where there is no ink.
    """
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    here = padded[:-1, :-1]
    down, across = padded[1:, :-1] - here, padded[:-1, 1:] - here
    outline = np.sqrt(down * down + across * across).sum()
    return 2 * float(ink.sum()) / float(outline) if outline else 0.0


def broaden(digit: FloatArray) -> FloatArray:
    """Return ``digit`` as it is, or larger or smaller and with broader strokes where its pen was too fine.

    Args:
        digit: float32 (height, width) in [0, 1], cropped to its ink.
    """
    length = max(digit.shape)
    if stroke_width(digit) >= LEAST_WIDTH * length:
        return digit
    digit = _resize(digit, WORKING_SIZE_PX / length)
    missing_px = LEAST_WIDTH * max(digit.shape) - stroke_width(digit)
    reach_px = round(missing_px / 2)
    if reach_px < 1:
        return digit
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach_px + 1, 2 * reach_px + 1))
    return np.asarray(cv2.dilate(np.pad(digit, reach_px), disc), np.float32)


def _resize(digit: FloatArray, scale: float) -> FloatArray:
    """Scale; when shrinking, the darkest of what falls into a pixel counts, so that hair lines stay black."""
    height, width = digit.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if scale < 1:
        reach_px = math.floor((1 / scale - 1) / 2)
        digit = np.asarray(cv2.dilate(digit, np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8)), np.float32)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(digit, size, interpolation=method), np.float32)
