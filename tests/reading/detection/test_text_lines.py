"""Lines of digits: what goes on behind a gap, and what does not belong together."""

from __future__ import annotations

import numpy as np

from digits.reading.detection.text_lines import find_lines
from digits.reading.result import FloatArray

Place = tuple[int, int, int, int]


def edges(*places: Place) -> FloatArray:
    """Return boxes from x, y, width and height of each."""
    return np.array([(x, y, x + width, y + height) for x, y, width, height in places], np.float32)


def test_no_digits_make_no_line() -> None:
    assert find_lines(np.zeros((0, 4), np.float32)) == []


def test_a_long_digit_joins_the_nearer_of_two_lines_that_it_overlaps_alike() -> None:
    edge = [(12, 96, 3, 24), (14, 130, 3, 24)]
    digits = [(100, 60, 8, 38), (160, 60, 8, 70), (230, 62, 8, 38), (300, 64, 8, 38), (370, 64, 8, 66)]
    lines = find_lines(edges(*edge, *digits))
    assert max(sum(i > 1 for i in line) for line in lines) == len(digits)


def test_small_zeros_are_of_the_line_of_high_digits() -> None:
    assert len(find_lines(edges((0, 0, 20, 50), (30, 20, 14, 17), (50, 20, 14, 17), (70, 0, 20, 50)))) == 1


def test_what_is_small_and_alone_in_a_line_of_others_is_a_piece_of_one() -> None:
    digits = [(40 * k, 0, 30, 40) for k in range(5)]
    assert find_lines(edges(*digits, (72, 6, 8, 9)), with_pieces=False) == [[0, 1, 2, 3, 4]]
    assert sorted(i for line in find_lines(edges(*digits, (72, 6, 8, 9))) for i in line) == list(range(6))


def test_small_digits_below_a_line_are_another() -> None:
    digits, small = [(40 + 50 * k, 60, 8, 40) for k in range(8)], [(40 + 30 * k, 130, 6, 24) for k in range(5)]
    assert [len(line) for line in find_lines(edges(*digits, *small))] == [8, 5]


def test_what_is_written_a_little_lower_behind_a_gap_goes_on_with_the_line() -> None:
    climbing = [(40 + 20 * k, 80 - 3 * k, 8, 30) for k in range(8)]
    behind = [(350 + 20 * k, 84 - 2 * k, 8, 20 if k % 2 else 12) for k in range(8)]
    assert [len(line) for line in find_lines(edges(*climbing, *behind))] == [16]


def test_lines_of_two_columns_half_a_line_apart_stay_apart() -> None:
    left_column = [(40 + 20 * k, y, 8, 30) for k in range(5) for y in (40, 110, 180)]
    right_column = [(350 + 20 * k, y, 8, 30) for k in range(5) for y in (75, 145, 215)]
    assert [len(line) for line in find_lines(edges(*left_column, *right_column))] == [5] * 6


def test_lines_of_two_columns_on_a_climbing_page_are_not_joined_with_the_next_line() -> None:
    slope = 40 / 560  # behind the gap a line's middle is as low as the next one's

    def column(left: int, count: int) -> list[Place]:
        at = [left + 20 * k for k in range(count)]
        return [(x, round(60 + 40 * row + slope * x), 6, 24) for row in range(6) for x in at]

    boxes = edges(*column(10, 10), *column(390, 10))
    for line in find_lines(boxes):
        assert len({round((boxes[i, 1] - 60 - slope * boxes[i, 0]) / 40) for i in line}) == 1
