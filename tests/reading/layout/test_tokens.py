"""Which detected digits are letters: their neighbours tell."""

from __future__ import annotations

import numpy as np
import pytest

from digits.reading.detection.detections import KINDS, Detections, none
from digits.reading.layout.tokens import are_numbers, find_letters, find_struck_out, find_tokens, find_unread
from digits.reading.result import FloatArray


@pytest.mark.parametrize(
    ("odds", "expected"),
    [
        ([3, 4, 2], [True, True, True]),
        ([-6, -6, -6, 2, 2], [False] * 5),  # "Still"
        ([3, 1, -6], [False] * 3),  # "Zip"
        ([6, -6, -6], [True, False, False]),  # "3kg"
        ([-6, 6, 6], [False, True, True]),
        ([5, -2, 5], [True, True, True]),  # a digit that is hard to read
        ([6, 6, -6, 6, 6], [True, True, True, True, True]),
        ([], []),
    ],
)
def test_a_token_seldom_changes_between_word_and_number(odds: list[float], expected: list[bool]) -> None:
    assert are_numbers(odds) == expected


def test_tokens_end_at_gaps_at_other_lines_and_at_cells() -> None:
    boxes = np.array(
        [[0, 0, 10, 20], [12, 2, 22, 22], [40, 0, 50, 20], [0, 30, 10, 50], [52, 0, 62, 20], [24, 8, 34, 22]],
        np.float32,
    )
    assert find_tokens(boxes, np.array([1, 1, 1, 1, 2, 1])) == [[0, 1, 5, 2], [3], [4]]
    assert find_tokens(boxes[:5], np.array([1, 1, 1, 1, 1])) == [[0, 1], [2, 4], [3]]
    assert find_tokens(boxes[:0], np.zeros(0, np.int64)) == []


def seen(*boxes: tuple[int, int, int, int], presence: float) -> Detections:
    kinds = np.zeros((len(boxes), KINDS), np.float32)
    kinds[:, 1] = 1
    count = len(boxes)
    places = np.array(boxes, np.float32).reshape(-1, 4)
    return Detections(places, np.full(count, presence, np.float32), kinds, np.zeros(count, np.float32))


def none_is_a_digit(boxes: FloatArray) -> FloatArray:
    return np.full(len(boxes), 0.0001, np.float32)


def test_only_digits_beside_ink_that_nobody_read_may_be_letters() -> None:
    ink = np.zeros((60, 200), np.uint8)
    ink[20:40, 10:20] = ink[20:40, 60:70] = ink[20:40, 74:84] = 1
    digits = seen((10, 20, 19, 39), (60, 20, 69, 39), presence=0.9)
    assert find_letters(digits, none(), ink, none_is_a_digit).tolist() == [False, True]
    assert find_letters(digits, none(), ink, lambda boxes: 1 - none_is_a_digit(boxes)).tolist() == [False, False]
    in_cells = find_letters(digits, none(), ink, none_is_a_digit, lambda boxes: (boxes[:, 0] > 72).astype(np.int64))
    assert in_cells.tolist() == [False, False]
    assert find_letters(none(), none(), ink, none_is_a_digit).tolist() == []


def test_a_comma_behind_a_word_is_no_digit_however_much_it_looks_like_one() -> None:
    ink = np.zeros((60, 200), np.uint8)
    ink[10:40, 10:24] = ink[10:40, 30:44] = ink[34:46, 56:62] = 1
    comma = seen((56, 34, 61, 45), presence=0.9999)
    assert find_letters(comma, none(), ink, none_is_a_digit).tolist() == [True]
    as_high = seen((56, 14, 61, 42), presence=0.9999)
    assert find_letters(as_high, none(), ink, none_is_a_digit).tolist() == [False]


def test_ink_that_nobody_read_is_what_lies_outside_the_boxes_of_what_was_read() -> None:
    ink = np.zeros((60, 120), np.uint8)
    ink[20:40, 10:50] = 1  # two letters that are joined, of which the second was read
    ink[20:22, 70:100] = 1  # too low
    ink[5:58, 110:112] = 1  # high, as a letter may be beside a comma
    ink[:, 118:120] = 1  # too high
    read, heights = np.array([[31, 18, 52, 42]], np.float32), np.array([17], np.float32)
    unread = find_unread(ink, read, heights)
    assert sorted(unread.tolist()) == [[10, 20, 30, 39], [110, 5, 111, 57]]


def test_a_number_is_struck_out_as_a_whole() -> None:
    odds = np.array([4, -5, -3, -5, 1, -1, -3], np.float32)
    tokens = [[0, 1, 2], [3, 4], [5], [6]]
    assert find_struck_out(tokens, odds).tolist() == [True, True, True, False, False, True, False]


def test_one_struck_out_digit_may_stand_beside_others() -> None:
    odds = np.array([9, -9, 8, -9, -9], np.float32)
    assert find_struck_out([[0, 1], [2, 3, 4]], odds).tolist() == [True, False, True, False, False]
