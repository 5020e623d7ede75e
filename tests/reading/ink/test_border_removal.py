"""A page half in shadow loses nothing; a table around the sheet is painted over all the same."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from pages import write_page
from quick import slow

import digits
from digits.data import Dataset
from digits.reading.ink.border_removal import clear_surroundings, is_light_on_dark_page
from digits.reading.picture.downsampling import look_at

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
    assert not is_light_on_dark_page(look_at(shaded))
    assert clear_surroundings(look_at(shaded)).grey is shaded
    read = reader.read((shaded * 255).astype(np.uint8)).text.split("\n")
    right = sum(one.replace(" ", "") == other for one, other in zip(read, LINES, strict=False))
    assert right >= 2, read


@pytest.mark.parametrize("level", [0.15, 0.45])
def test_a_table_around_the_sheet_is_painted_over(page: npt.NDArray[np.float32], level: float) -> None:
    grain = np.random.default_rng(0).normal(0, 0.01, (page.shape[0] + 160, page.shape[1] + 160))
    photo = (np.pad(page, 80, constant_values=level) + grain).clip(0, 1).astype(np.float32)
    cleared = clear_surroundings(look_at(photo)).grey
    assert cleared[:60].min() > 0.85
    np.testing.assert_array_equal(cleared[120:-120, 120:-120], photo[120:-120, 120:-120])


def test_light_ink_on_a_board_half_in_shadow_is_light(page: npt.NDArray[np.float32]) -> None:
    assert is_light_on_dark_page(look_at(shade(1 - page, 0.6, blur_px=20, from_left=True)))
    assert is_light_on_dark_page(look_at(1 - page))
    assert not is_light_on_dark_page(look_at(page))


@pytest.mark.slow
@pytest.mark.parametrize("side", [1.0, 1.41, 1.6])
def test_small_writing_on_a_large_page_tells_which_is_lighter(sample: Dataset, side: float) -> None:
    """Shrunk too far, gaps between strokes look like strokes: a 300-dpi A3 page was taken for white on black."""
    page = np.full((round(3508 * side), round(2480 * side)), 255, np.uint8)
    writing = write_page(sample.train, ["31415 92653"] * 12, scale=3)
    page[200 : 200 + writing.shape[0], 300 : 300 + writing.shape[1]] = writing
    grey = page.astype(np.float32) / 255 * 0.96
    assert not is_light_on_dark_page(look_at(grey))
    assert is_light_on_dark_page(look_at(1 - grey))


@pytest.mark.slow
@pytest.mark.parametrize("light_on_dark", [False, True])
@pytest.mark.parametrize("times", [1, 4, 10, 30])
def test_a_digit_that_fills_the_picture_is_not_taken_for_its_negative(
    sample: Dataset, times: int, light_on_dark: bool
) -> None:
    """Corners and loops of broad strokes are narrow, and once decided: every other such picture was read as black."""
    wrong = 0
    for image in sample.train.images[:100]:
        digit = cv2.resize(image, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
        wrong += is_light_on_dark_page(look_at(digit if light_on_dark else 1 - digit)) != light_on_dark
    assert wrong <= 1


def test_a_white_sheet_on_a_dark_table_is_no_white_digit(page: npt.NDArray[np.float32]) -> None:
    height, width = page.shape
    photo = np.pad(page, ((height // 3, height // 3), (width // 3, width // 3)), constant_values=0.1)
    assert not is_light_on_dark_page(look_at(photo))


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


def test_surroundings_are_painted_as_the_paper_beside_them(page: npt.NDArray[np.float32]) -> None:
    """Where light falls off towards a dark table, one level for all of it would leave an edge that hides the digits."""
    light = np.linspace(0.45, 1, page.shape[1], dtype=np.float32)
    photo = np.pad(page * light, ((0, 0), (120, 0)), constant_values=0.05)
    cleared = clear_surroundings(look_at(photo)).grey
    beside = np.median(cleared[:, 140:160])
    assert np.median(cleared[:, :110]) == pytest.approx(beside, abs=0.06)
    np.testing.assert_array_equal(cleared[:, 150:700], photo[:, 150:700])
