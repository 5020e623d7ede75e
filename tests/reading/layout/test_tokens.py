"""Which detected digits are letters: their neighbours tell."""

from __future__ import annotations

import numpy as np
import pytest

from digits.reading.layout.tokens import are_numbers, find_letters, find_struck_out, find_tokens, find_unread


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


def test_only_digits_beside_ink_that_nobody_read_may_be_letters() -> None:
    odds = np.array([-3, -3, -6], np.float32)
    assert find_letters([[0, 1]], odds, 2).tolist() == [False, False]
    assert find_letters([[0], [1, 2]], odds, 2).tolist() == [False, True]


def test_ink_that_nobody_read_is_what_lies_outside_the_boxes_of_what_was_read() -> None:
    ink = np.zeros((60, 120), np.uint8)
    ink[20:40, 10:50] = 1  # two letters that are joined, of which the second was read
    ink[20:22, 70:100] = 1  # too low
    ink[5:58, 110:112] = 1  # too high
    unread = find_unread(ink, np.array([[31, 18, 52, 42]], np.float32), np.array([20], np.float32))
    assert unread.tolist() == [[10, 20, 30, 39]]


def test_a_number_is_struck_out_as_a_whole() -> None:
    odds = np.array([4, -5, -3, -5, 1, -1, -3], np.float32)
    tokens = [[0, 1, 2], [3, 4], [5], [6]]
    assert find_struck_out(tokens, odds).tolist() == [True, True, True, False, False, True, False]


def test_one_struck_out_digit_may_stand_beside_others() -> None:
    odds = np.array([9, -9, 8, -9, -9], np.float32)
    assert find_struck_out([[0, 1], [2, 3, 4]], odds).tolist() == [True, False, True, False, False]
