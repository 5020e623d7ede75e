"""What belongs to the digit, and what is only near it."""

from __future__ import annotations

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.reading.ink.despeckling import keep_digit


def sheet(sample: Dataset, i: int) -> np.ndarray:
    """Dark ink on light paper, 168×168, a digit of 84 px in the middle."""
    digit = np.kron(sample.test.images[i], np.ones((3, 3)))
    return np.pad(240 - 0.8 * digit, 42, constant_values=240)


def read(reader: digits.Reader, picture: np.ndarray) -> int | None:
    return reader.classify([np.clip(picture, 0, 255).astype(np.uint8)])[0].value


def test_a_digit_alone_is_kept_as_it_is(sample: Dataset) -> None:
    shares = []
    for image in sample.test.images:
        ink = image.astype(np.float32) / 255
        shares.append(keep_digit(ink).sum() / ink.sum())
    assert min(shares) > 0.85  # MNIST has digits with broken strokes and dots beside them
    assert np.mean(shares) > 0.995


def test_specks_and_faint_marks_go_and_a_second_stroke_stays() -> None:
    ink = np.zeros((100, 100), np.float32)
    ink[20:80, 40:50] = 1  # the stem
    ink[15:20, 55:75] = 1  # a bar that does not touch it
    ink[5:8, 5:8] = 1  # a speck
    ink[90:95, 80:99] = 0.15  # a smudge
    kept = keep_digit(ink)
    assert kept[20:80, 40:50].all()
    assert kept[15:20, 55:75].all()
    assert not kept[5:8, 5:8].any()
    assert not kept[90:95, 80:99].any()


def test_no_firm_ink_is_no_digit() -> None:
    assert not keep_digit(np.full((30, 30), 0.1, np.float32)).any()


@pytest.mark.parametrize("sd", [0, 1.5, 4, 10])
def test_paper_grain_does_not_change_the_answer(reader: digits.Reader, sample: Dataset, sd: float) -> None:
    random = np.random.default_rng(0)
    values = [read(reader, sheet(sample, i) + random.normal(0, sd, (168, 168))) for i in range(60)]
    assert np.mean(np.array(values) == sample.test.labels[:60]) >= 0.95


def test_specks_in_the_corners_do_not_change_the_answer(reader: digits.Reader, sample: Dataset) -> None:
    values = []
    for i in range(60):
        picture = sheet(sample, i)
        picture[2:5, 2:5] = picture[-6:-4, 3:6] = 40
        picture[3, -4] = 200
        values.append(read(reader, picture))
    assert np.mean(np.array(values) == sample.test.labels[:60]) >= 0.95
