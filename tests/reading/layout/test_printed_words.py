"""A printed word beside a number is left out; where nothing is sure, and of numbers, nothing is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import Page, write_page

import digits
from digits.data import Dataset
from digits.reading.layout.printed_words import find_words
from digits.reading.result import Box, Digit
from digits.reading.spotting.spotter import Sighting

HEIGHT_PX = 20.0


def row_of(*groups: str) -> tuple[list[Digit], list[Sighting]]:
    """Return a row of digits, groups 45 px apart: "s" is sure, "d" in doubt, "f" sure but hardly present."""
    made, seen, x = [], [], 0
    for group in groups:
        for kind in group:
            box = Box(x, 0, 15, 20)
            confidence, presence = {"s": (0.999, 0.999), "d": (0.6, 0.999), "f": (0.999, 0.8)}[kind]
            made.append(Digit(1, confidence, (0.1,) * 10, box=box))
            seen.append(Sighting(box, presence, np.full(10, 0.1, np.float32)))
            x += 20
        x += 40
    return made, seen


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (("ddsd", "ssss"), [range(4)]),
        (("ssss", "sdfs", "dds"), [range(4, 8), range(8, 11)]),
        (("sdss", "ssss"), []),  # a number with one bad digit
        (("ddds", "dsss"), []),  # nothing is sure: a bad hand
        (("dd", "ssss"), []),  # too short to tell
        (("dddd",), []),
        ((), []),
    ],
)
def test_a_group_in_doubt_beside_a_sure_number_is_a_word(groups: tuple[str, ...], expected: list[range]) -> None:
    assert find_words(*row_of(*groups), HEIGHT_PX) == expected


@pytest.mark.parametrize(
    ("letters", "side", "left", "expected"),
    [
        (5, 12, -100, [range(1)]),  # of a word of six letters one was read
        (1, 12, -100, []),
        (5, 4, -100, []),  # commas, dots
        (5, 12, -400, []),  # a word by itself, of which nothing was read
        (5, 12, 140, []),  # close behind a number without any doubt
    ],
)
def test_letters_that_were_not_read_speak_for_a_word(letters: int, side: int, left: int, expected: list[range]) -> None:
    made, seen = row_of("s", "ssss")
    unread = [Box(left + 20 * k, 0, side, 15) for k in range(letters)]
    assert find_words(made, seen, HEIGHT_PX, unread) == expected


@pytest.fixture(scope="module")
def labelled(sample: Dataset) -> Page:
    """A page of two rows: a printed word and a number, and a number alone."""
    page = write_page(sample.test, ["40725", "91866"])
    page = np.pad(page, ((0, 0), (420, 0)), constant_values=255)
    return np.asarray(cv2.putText(page, "Invoice", (90, 112), cv2.FONT_HERSHEY_COMPLEX, 2, 0, 3), np.uint8)


def test_a_printed_word_is_a_mark_and_its_number_is_read(reader: digits.Reader, labelled: Page) -> None:
    steps = reader.explain(labelled)
    assert steps.reading.text == "40725\n91866"
    (word,) = [mark.box for mark in steps.reading.marks if mark.kind == "word"]
    assert 70 < word.x < 120
    assert 210 < word.x + word.width < 420
    assert len(steps.frames) == 10  # what the network saw of the digits that were read
    for line in steps.reading.lines:
        assert line.box.x > 420


def test_a_word_alone_is_not_left_out(reader: digits.Reader, labelled: Page) -> None:
    assert reader.read(labelled[:, :420]).lines
