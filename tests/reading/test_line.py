"""Pictures that are known to hold one line of digits: all of them are in it, whatever height they stand at."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from pages import clear_digits, write_page
from PIL import Image

import digits
from digits.data import Dataset
from digits.errors import ImageError
from digits.reading.result import ByteArray, Reading

HEIGHT_PX = 160


def write_line(sample: Dataset, *placed: tuple[str, int, float]) -> ByteArray:
    """Return a strip, dark on white, with digits from left to right: values, how far down they are, and their scale."""
    strip = np.zeros((HEIGHT_PX, 1000), np.uint8)
    right = 30
    for values, top, scale in placed:
        for image in clear_digits(sample.train, values):
            columns = np.flatnonzero(image.any(axis=0))
            small = image[:, columns[0] : columns[-1] + 1]
            digit = cv2.resize(small, None, fx=2 * scale, fy=2 * scale, interpolation=cv2.INTER_CUBIC)
            height, width = digit.shape
            strip[top : top + height, right : right + width] = digit
            right += width + 10
    return np.asarray(255 - strip[:, : right + 20], np.uint8)


def digits_of(reading: Reading) -> list[str]:
    return [line.text.replace(" ", "") for line in reading.lines]


def test_a_plain_line_reads_as_it_does_untold(reader: digits.Reader, sample: Dataset) -> None:
    line = write_page(sample.train, ["31415"])
    assert reader.read_line(line).text == reader.read(line).text == "31415"


def test_raised_cents_belong_to_the_line(reader: digits.Reader, sample: Dataset) -> None:
    amount = write_line(sample, ("528", 60, 1.0), ("45", 10, 0.6))
    assert digits_of(reader.read_line(amount)) == ["52845"]


def test_digits_that_stand_high_and_low_are_read_from_left_to_right(reader: digits.Reader, sample: Dataset) -> None:
    placed = [(value, top, 1.0) for value, top in zip("3526", (60, 10, 90, 30), strict=True)]
    strip = write_line(sample, *placed)
    assert digits_of(reader.read_line(strip)) == ["3526"]
    assert len(reader.read(strip).lines) > 1


@pytest.mark.parametrize("quarters", [0, 1, 3])
def test_what_is_lower_than_two_digits_is_one_line_untold(
    reader: digits.Reader, sample: Dataset, quarters: int
) -> None:
    placed = [(value, top, 1.0) for value, top in zip("3526", (48, 8, 30, 12), strict=True)]
    strip = np.rot90(write_line(sample, *placed), quarters)
    reading = reader.read(strip)
    assert digits_of(reading) == ["3526"]
    assert reading.angle == pytest.approx({0: 0, 1: -90, 3: 90}[quarters], abs=5)
    assert reading.width > reading.height


def test_what_is_higher_than_two_digits_may_be_several_lines_untold(reader: digits.Reader, sample: Dataset) -> None:
    assert digits_of(reader.read(write_page(sample.train, ["314", "265"]))) == ["314", "265"]


def test_what_would_be_two_lines_is_one(reader: digits.Reader, sample: Dataset) -> None:
    assert len(reader.read_line(write_page(sample.train, ["314", "265"])).lines) == 1


def test_digits_that_all_stand_on_a_printed_line_are_read(reader: digits.Reader, sample: Dataset) -> None:
    strip = write_line(sample, ("3527", 60, 1.0))
    bottom = int(np.flatnonzero((strip < 100).any(axis=1))[-1])
    strip[bottom - 1 : bottom + 1] = 30
    assert digits_of(reader.read_line(strip)) == ["3527"]


def test_skew_is_set_right(reader: digits.Reader, sample: Dataset) -> None:
    page = write_page(sample.train, ["3141592"])
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 6.0, 1.0)
    askew = np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=(255,)), np.uint8)
    reading = reader.read_line(askew)
    assert reading.text == "3141592"
    assert reading.angle == pytest.approx(-6, abs=2)


def test_a_line_is_not_turned_upside_down(reader: digits.Reader, sample: Dataset) -> None:
    headlong = np.ascontiguousarray(np.rot90(write_page(sample.train, ["37425", "24357", "57423"]), 2))
    assert abs(reader.read(headlong).angle) == 180
    assert reader.read_line(headlong).angle == 0


def test_a_single_digit_is_a_line(reader: digits.Reader, sample: Dataset) -> None:
    assert reader.read_line(write_line(sample, ("5", 50, 1.0))).text == "5"


def test_a_blank_strip_has_no_line(reader: digits.Reader) -> None:
    reading = reader.read_line(np.full((60, 300), 255, np.uint8))
    assert (reading.lines, reading.text) == ((), "")


def test_each_page_of_a_document_may_hold_a_line(reader: digits.Reader, sample: Dataset) -> None:
    pages = [Image.fromarray(write_page(sample.train, [text])) for text in ("314", "265")]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    assert reader.read_line(file.getvalue(), page=2).text == "265"
    with pytest.raises(ImageError, match="page"):
        reader.read_line(file.getvalue())
    with pytest.raises(TypeError):
        reader.read_line(3.5)  # type: ignore[arg-type]
