"""Slashes between numbers and brackets around them are no 1s; long 1s are."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from pages import Page, clear_digits

import digits
from digits.data import Dataset

INK = (0,)


def put_digits(page: Page, sample: Dataset, text: str, left: int, seed: int) -> int:
    """Write digits 56 px apart, 40 px high, on a white page from column ``left`` on; return where the next would be."""
    for image in clear_digits(sample.train, text, seed):
        large = cv2.resize(image, (56, 56), interpolation=cv2.INTER_CUBIC)
        place = page[50:106, left : left + 56]
        np.minimum(place, 255 - large, out=place)
        left += 44
    return left


def draw_slash(page: Page, left: int) -> int:
    cv2.line(page, (left + 10, 110), (left + 32, 44), INK, 3, cv2.LINE_AA)
    return left + 36


def draw_closing(page: Page, left: int) -> int:
    cv2.ellipse(page, (left + 2, 78), (14, 34), 0, -70, 70, INK, 3, cv2.LINE_AA)
    return left + 60


def draw_opening(page: Page, left: int) -> int:
    cv2.ellipse(page, (left + 20, 78), (14, 34), 0, 110, 250, INK, 3, cv2.LINE_AA)
    return left + 16


DRAW: dict[str, Callable[[Page, int], int]] = {"/": draw_slash, "(": draw_opening, ")": draw_closing}


@pytest.mark.parametrize("text", ["24/05/2036", "31/12", "(030)4482", "52)683"])
@pytest.mark.parametrize("seed", range(3))
def test_slashes_and_brackets_are_left_out(reader: digits.Reader, sample: Dataset, text: str, seed: int) -> None:
    page, left = np.full((160, 600), 255, np.uint8), 30
    for k, character in enumerate(text):
        draw = DRAW.get(character)
        left = draw(page, left) if draw else put_digits(page, sample, character, left, seed + k)
    marks = sum(not character.isdecimal() for character in text)
    reading = reader.read(page)
    assert reading.text.replace(" ", "") == "".join(filter(str.isdecimal, text))
    assert sum(mark.kind == "slash" for mark in reading.marks) == marks


@pytest.mark.parametrize(("left", "right"), [("4", "7"), ("53", "826")])
def test_a_long_1_that_leans_is_a_1_at_either_end(
    reader: digits.Reader, sample: Dataset, left: str, right: str
) -> None:
    for before, after in (("", left + right), (left + right, "")):
        page = np.full((160, 600), 255, np.uint8)
        at = put_digits(page, sample, before, 30, 0)
        put_digits(page, sample, after, draw_slash(page, at), 5)
        expected = before + "1" + after
        assert reader.read(page).text.replace(" ", "") == expected


def test_1s_that_are_all_as_long_are_1s(reader: digits.Reader, sample: Dataset) -> None:
    page, at = np.full((160, 600), 255, np.uint8), 30
    for k, text in enumerate("2514167"):
        if text == "1":
            upright = k == 4
            cv2.line(page, (at + (21 if upright else 10), 110), (at + (21 if upright else 32), 44), INK, 3, cv2.LINE_AA)
            at += 40
        else:
            at = put_digits(page, sample, text, at, k)
    assert reader.read(page).text.replace(" ", "") == "2514167"
