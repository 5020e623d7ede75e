"""Pictures in colours to draw on: boxes, dashes and writing; and the PNG bytes of what was drawn."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.picture.signature import sign
from digits.reading.result import Box, FloatArray

Picture = npt.NDArray[np.uint8]

Colour = tuple[int, int, int]

# Small pictures are enlarged, so that the writing on them can be read.
LEAST_SIDE_PX = 900
FONT = cv2.FONT_HERSHEY_SIMPLEX
DASH_PX = 6
VEIL = 4  # what is behind writing keeps so small a part of its darkness


def scale_of(image: FloatArray) -> float:
    """Return by how much to enlarge float32 (height, width), at least 1."""
    return max(1.0, LEAST_SIDE_PX / float(max(image.shape)))


def as_colours(image: FloatArray, scale: float) -> Picture:
    """Return uint8 (height, width, 3), enlarged by ``scale``, from float32 (height, width), 0 black and 1 white."""
    grey = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    if scale > 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def draw_box(picture: Picture, box: Box, scale: float, colour: Colour, thickness: int) -> None:
    """Draw around a box of the picture before it was enlarged by ``scale``."""
    corner = round(box.x * scale) - 1, round(box.y * scale) - 1
    opposite = round((box.x + box.width) * scale), round((box.y + box.height) * scale)
    cv2.rectangle(picture, corner, opposite, colour, thickness)


def draw_dashes(picture: Picture, box: Box, scale: float, colour: Colour) -> None:
    """Draw a box of dashes, on a white rim, at least as large as a dash."""
    left, top = round(box.x * scale) - 2, round(box.y * scale) - 2
    right = max(left + DASH_PX, round((box.x + box.width) * scale) + 1)
    bottom = max(top + DASH_PX, round((box.y + box.height) * scale) + 1)
    cv2.rectangle(picture, (left, top), (right, bottom), (255, 255, 255), 3)
    for y in (top, bottom):
        for x in range(left, right, 2 * DASH_PX):
            cv2.line(picture, (x, y), (min(x + DASH_PX, right), y), colour, 2)
    for x in (left, right):
        for y in range(top, bottom, 2 * DASH_PX):
            cv2.line(picture, (x, y), (x, min(y + DASH_PX, bottom)), colour, 2)


def write(picture: Picture, text: str, place: tuple[int, int], size: float, colour: Colour) -> tuple[int, int]:
    """Write on a veil of white, so that no ink hides it, inside the picture; return its width and height."""
    width, height = text_size(text, size)
    x = min(max(place[0], 0), max(0, picture.shape[1] - width))
    y = min(max(place[1], height + 1), picture.shape[0] - 2)
    behind = picture[max(0, y - height - 2) : y + 3, max(0, x - 1) : x + width + 2]
    behind[:] = 255 - (255 - behind) // VEIL
    cv2.putText(picture, text, (x, y), FONT, size, colour, _thickness(size), cv2.LINE_AA)
    return width, height


def text_size(text: str, size: float) -> tuple[int, int]:
    """Return the width and height of ``text`` in pixels."""
    (width, height), _ = cv2.getTextSize(text, FONT, size, _thickness(size))
    return int(width), int(height)


def _thickness(size: float) -> int:
    return 1 if size < 0.5 else 2


def to_png(picture: Picture) -> bytes:
    """Return a PNG file, signed as drawn by digits."""
    return sign(cv2.imencode(".png", picture)[1].tobytes())
