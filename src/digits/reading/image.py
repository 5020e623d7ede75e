"""A file, bytes, a PIL image or an array goes in; an upright greyscale image comes out.

Nothing here decides what is ink and what is paper.
"""

from __future__ import annotations

import io
import os
import struct
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from digits.errors import ImageError
from digits.reading.result import FloatArray

ImageSource: TypeAlias = "str | os.PathLike[str] | bytes | Image.Image | npt.NDArray[np.generic]"

# A 300-dpi A3 page has 17 million pixels. This is Pillow's own limit, above which it warns of a bomb.
MAX_PIXELS = 89_478_485
# What Pillow's decoders raise on damaged files (found by fuzzing: tests/reading/test_image.py).
DECODER_ERRORS = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error)


def load_image(source: ImageSource) -> FloatArray:
    """Return the picture as float32 (height, width) in [0, 1], 0 black, upright by its EXIF orientation.

    Transparent parts become white paper. Integer arrays span their dtype's range, float arrays [0, 1].

    Raises:
        ImageError: no such file, not a picture, truncated, too large, or an array of the wrong shape or range.
    """
    if isinstance(source, np.ndarray):
        return _grey(_array_in_unit_range(source))
    if isinstance(source, Image.Image):
        return _grey(_decode(source, "the given PIL image"))
    if isinstance(source, bytes):
        return _grey(_open(io.BytesIO(source), f"{len(source)} bytes"))
    try:
        with open(source, "rb") as file:
            return _grey(_open(io.BytesIO(file.read()), str(source)))
    except OSError as error:
        raise ImageError(f"expected an image file at {source}; {error.strerror or error}; check the path") from error


def _open(file: io.BytesIO, name: str) -> npt.NDArray[np.float32]:
    try:
        with Image.open(file) as image:
            return _decode(image, name)
    except UnidentifiedImageError as error:
        raise ImageError(f"expected an image, {name} is none Pillow knows; give a PNG, JPEG or TIFF") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name} is far too large to be a page; {error}; scale it down") from error
    except DECODER_ERRORS as error:
        raise _undecodable(name, error) from error


def _decode(image: Image.Image, name: str) -> npt.NDArray[np.float32]:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"expected at most {MAX_PIXELS:,} pixels, {name} has {width}×{height}; scale it down or cut it into parts"
        )
    try:
        image = ImageOps.exif_transpose(image)
        if image.mode.startswith(("I", "F")):
            return _array_in_unit_range(_sixteen_bit(np.asarray(image)))
        rgba = (np.asarray(image.convert("RGBA")) / 255).astype(np.float32)
    except DECODER_ERRORS as error:
        raise _undecodable(name, error) from error
    return rgba


def _undecodable(name: str, error: Exception) -> ImageError:
    return ImageError(
        f"expected a whole image, {name} cannot be decoded ({error}); it may be truncated: fetch it again"
    )


def _sixteen_bit(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Pillow opens 16-bit files as int32 or uint16; both hold values up to 65,535."""
    if array.dtype.kind == "f":
        return array
    return np.clip(array.astype(np.int64), 0, 65535).astype(np.uint16)


def _array_in_unit_range(array: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    if array.ndim not in (2, 3) or 0 in array.shape or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise ImageError(
            f"expected an array (height, width) or (height, width, 1 | 3 | 4), got {array.shape}; reshape it"
        )
    if array.size > 4 * MAX_PIXELS:
        raise ImageError(f"expected at most {MAX_PIXELS:,} pixels, got {array.shape}; scale it down")
    if array.dtype == np.bool_:
        return array.astype(np.float32)
    if array.dtype.kind in "ui":
        return np.asarray(array, np.float32) / np.float32(np.iinfo(str(array.dtype)).max)
    if array.dtype.kind == "f":
        values = array.astype(np.float32)
        if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
            raise ImageError(
                f"expected float values in [0, 1], got {values.min()} to {values.max()}; divide by the largest"
            )
        return values
    raise ImageError(f"expected an array of numbers, got dtype {array.dtype}; convert it to uint8")


def _grey(image: npt.NDArray[np.float32]) -> FloatArray:
    if image.ndim == 2:
        return image
    if image.shape[2] == 1:
        return image[..., 0]
    # ITU-R BT.601 luma, as Pillow's "L".
    grey = image[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    if image.shape[2] == 4:
        alpha = image[..., 3]
        grey = grey * alpha + (1 - alpha)
    return np.clip(grey, 0, 1).astype(np.float32)
