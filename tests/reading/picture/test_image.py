"""Pictures as they arrive: every mode, every container, and everything that is no picture at all."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digits.errors import ImageError
from digits.reading.picture.image import load_image, load_pages

RAMP = np.linspace(0, 255, 12, dtype=np.uint8).reshape(3, 4)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_path_bytes_pil_and_array_give_the_same_image(tmp_path: Path) -> None:
    path = tmp_path / "ramp.png"
    Image.fromarray(RAMP).save(path)
    expected = RAMP / np.float32(255)
    for source in (path, str(path), path.read_bytes(), Image.fromarray(RAMP), RAMP):
        np.testing.assert_allclose(load_image(source), expected, atol=1e-6)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_a_grey_ramp_survives_every_mode(mode: str) -> None:
    ramp = np.where(RAMP > 127, 255, 0).astype(np.uint8)
    grey = load_image(Image.fromarray(ramp).convert(mode))
    np.testing.assert_allclose(grey, ramp / 255, atol=0.02)


def test_16_bit_png_spans_its_whole_range() -> None:
    values = np.array([[0, 32768, 65535]], np.uint16)
    np.testing.assert_allclose(load_image(encoded(Image.fromarray(values), "PNG")), values / 65535, atol=1e-4)


def test_exif_orientation_sets_the_picture_upright() -> None:
    image = Image.fromarray(np.array([[0, 85, 170, 255]], np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: shown after a quarter turn clockwise
    grey = load_image(encoded(image, "PNG", exif=exif))
    np.testing.assert_allclose(grey[:, 0], [0, 1 / 3, 2 / 3, 1], atol=1e-6)


def test_transparent_parts_are_white_paper() -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0, 3] = 255
    np.testing.assert_array_equal(load_image(Image.fromarray(pixels)), [[0, 1], [1, 1]])


def test_first_frame_of_an_animated_gif_is_taken() -> None:
    frames = [Image.fromarray(np.full((4, 4), value, np.uint8)) for value in (0, 255)]
    grey = load_image(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert not grey.any()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "is an empty file; download or export it again"),
        (b"\xf0\xf1 no kind of file", "is none Pillow knows; give a PNG"),
        (b"404: Not Found", "is text that begins with '404: Not Found'; give a PNG"),
        (b"<!doctype html><title>Log in", "is an HTML page, .* download the file itself"),
        (b"version https://git-lfs.github.com/spec/v1", "is a Git LFS pointer, .* run git lfs pull"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture, packed or damaged; unpack it or fetch it again"),
        ("no/such/file.png", "No such file"),
        (np.zeros((5, 5, 2), np.uint8), "expected an array"),
        (np.zeros(5, np.uint8), "expected an array"),
        (np.full((5, 5), 2.0), "expected float values in"),
        (np.full((5, 5), np.nan), "expected float values in"),
        (np.array([["a"]]), "expected an array of numbers"),
        (np.full((5, 5), 1j), "expected an array of numbers"),
        (["a.png", "b.png"], "give one picture at a time"),
    ],
)
def test_what_is_no_picture_is_an_image_error(source: object, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        load_image(source)  # type: ignore[arg-type]


@pytest.mark.parametrize(("source", "message"), [(open, "got builtin_function_or_method"), (io.BytesIO(), "file.read")])
def test_what_can_hold_no_picture_is_a_type_error(source: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        load_image(source)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "I;16", "F"])
def test_a_picture_without_a_pixel_is_an_image_error_that_says_so(size: tuple[int, int], mode: str) -> None:
    image = Image.new(mode, size)
    for source in (image, np.zeros((*size[::-1], len(image.getbands())), np.uint8), np.zeros(size[::-1], bool)):
        with pytest.raises(ImageError, match=f"expected at least one pixel, .* has {size[0]}×{size[1]}"):
            load_image(source)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((3, 28, 28), "np.moveaxis"),
        ((1, 28, 28), "np.moveaxis"),
        ((5, 28, 28), "one picture at a time"),
        ((5, 28, 28, 3), "one picture at a time"),
        ((28, 28, 2), "transparency"),
        ((784,), "reshape"),
    ],
)
def test_an_array_of_another_shape_is_an_error_that_says_how_to_turn_it(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ImageError, match=message):
        load_image(np.zeros(shape, np.uint8))


def test_a_picture_with_its_channels_first_is_read_once_turned_as_the_error_says() -> None:
    array = np.stack([RAMP] * 3)
    advised = eval("np.moveaxis(np.asarray(array), 0, -1)", {"np": np, "array": array})  # as the error says
    np.testing.assert_allclose(load_image(advised), RAMP / 255, atol=1e-6)


def test_bytes_in_any_box_are_a_file() -> None:
    data = encoded(Image.fromarray(RAMP), "PNG")
    for box in (bytearray(data), memoryview(data)):
        np.testing.assert_allclose(load_image(box), RAMP / 255, atol=1e-6)


def test_a_text_longer_than_a_path_is_not_printed_and_base64_is_named() -> None:
    with pytest.raises(ImageError, match="b64decode") as caught:
        load_image("iVBORw0KGgo" * 600)
    assert len(str(caught.value)) < 300


def test_the_error_of_a_pil_image_names_its_file(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    whole = encoded(Image.fromarray(noise), "JPEG")
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 2])
    with Image.open(tmp_path / "half.jpg") as image, pytest.raises(ImageError, match=r"half\.jpg"):
        load_image(image)


def test_a_truncated_file_is_an_image_error() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    whole = encoded(Image.fromarray(noise), "JPEG")
    with pytest.raises(ImageError, match="truncated"):
        load_image(whole[: len(whole) // 2])


def test_a_folder_is_an_image_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="directory"):
        load_image(tmp_path)


def test_more_pixels_than_the_limit_is_an_image_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.reading.picture.formats.MAX_PIXELS", 100)
    with pytest.raises(ImageError, match="scale it down"):
        load_image(Image.new("L", (11, 10)))


def test_a_path_with_a_zero_byte_and_a_file_beyond_the_limit_are_image_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImageError, match="check the path"):
        load_image("a\0b.png")
    monkeypatch.setattr("digits.reading.picture.image.MAX_BYTES", 10)
    (tmp_path / "long.png").write_bytes(bytes(11))
    with pytest.raises(ImageError, match="has more"):
        load_image(tmp_path / "long.png")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that never ends")
def test_a_device_that_never_ends_is_an_image_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.reading.picture.image.MAX_BYTES", 1 << 20)
    with pytest.raises(ImageError, match="at most 1 MiB"):
        load_image("/dev/zero")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM", "TGA"])
def test_every_usual_format_is_read(kind: str) -> None:
    image = np.full((40, 30), 250, np.uint8)
    image[10:30, 12:18] = 5
    np.testing.assert_allclose(load_image(encoded(Image.fromarray(image), kind)), image / 255, atol=0.1)


@pytest.mark.parametrize(
    ("dtype", "white"),
    [(np.uint16, 65535), (np.uint16, 4095), (np.int32, 65535), (np.uint16, 255), (np.int32, 255), (np.float32, 1)],
)
def test_deep_tiffs_span_their_range(dtype: type, white: float) -> None:
    values = np.array([[0, white / 2, white]]).astype(dtype)
    grey = load_image(encoded(Image.fromarray(values), "TIFF"))
    np.testing.assert_allclose(grey, values / white, atol=1e-3)


def test_every_page_of_a_tiff_is_yielded_in_order() -> None:
    pages = [Image.fromarray(np.full((5, 4), value, np.uint8)) for value in (0, 100, 255)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [round(255 * float(page[0, 0])) for page in load_pages(data)] == [0, 100, 255]


def test_broken_exif_does_not_lose_the_picture() -> None:
    data = encoded(Image.fromarray(RAMP), "PNG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff\x01\x12")
    np.testing.assert_allclose(load_image(data), RAMP / 255, atol=1e-6)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_picture_or_an_image_error(data: bytes) -> None:
    for prefix in (b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0", b"BM"):
        try:
            grey = load_image(prefix + data)
        except ImageError:
            continue
        assert grey.ndim == 2
        assert grey.dtype == np.float32
