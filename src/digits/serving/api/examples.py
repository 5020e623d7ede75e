"""A picture for the examples of the documentation: a 7 as it is drawn on a canvas, and its frame."""

from __future__ import annotations

import base64
import io
from functools import cache

from PIL import Image, ImageDraw

import digits


@cache
def seven_png() -> bytes:
    """Return a PNG that shows a 7."""
    image = Image.new("L", (56, 56), 255)
    ImageDraw.Draw(image).line([(16, 12), (40, 12), (24, 46)], fill=0, width=5, joint="curve")
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def seven_url() -> str:
    """Return the picture as a canvas gives it."""
    return "data:image/png;base64," + base64.b64encode(seven_png()).decode()


@cache
def seven_frame() -> tuple[int, ...]:
    """Return its 784 pixels, row by row."""
    return tuple(digits.frame(seven_png()).ravel().tolist())
