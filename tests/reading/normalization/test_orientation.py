"""Which way is up: pages of few digits, half of which look like digits upside down too."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import write_page

import digits
from digits.data import Dataset
from digits.reading.normalization.rotation import turn

# Upside down the 0, 1, 2, 5, 6, 8 and 9 look like digits; what is left says which way is up.
FEW = ["1247", "8952", "6034"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("quarters", range(4))
def test_a_dozen_digits_are_set_upright(reader: digits.Reader, sample: Dataset, quarters: int, seed: int) -> None:
    page = write_page(sample.train, FEW, gap_px=9, seed=seed)
    reading = reader.read(np.ascontiguousarray(np.rot90(page, -quarters)))
    assert reading.angle == {0: 0, 1: 90, 2: 180, 3: -90}[quarters]
    assert reading.text.replace(" ", "").split("\n") == FEW


@pytest.mark.parametrize("text", ["6", "9", "61", "1801", "9096"])
def test_what_is_a_number_either_way_stays_as_it_lies(reader: digits.Reader, sample: Dataset, text: str) -> None:
    page = write_page(sample.train, [text], gap_px=9)
    assert reader.read(page).angle == 0
    assert reader.read(np.ascontiguousarray(np.rot90(page, 2))).angle == 0


@pytest.mark.parametrize("seed", range(3))
def test_an_upright_page_is_not_turned(reader: digits.Reader, sample: Dataset, seed: int) -> None:
    random = np.random.default_rng(seed)
    lines = ["".join(map(str, random.integers(0, 10, 6))) for _ in range(3)]
    assert reader.read(write_page(sample.train, lines, seed=seed)).angle == 0


def test_a_turned_and_skewed_page_is_reported_with_one_angle(reader: digits.Reader, sample: Dataset) -> None:
    lines = ["31415", "92653", "58979", "24687"]
    page = write_page(sample.train, lines, gap_px=9, seed=2).astype(np.float32) / 255
    reading = reader.read(np.clip(turn(page, 186.0, paper=1.0), 0, 1))
    assert reading.angle == pytest.approx(174, abs=1.6)
    assert reading.text.replace(" ", "").split("\n") == lines


@pytest.mark.parametrize("words", [["Total"], ["Meter", "Konto"], ["Amount", "Price", "Summe", "Order"]])
@pytest.mark.parametrize("font", [cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX])
def test_words_beside_numbers_do_not_turn_a_page(
    reader: digits.Reader, sample: Dataset, words: list[str], font: int
) -> None:
    numbers = ["58213", "4027", "93641", "7725"][: len(words)]
    page = np.pad(write_page(sample.train, numbers, gap_px=9, seed=2), ((0, 0), (330, 0)), constant_values=255)
    for k, word in enumerate(words):
        cv2.putText(page, word, (40, 112 + 80 * k), font, 1.6, (0,), 3, cv2.LINE_AA)
    reading = reader.read(page)
    assert reading.angle == 0
    assert [line.replace(" ", "") for line in reading.text.split("\n")] == numbers
