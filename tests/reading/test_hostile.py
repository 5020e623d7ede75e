"""Whatever arrives, the answer is a reading or an ImageError, within bounded time and memory."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pages import write_page
from PIL import Image
from quick import slow

import digits
from digits.data import Dataset
from digits.errors import ImageError
from digits.reading.picture.image import load_image
from digits.reading.result import Box
from digits.reading.spotting.rectification import STRIP_PX, cut_strip

# A slow machine's share of what any small picture may take; the usual is a hundredth.
LIMIT_S = 5.0

FUZZ = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def answer(reader: digits.Reader, source: object) -> None:
    """Classify and read ``source``; fail on anything but well-formed answers or ImageErrors, in time."""
    started = time.process_time()
    found: list[digits.Digit] = []
    with contextlib.suppress(digits.ImageError):
        found += reader.classify([source])  # type: ignore[list-item]
    with contextlib.suppress(digits.ImageError):
        reading = reader.read(source)  # type: ignore[arg-type]
        found += [digit for line in reading.lines for digit in line.digits]
        assert min(reading.width, reading.height) > 0
        json.dumps(reading.to_dict(), allow_nan=False)
    assert time.process_time() - started < LIMIT_S
    for digit in found:
        assert digit.value is None or 0 <= digit.value <= 9
        assert np.isfinite(digit.probabilities).all()
        assert sum(digit.probabilities) == pytest.approx(1, abs=1e-4)
        assert (digit.value is None) == (digit.refusal is not None)


def files(image: np.ndarray) -> dict[str, bytes]:
    result = {}
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM"):
        file = io.BytesIO()
        Image.fromarray(image).save(file, kind)
        result[kind] = file.getvalue()
    return result


SEEDS = files(np.pad(np.full((18, 4), 30, np.uint8), 8, constant_values=240))


@pytest.mark.slow
@FUZZ
@given(st.sampled_from(sorted(SEEDS)), st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=4)), max_size=6))
def test_a_damaged_file_is_a_reading_or_an_image_error(
    reader: digits.Reader, kind: str, wounds: list[tuple[int, bytes]]
) -> None:
    data = bytearray(SEEDS[kind])
    for place, bite in wounds:
        start = place % len(data)
        data[start : start + len(bite)] = bite
    answer(reader, bytes(data))


@pytest.mark.slow
@FUZZ
@given(st.sampled_from(sorted(SEEDS)), st.floats(0, 1))
def test_a_truncated_file_is_a_reading_or_an_image_error(reader: digits.Reader, kind: str, share: float) -> None:
    answer(reader, SEEDS[kind][: int(share * len(SEEDS[kind]))])


@pytest.mark.slow
@FUZZ
@given(
    arrays.arrays(
        st.sampled_from([np.uint8, np.uint16, np.int16, np.int64, np.float16, np.float32, np.float64, np.bool_, "U2"]),
        arrays.array_shapes(min_dims=0, max_dims=4, max_side=40),
    )
)
def test_any_array_is_a_reading_or_an_image_error(reader: digits.Reader, array: np.ndarray) -> None:
    answer(reader, array)


@pytest.mark.slow
@FUZZ
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 10**6))
def test_noise_of_any_shape_is_a_reading(reader: digits.Reader, height: int, width: int, seed: int) -> None:
    answer(reader, np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (2, 30_000), slow((3000, 3000))])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_plain_picture_of_any_shape_is_blank(reader: digits.Reader, shape: tuple[int, int], value: int) -> None:
    (digit,) = reader.classify([np.full(shape, value, np.uint8)])
    assert digit.value is None
    assert "blank" in str(digit.refusal)
    assert reader.read(np.full(shape, value, np.uint8)).text == ""


@pytest.mark.slow
def test_a_sheet_of_20_000_specks_takes_bounded_time(reader: digits.Reader) -> None:
    random = np.random.default_rng(0)
    sheet = np.full((2480, 1754), 255, np.uint8)
    rows, columns = random.integers(0, 2479, 20_000), random.integers(0, 1753, 20_000)
    for dy, dx in ((0, 0), (0, 1), (1, 0)):
        sheet[rows + dy, columns + dx] = 0
    answer(reader, sheet)


def test_a_100_megapixel_bomb_is_refused_before_it_is_unpacked(reader: digits.Reader) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10_001 * 10_000))) + chunk(b"IEND", b"")
    started = time.process_time()
    for ask in (reader.classify, lambda images: reader.read(images[0])):
        with pytest.raises(digits.ImageError, match="scale it down"):
            ask([bomb])
    assert time.process_time() - started < 1


def test_text_named_png_is_an_image_error(reader: digits.Reader, tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    path.write_text("this is no picture")
    with pytest.raises(digits.ImageError, match=r"note\.png"):
        reader.classify([path])


def test_a_digit_cut_by_the_border_is_framed_whole(reader: digits.Reader, sample: Dataset) -> None:
    right = 0
    for image, label in zip(sample.test.images[:60], sample.test.labels[:60], strict=True):
        ink = image[image.any(axis=1)][:, image.any(axis=0)]
        picture = np.pad(np.kron(255 - ink, np.ones((4, 4), np.uint8)), ((0, 50), (30, 0)), constant_values=255)
        right += reader.classify([picture])[0].value == label
    assert right >= 57


@pytest.mark.parametrize("data", [b"", b"\0" * 1000, b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"this is no picture"])
def test_bytes_that_are_no_picture_are_an_image_error(reader: digits.Reader, data: bytes) -> None:
    with pytest.raises(digits.ImageError):
        reader.read(data)


def test_of_an_animation_the_first_frame_is_read(reader: digits.Reader, sample: Dataset) -> None:
    frames = [Image.fromarray(write_page(sample.train, [text])) for text in ("314", "592")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    assert reader.read(file.getvalue()).text == "314"
    assert [page.reading.text for page in reader.explain_pages(file.getvalue())] == ["314"]


@pytest.mark.slow
@FUZZ
@given(st.integers(20, 200), st.integers(20, 200), st.integers(0, 10**6))
def test_a_sheet_of_scribbles_is_a_reading(reader: digits.Reader, height: int, width: int, seed: int) -> None:
    """Unlike noise, strokes reach the rows, the spotter and the cuts between digits."""
    random = np.random.default_rng(seed)
    sheet = np.full((height, width), 255, np.uint8)
    for _ in range(int(random.integers(1, 30))):
        points = random.integers(0, max(height, width), (int(random.integers(2, 6)), 2)).astype(np.int32)
        cv2.polylines(sheet, [points], bool(random.integers(2)), (0,), int(random.integers(1, 9)))
    answer(reader, sheet)


def test_noise_takes_bounded_time(reader: digits.Reader) -> None:
    started = time.process_time()
    reader.read(np.random.default_rng(0).integers(0, 256, (500, 500), np.uint8))
    assert time.process_time() - started < 30


def test_a_side_longer_than_opencv_turns_is_an_image_error() -> None:
    with pytest.raises(ImageError, match="sides of at most 30,000"):
        load_image(np.zeros((2, 30_001), np.uint8))


def test_a_strip_wider_than_opencv_samples_is_cut_whole() -> None:
    ink = np.zeros((20, 20_000), np.float32)
    ink[6:14, 50::100] = 1
    strip = cut_strip(ink, (50, 19_951), [Box(x, 6, 1, 8) for x in range(50, 20_000, 100)], 8)
    assert strip.pixels.shape == (STRIP_PX, 49_772)
    starts = np.flatnonzero(np.diff((strip.pixels[STRIP_PX // 2] > 60).astype(np.int8), prepend=0) == 1)
    assert len(starts) == 200
    np.testing.assert_allclose(np.diff(starts), 250, atol=2)
