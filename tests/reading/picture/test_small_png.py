"""A small grey PNG is decoded without Pillow, to the same pixels; all that is else or damaged is left to Pillow."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, PngImagePlugin

from digits.reading.picture.image import load_image
from digits.reading.picture.small_png import decode_small_png
from digits.reading.result import ByteArray


def saved(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def by_pillow(data: bytes) -> ByteArray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def png(rows: bytes, size: tuple[int, int], *, grey: bytes = b"\x08\0\0\0\0") -> bytes:
    """Return a PNG of these unpacked rows, each behind its filter."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">II", *size) + grey
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_its_pixels_are_those_that_were_saved(pixels: ByteArray) -> None:
    for data in (saved(Image.fromarray(pixels)), cv2.imencode(".png", pixels)[1].tobytes()):
        np.testing.assert_array_equal(decode_small_png(data), pixels)


@given(st.binary(min_size=30, max_size=30), st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_every_filter_is_undone_as_pillow_does(pixels: bytes, filters: list[int]) -> None:
    rows = b"".join(bytes([filters[i]]) + pixels[6 * i : 6 * i + 6] for i in range(5))
    data = png(rows, (6, 5))
    np.testing.assert_array_equal(decode_small_png(data), by_pillow(data))


def test_a_byte_that_is_wrong_or_missing_is_left_to_pillow() -> None:
    whole = saved(Image.fromarray(np.arange(784, dtype=np.uint8).reshape(28, 28)))
    assert decode_small_png(whole) is not None
    for i in range(len(whole)):
        assert decode_small_png(whole[:i]) is None
        assert decode_small_png(whole[:i] + bytes([whole[i] ^ 0x10]) + whole[i + 1 :]) is None


OTHERS = {
    "colours": saved(Image.new("RGB", (28, 28))),
    "transparent": saved(Image.new("LA", (28, 28))),
    "a palette": saved(Image.new("P", (28, 28))),
    "one bit": saved(Image.new("1", (28, 28))),
    "sixteen bits": saved(Image.new("I;16", (28, 28))),
    "a profile": saved(Image.new("L", (28, 28)), icc_profile=b"profile"),
    "a transparent grey": saved(Image.new("L", (28, 28)), transparency=0),
    "turned by EXIF": saved(Image.new("L", (28, 28)), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"),
    "a text": saved(Image.new("L", (28, 28)), pnginfo=PngImagePlugin.PngInfo()) + b"more",
    "large": saved(Image.new("L", (1000, 1000))),
    "no picture": b"P5 28 28 255 ",
    "nothing": b"",
    "of no height": png(b"", (28, 0)),
    "too short": png(bytes(29 * 27), (28, 28)),
    "too long": png(bytes(29 * 29), (28, 28)),
    "an unknown filter": png(b"\5" + bytes(28), (28, 1)),
    "interlaced": png(bytes(29 * 28), (28, 28), grey=b"\x08\0\0\0\1"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_pictures_are_left_to_pillow(name: str) -> None:
    assert decode_small_png(OTHERS[name]) is None


def test_a_bomb_is_not_unpacked() -> None:
    assert decode_small_png(png(bytes(1 << 24), (28, 28))) is None


def test_a_picture_is_the_same_with_and_without_pillow() -> None:
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8))
    np.testing.assert_array_equal(load_image(saved(image)), load_image(saved(image.convert("RGB"))))
    np.testing.assert_array_equal(load_image(saved(image)), load_image(image))
