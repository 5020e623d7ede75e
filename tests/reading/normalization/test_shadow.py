"""A page half in shadow loses nothing, light on dark or on a dark table."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from pages import write_page
from quick import slow

import digits
from digits.data import Dataset

LINES = ["314159", "265358", "979323"]


@pytest.fixture
def page(sample: Dataset) -> npt.NDArray[np.float32]:
    """Three lines, dark on light, on a sheet with room around them; float32 in [0, 1]."""
    written = write_page(sample.train, LINES, scale=3).astype(np.float32) / 255
    return np.pad(written, 80, constant_values=float(written.max())) * 0.92


def shade(page: npt.NDArray[np.float32], light: float, *, blur_px: float, from_left: bool) -> npt.NDArray[np.float32]:
    """Lay a shadow with a slanted edge over half of the page."""
    height, width = page.shape
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    dark = (columns + 0.4 * rows < 0.6 * width) == from_left
    factor = np.where(dark, np.float32(light), np.float32(1))
    if blur_px:
        factor = cv2.GaussianBlur(factor, (0, 0), blur_px)
    return page * factor


@pytest.mark.parametrize("from_left", [True, slow(False)])
@pytest.mark.parametrize("blur_px", [2, 25])
@pytest.mark.parametrize("light", [0.7, slow(0.5), 0.35])
def test_a_shadow_over_half_the_page_hides_no_digit(
    page: npt.NDArray[np.float32], reader: digits.Reader, light: float, blur_px: float, from_left: bool
) -> None:
    shaded = shade(page, light, blur_px=blur_px, from_left=from_left)
    read = reader.read((shaded * 255).astype(np.uint8)).text.split("\n")
    right = sum(one.replace(" ", "") == other for one, other in zip(read, LINES, strict=False))
    assert right >= 2, read


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 3, 12])
def test_one_digit_is_read_by_who_does_not_know_that_it_is_one(
    sample: Dataset, reader: digits.Reader, times: int
) -> None:
    right = 0
    for image, label in zip(sample.test.images[:60], sample.test.labels[:60], strict=True):
        room = np.pad(255 - image, 12, constant_values=255)
        right += reader.read(np.kron(room, np.ones((times, times), np.uint8))).text == str(label)
    assert right >= 56


def lines_right(reader: digits.Reader, photo: npt.NDArray[np.float32]) -> int:
    read = reader.read(photo.astype(np.float32)).text.replace(" ", "").split("\n")
    return sum(line in read for line in LINES)


@pytest.mark.parametrize("level", [0.15, slow(0.45)])
def test_a_page_is_read_on_a_table(page: npt.NDArray[np.float32], reader: digits.Reader, level: float) -> None:
    grain = np.random.default_rng(0).normal(0, 0.01, (page.shape[0] + 160, page.shape[1] + 160))
    assert lines_right(reader, (np.pad(page, 80, constant_values=level) + grain).clip(0, 1)) >= 2


def test_light_ink_on_a_board_half_in_shadow_is_read(page: npt.NDArray[np.float32], reader: digits.Reader) -> None:
    assert lines_right(reader, shade(1 - page, 0.6, blur_px=20, from_left=True)) >= 2


@pytest.mark.slow
def test_a_white_sheet_on_a_dark_table_is_read(page: npt.NDArray[np.float32], reader: digits.Reader) -> None:
    height, width = page.shape
    assert lines_right(reader, np.pad(page, ((height // 3,) * 2, (width // 3,) * 2), constant_values=0.1)) >= 2


@pytest.mark.slow
def test_a_page_is_read_where_light_falls_off_towards_a_table(
    page: npt.NDArray[np.float32], reader: digits.Reader
) -> None:
    light = np.linspace(0.45, 1, page.shape[1], dtype=np.float32)
    assert lines_right(reader, np.pad(page * light, ((0, 0), (120, 0)), constant_values=0.05)) >= 2
