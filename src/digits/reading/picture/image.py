"""A file, bytes, a data URL, a PIL image or an array goes in; an upright grey image comes out, or one for each page.

Nothing here decides what is ink and what is paper. What a file's bytes mean is in formats.py, colours in colour.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from digits.errors import ImageError, shorten
from digits.reading.picture.arrays import SupportsDLPack, as_array, is_array, type_name
from digits.reading.picture.colour import to_grey, to_grey_image, to_srgb
from digits.reading.picture.data_url import decode_data_url, is_data_url
from digits.reading.picture.formats import (
    DECODER_ERRORS,
    MAX_PIXELS,
    Choose,
    check_size,
    open_images,
    undecodable,
    upright,
)
from digits.reading.picture.small_png import decode_small_png
from digits.reading.picture.value_range import EXPECTED, stretch_deep, to_unit_range
from digits.reading.result import FloatArray

ImageSource: TypeAlias = str | os.PathLike[str] | bytes | Image.Image | npt.ArrayLike | SupportsDLPack

# No picture within the pixel limit needs more; it keeps a device that never ends from filling the memory.
MAX_BYTES = 1 << 29
# Systems allow names of this length; what is longer is more likely a picture in base64.
LONGEST_PATH = 255
# Scanners save at this; handwriting needs half of it.
PDF_DPI = 300
# So many rows are copied at a time.
ROWS_AT_ONCE = 128


def load_image(source: ImageSource, page: int | None = None) -> FloatArray:
    """Return the picture as float32 (height, width) in [0, 1], 0 black, upright by its EXIF orientation.

    The first frame of an animation. Of a document with several pages, ``page`` names one, counted from 1; a PIL image
    is one page, the frame that it stands at. Transparent parts become paper. Whole numbers span
    0-255, or 0-65535 when one is above 255; floats [0, 1]. Colours become the grey in which the ink keeps its contrast.

    Raises:
        ImageError: no such file, not a picture, truncated, too large, an array of the wrong shape or range, several
            pages and none named, or fewer pages than ``page``.
        MissingDecoderError: HEIC without the extra ``heic``, PDF without the extra ``pdf``; also an ImageError.
        TypeError: ``source`` is nothing that can hold a picture, or ``page`` no whole number.
        ValueError: ``page`` is less than 1.
    """
    if page is not None:
        _check_page(page)
    (image,) = _load(source, PDF_DPI, partial(_choose_page, page, _name(source)))
    return image


def load_pages(source: ImageSource, dpi: int = PDF_DPI) -> Iterator[FloatArray]:
    """Yield each page of a PDF or TIFF, and the one picture of anything else, as ``load_image`` returns it.

    A page is decoded or drawn (PDF: at ``dpi``) when it is asked for, so that a long document needs the memory of one.
    """
    yield from _load(source, dpi, range)


def count_pages(source: ImageSource) -> int:
    """Return how many pages a PDF or TIFF has; anything else is one page. No page is decoded.

    Raises:
        ImageError: no such file, or not a picture.
        MissingDecoderError: PDF without the extra ``pdf``; also an ImageError.
        TypeError: ``source`` is nothing that can hold a picture.
    """
    counts: list[int] = []

    def count(pages: int) -> list[int]:
        counts.append(pages)
        return []

    for _ in _load(source, PDF_DPI, count):
        pass
    return counts[0]


def _load(source: ImageSource, dpi: int, choose: Choose) -> Iterator[FloatArray]:
    name = _name(source)
    if isinstance(source, str | bytes | bytearray | memoryview | os.PathLike):
        data = _bytes(source)
        small = decode_small_png(data)
        if small is None:
            for image in open_images(data, name, dpi=dpi, choose=choose):
                yield _grey(image, name)
            return
        source = small
    for _ in choose(1):
        if isinstance(source, Image.Image):
            check_size(source.size, name)
            yield _grey(upright(source, name), name)
        elif is_array(source) or isinstance(source, list | tuple):
            yield to_grey(to_unit_range(as_array(source, EXPECTED)))
        else:  # an int would be taken for an open file
            remedy = "give its bytes: file.read()" if hasattr(source, "read") else "open the picture first"
            raise TypeError(f"expected a path, bytes, a PIL image or an array, got {type_name(source)}; {remedy}")


def _check_page(page: object) -> None:
    if isinstance(page, bool) or not isinstance(page, int | np.integer):
        raise TypeError(f"expected a whole number as page, got {type_name(page)}; the first page is page=1")
    if page < 1:
        raise ValueError(f"expected a page from 1 on, got {page}; the first page is page=1")


def _choose_page(page: int | None, name: str, count: int) -> list[int]:
    """Return the one page that is wanted, counted from 0, where ``page`` counts from 1."""
    pages = f"{name} has {count} page{'' if count == 1 else 's'}"
    if page is None and count != 1:
        raise ImageError(
            f"expected one page, {pages}; name one, as in read(image, page=1), take all with read_pages(image), "
            "or save each as a picture of its own"
        )
    number = page or 1
    if number > count:
        remedy = f"name a page from 1 to {count}" if count > 1 else "leave the page out"
        raise ImageError(f"expected page {number}, {pages}; {remedy}")
    return [number - 1]


def is_picture(source: object) -> bool:
    """Tell whether ``source`` is one picture, or an array of numbers, and not a list of pictures."""
    if isinstance(source, str | bytes | bytearray | memoryview | os.PathLike | Image.Image):
        return True
    return is_array(source) and as_array(source, EXPECTED).dtype.kind in "biufc"  # others may hold paths


def _name(source: object) -> str:
    if isinstance(source, str | bytes) and is_data_url(source):
        return "the data URL"
    if isinstance(source, str | os.PathLike):
        return shorten(os.fspath(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return f"{len(source)} bytes"
    return shorten(getattr(source, "filename", "") or "the given picture")


def _bytes(source: str | bytes | bytearray | memoryview | os.PathLike[str]) -> bytes:
    if isinstance(source, str) and is_data_url(source):
        return decode_data_url(source)
    data = _read(source) if isinstance(source, str | os.PathLike) else bytes(source)
    return decode_data_url(data) if is_data_url(data) else data


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        problem = getattr(error, "strerror", None) or error
        is_short = len(os.fspath(path)) <= LONGEST_PATH
        remedy = "check the path" if is_short else "check the path, or give base64 as its bytes: base64.b64decode(text)"
        raise ImageError(f"expected an image file at {_name(path)}; {problem}; {remedy}") from error
    if len(data) > MAX_BYTES:
        raise ImageError(
            f"expected at most {MAX_BYTES >> 20} MiB, {_name(path)} has more; scale it down or cut it into parts"
        )
    return data


def _grey(image: Image.Image, name: str) -> FloatArray:
    try:
        if image.mode.startswith(("I", "F")):
            return to_unit_range(stretch_deep(np.asarray(image)))
        if image.mode == "LAB":
            raise ImageError(f"expected grey or RGB colours, {name} has Lab; save it as RGB")
        image = to_srgb(image)
        has_alpha = "A" in image.getbands() or "transparency" in image.info
        mode = "RGBA" if has_alpha else "L" if image.mode in ("1", "L") else "RGB"
        image = image if image.mode == mode else image.convert(mode)
        return to_grey(_pixels(to_grey_image(image) if mode == "RGB" else image))
    except DECODER_ERRORS as error:
        raise undecodable(name, error) from error


def _pixels(image: Image.Image) -> npt.NDArray[np.uint8]:
    """Return uint8 (height, width[, 3 | 4]), copied in strips: Pillow hands out all at once with two copies more."""
    if image.height <= ROWS_AT_ONCE:
        return np.asarray(image).reshape(image.height, image.width, -1)
    pixels = np.empty((image.height, image.width, len(image.getbands())), np.uint8)
    for top in range(0, image.height, ROWS_AT_ONCE):
        bottom = min(top + ROWS_AT_ONCE, image.height)
        strip = np.asarray(image.crop((0, top, image.width, bottom)))
        pixels[top:bottom] = strip.reshape(bottom - top, image.width, -1)
    return pixels


__all__ = ["MAX_BYTES", "MAX_PIXELS", "PDF_DPI", "ImageSource", "count_pages", "is_picture", "load_image", "load_pages"]
