"""A picture and an angle go in; the turned picture comes out."""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import FloatArray

# By quarter turns counter-clockwise.
ROTATIONS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


def turn(image: FloatArray, angle: float, *, paper: float = 0.0) -> FloatArray:
    """Return ``image`` turned counter-clockwise by ``angle`` degrees, on a canvas that holds all of it.

    Args:
        image: float32 (height, width).
        angle: quarter turns are exact; the rest is interpolated.
        paper: the value of what comes in at the corners.
    """
    quarters = round(angle / 90)
    if quarters % 4:
        image = np.asarray(cv2.rotate(image, ROTATIONS[quarters % 4]), np.float32)
    rest = angle - 90 * quarters
    if rest == 0:
        return image
    height, width = image.shape
    cosine, sine = abs(np.cos(np.radians(rest))), abs(np.sin(np.radians(rest)))
    new_width, new_height = round(width * cosine + height * sine), round(height * cosine + width * sine)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), rest, 1.0)
    matrix[:, 2] += (new_width - width) / 2, (new_height - height) / 2
    turned = cv2.warpAffine(image, matrix, (new_width, new_height), flags=cv2.INTER_LINEAR, borderValue=(paper,))
    return np.asarray(turned, np.float32)


def within_a_turn(angle: float) -> float:
    """Return the same angle in degrees, above -180 and at most 180."""
    return 180 - (180 - angle) % 360
