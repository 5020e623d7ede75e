"""Ink with a box goes in, the 28×28 MNIST view of that digit comes out: the one place where a digit becomes a frame.

MNIST's own recipe (LeCun, Cortes, Burges, "The MNIST database"): the digit is scaled to fit a 20×20 box with its aspect
kept, grey levels come from anti-aliasing, and its centre of mass is moved to the centre of a 28×28 field.
This module does not decide what is ink, and does not choose which marks belong to a digit.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.ink.binarization import find_ink
from digits.reading.ink.despeckling import keep_digit
from digits.reading.picture.downsampling import coarsen, limit_factor
from digits.reading.picture.image import ImageSource, load_image
from digits.reading.recognition.stroke_width import broaden
from digits.reading.result import ByteArray, FloatArray

FRAME_SIZE_PX = 28
BOX_SIZE_PX = 20
# Ink fainter than this does not widen a digit's box: 1/255 is MNIST's own smallest step, so its images keep theirs.
FAINTEST_INK = 0.5 / 255
PLACES = np.arange(FRAME_SIZE_PX, dtype=np.float64)


def frame_digit(ink: FloatArray) -> ByteArray:
    """Return the frame of the one digit in ``ink``.

    Args:
        ink: float32 (height, width) in [0, 1], paper 0, ink 1.

    Returns:
        uint8 (28, 28), light on black. All zero when there is no ink.
    """
    x, y, width, height = cv2.boundingRect((ink > FAINTEST_INK).view(np.uint8))
    if not width:
        return np.zeros((FRAME_SIZE_PX, FRAME_SIZE_PX), np.uint8)
    scaled = _fit(ink[y : y + height, x : x + width])
    return np.rint(_centre(scaled) * 255).astype(np.uint8)


def frame_image(image: ImageSource, page: int | None = None) -> ByteArray:
    """Return the frame of a picture that shows one digit, whatever its size and polarity: what the network sees.

    Args:
        image: a path, bytes, a data URL, a PIL image or an array of any library.
        page: which page of a PDF or TIFF, counted from 1; it must be named where there are several.

    Returns:
        uint8 (28, 28), light on black. All zero when there is no ink.

    Raises:
        ImageError: the picture cannot be decoded, has several pages and none is named, or fewer than ``page``.
        TypeError: ``image`` is nothing that can hold a picture, or ``page`` no whole number.
        ValueError: ``page`` is less than 1.
    """
    return frame_digit(find_digit(load_image(image, page)))


def find_digit(grey: FloatArray) -> FloatArray:
    """Return the ink of the one digit in a picture, float32 (height, width) in [0, 1], without specks and shadows.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black; where the digit is large, the ink is smaller than it.
    """
    return keep_digit(find_ink(coarsen(grey, limit_factor(grey))))


def _fit(digit: FloatArray) -> FloatArray:
    """Scale so that the longer side is 20 px, and a fine pen's strokes are as broad as MNIST's; averages the ink."""
    if max(digit.shape) == BOX_SIZE_PX:
        return digit
    digit = broaden(digit)
    height, width = digit.shape
    scale = BOX_SIZE_PX / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(digit, size, interpolation=method), np.float32)


def _centre(digit: FloatArray) -> FloatArray:
    """Put the centre of mass on the frame's centre, by whole pixels, as MNIST did; never cut ink off at the border."""
    height, width = digit.shape
    rows, columns = digit.sum(axis=1), digit.sum(axis=0)
    mass = float(rows.sum())
    centre_y, centre_x = float(rows @ PLACES[:height]) / mass, float(columns @ PLACES[:width]) / mass
    top = min(max(round(FRAME_SIZE_PX / 2 - centre_y), 0), FRAME_SIZE_PX - height)
    left = min(max(round(FRAME_SIZE_PX / 2 - centre_x), 0), FRAME_SIZE_PX - width)
    frame = np.zeros((FRAME_SIZE_PX, FRAME_SIZE_PX), np.float32)
    frame[top : top + height, left : left + width] = digit
    return frame
