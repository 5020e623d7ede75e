"""A small coloured picture goes in; which of its channels shows pen strokes best comes out.

What is broader than a pen does not count: a marker over black digits, a coloured tab, a shadow, the desk beside the
page. Nothing here decides what is ink.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import ByteArray

# ITU-R BT.601 luma, as Pillow's "L".
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# A single channel is taken instead of luma when it shows this many times the contrast: yellow on white, red on green.
# Black and dark blue or red ink on white stay below, so that their pictures keep the less noisy luma.
LEAST_GAIN = 1.5
# A stroke is at most so broad. Where none is found, the picture is halved and looked at again, down to this side.
PEN_PX, LEAST_SIDE_PX = 13, 14
# A stroke differs so much, of 255, from what is around it, in this many pixels: one alone is a speck.
LEAST_CONTRAST, LEAST_PIXELS = 30, 16


def find_channel(colours: ByteArray) -> int | None:
    """Return 0, 1 or 2 for the channel of red, green and blue that shows strokes better than luma; None if none does.

    Args:
        colours: uint8 (height, width, 3); half a million pixels show all strokes of a page.
    """
    colours = np.asarray(cv2.blur(colours, (3, 3)), np.uint8)  # noise is no stroke
    while True:
        luma = np.asarray(cv2.transform(colours, LUMA[np.newaxis]), np.uint8)
        least = _contrast(luma)
        contrasts = [_contrast(plane) if _may_gain(plane, luma, least) else 0 for plane in _planes(colours)]
        if max(least, *contrasts) >= LEAST_CONTRAST:
            best = int(np.argmax(contrasts))
            return best if contrasts[best] >= LEAST_GAIN * least else None
        if min(luma.shape) < 2 * LEAST_SIDE_PX:
            return None
        colours = np.asarray(cv2.resize(colours, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


def _planes(colours: ByteArray) -> list[ByteArray]:
    return [np.asarray(plane, np.uint8) for plane in cv2.split(colours)]


def _may_gain(plane: ByteArray, luma: ByteArray, contrast: int) -> bool:
    """Tell whether the contrast of ``plane`` may be LEAST_GAIN times that of ``luma``: it is no cheap question.

    A stroke stands out in one by no more than it does in the other and the range of their difference.
    """
    above, below = int(cv2.subtract(plane, luma).max()), int(cv2.subtract(luma, plane).max())
    return contrast + above + below >= max(LEAST_GAIN * contrast, LEAST_CONTRAST)


def _contrast(plane: ByteArray) -> int:
    """Return by how much, of 255, the clearest strokes of uint8 (height, width) are darker or lighter than around."""
    kernel = np.ones((PEN_PX, PEN_PX), np.uint8)
    darker = cv2.subtract(cv2.morphologyEx(plane, cv2.MORPH_CLOSE, kernel), plane)
    lighter = cv2.subtract(plane, cv2.morphologyEx(plane, cv2.MORPH_OPEN, kernel))
    counts = np.bincount(cv2.max(darker, lighter).ravel(), minlength=256)
    at_least = np.cumsum(counts[::-1])[::-1]  # how many pixels reach each contrast
    return int(np.flatnonzero(at_least >= min(LEAST_PIXELS, plane.size))[-1])
