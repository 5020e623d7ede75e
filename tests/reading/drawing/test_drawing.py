"""What a person sees of a reading: the picture in grey, what was read, and what was seen but not read."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from digits.reading.drawing import overlay
from digits.reading.drawing.canvas import Picture
from digits.reading.drawing.overlay import DOUBTFUL, SURE, UNREAD, draw_overlay
from digits.reading.result import Box, ByteArray, Digit, Line, Mark, Reading
from digits.reading.steps import Steps

WIDTH, HEIGHT = 1_200, 400


def digit(value: int | None, x: int, confidence: float = 0.999, width: int = 60) -> Digit:
    refusal = "confidence is too low" if value is None else None
    return Digit(value, confidence, (0.1,) * 10, Box(x, 150, width, 90), refusal)


def steps(*digits: Digit, marks: tuple[Mark, ...] = ()) -> Steps:
    lines = (Line(digits, Box(0, 150, WIDTH, 90)),) if digits else ()
    page = np.full((HEIGHT, WIDTH), 0.8, np.float32)
    frames = np.zeros((len(digits), 28, 28), np.uint8)
    return Steps(page, 1 - page, 1 - page, (), frames, Reading(lines, marks, 0.0, WIDTH, HEIGHT))


def picture(drawn: Steps) -> ByteArray:
    return np.asarray(cv2.imdecode(np.frombuffer(draw_overlay(drawn), np.uint8), cv2.IMREAD_COLOR), np.uint8)


def has(part: ByteArray, colour: tuple[int, int, int]) -> bool:
    return bool((part == colour).all(axis=2).any())


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is written on a picture, in order."""
    texts: list[str] = []
    write = overlay.write

    def watched(page: Picture, text: str, *rest: Any) -> tuple[int, int]:
        texts.append(text)
        return write(page, text, *rest)

    monkeypatch.setattr(overlay, "write", watched)
    return texts


def test_ink_that_was_left_out_has_a_mark_where_it_lies() -> None:
    left_out = Mark("word", Box(800, 150, 120, 60))
    seen = picture(steps(digit(4, 100), marks=(left_out,)))
    assert has(seen[145:220, 795:930], UNREAD)
    assert not has(seen[:HEIGHT, :790], UNREAD)


def test_a_speck_is_marked_too_large_enough_to_be_seen() -> None:
    seen = picture(steps(marks=(Mark("speck", Box(600, 300, 1, 1)),)))
    assert (seen[290:310, 590:610] == UNREAD).all(axis=2).sum() >= 20


def test_a_refused_digit_is_a_question_mark_in_the_colour_of_what_was_not_read(written: list[str]) -> None:
    seen = picture(steps(digit(4, 100), digit(None, 400, 0.4)))
    assert has(seen[140:250, 390:470], UNREAD)
    assert written[:4] == ["4", "99.9 %", "?", "40.0 %"]


def test_a_doubtful_digit_has_its_colour() -> None:
    seen = picture(steps(digit(4, 100), digit(7, 400, 0.8)))
    assert has(seen[140:250, 390:470], DOUBTFUL)
    assert has(seen[140:250, 90:170], SURE)


def test_the_picture_stays_grey_where_nothing_is_drawn() -> None:
    seen = picture(steps(digit(4, 100)))
    assert (seen[:, 400:].max(axis=2) == seen[:, 400:].min(axis=2)).all()


def test_a_page_read_for_sure_needs_no_key() -> None:
    assert picture(steps(digit(4, 100))).shape == (HEIGHT, WIDTH, 3)


def test_a_key_below_the_picture_says_what_the_colours_mean(written: list[str]) -> None:
    marks = (Mark("dash", Box(800, 150, 20, 4)), Mark("rule", Box(0, 300, WIDTH, 2)))
    seen = picture(steps(digit(4, 100), digit(7, 300, 0.8), digit(None, 500, 0.4), marks=marks))
    assert seen.shape[0] > HEIGHT
    assert written[6:] == [
        "read, 90 % sure or more",
        "read, less than 90 % sure",
        "? refused: seen, not read",
        "dashed: seen, not read",
        "thin: printed lines, rings",
    ]


def test_a_narrow_picture_has_its_key_within_it() -> None:
    narrow = Steps(
        *(np.full((900, 90), 0.8, np.float32),) * 3,
        (),
        np.zeros((0, 28, 28), np.uint8),
        Reading((), (Mark("dash", Box(10, 10, 20, 4)),), 0.0, 90, 900),
    )
    seen = picture(narrow)
    assert seen.shape[1] == 90
    assert (seen[900:, -3:] == 255).all()  # no word runs out of it


@pytest.mark.parametrize(
    ("pitch_px", "expected"),
    [
        (160, ["4", "99.9 %", "7", "80.0 %", "1", "99.9 %"]),  # beside the values
        (75, ["4", "99.9 %", "7", "80.0 %", "1", "99.9 %"]),  # below the boxes
        (22, ["4", "7", "80.0 %", "1"]),
    ],
)
def test_a_sure_digit_s_confidence_is_left_out_where_digits_stand_too_close(
    written: list[str], pitch_px: int, expected: list[str]
) -> None:
    width = min(60, pitch_px - 2)
    row = [(4, 0.999), (7, 0.8), (1, 0.999)]
    picture(steps(*(digit(value, 100 + i * pitch_px, sure, width) for i, (value, sure) in enumerate(row))))
    assert written[: len(expected)] == expected
