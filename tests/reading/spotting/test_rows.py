"""Rows of a page's parts: what stands beside digits that are seen, and what only lies near them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pages import draw_strokes

from digits.reading.detection.detections import KINDS, Detections
from digits.reading.spotting.rows import find_one_row, find_rows

Place = tuple[int, int, int, int]
DIGITS: list[Place] = [(140 + 50 * k, 160, 8, 40) for k in range(6)]


def seen(*places: Place, presence: float = 0.9) -> Detections:
    boxes = np.array([(x, y, x + width, y + height) for x, y, width, height in places], np.float32).reshape(-1, 4)
    kinds = np.zeros((len(boxes), KINDS), np.float32)
    kinds[:, 1] = 1
    return Detections(boxes, np.full(len(boxes), presence, np.float32), kinds, np.zeros(len(boxes), np.float32))


def test_a_digit_that_nobody_saw_is_in_the_row_it_stands_in_or_at_the_end_of() -> None:
    rows, left = find_rows(draw_strokes(*DIGITS), seen(*DIGITS[:2], *DIGITS[3:5]))
    assert [len(row.parts) for row in rows] == [6]
    assert (left, rows[0].height_px, len(rows[0].seen)) == ([], 40, 4)


def test_commas_half_as_high_as_digits_belong_to_their_row() -> None:
    rows, left = find_rows(draw_strokes(*DIGITS, (215, 194, 5, 20), (265, 195, 5, 20)), seen(*DIGITS))
    assert ([len(row.parts) for row in rows], left) == ([8], [])


def test_what_is_far_off_is_in_no_row() -> None:
    rows, left = find_rows(draw_strokes(*DIGITS, (20, 160, 8, 40), (300, 290, 8, 40), (500, 10, 4, 380)), seen(*DIGITS))
    assert ([len(row.parts) for row in rows], len(left)) == ([6], 3)


def test_each_part_is_in_the_nearer_of_two_rows() -> None:
    below = [(x, y + 60, width, height) for x, y, width, height in DIGITS]
    rows, left = find_rows(draw_strokes(*DIGITS, *below), seen(*DIGITS[:5], *below[:5]))
    assert ([len(row.parts) for row in rows], left) == ([6, 6], [])


def test_where_nothing_is_present_for_sure_there_is_no_row() -> None:
    parts = draw_strokes(*DIGITS)
    assert find_rows(parts, seen(*DIGITS, presence=0.5)) == ([], list(range(6)))
    one_is_sure = seen(*DIGITS, presence=0.5)
    one_is_sure = replace(one_is_sure, presence=np.array([0.5, 0.9, 0.5, 0.5, 0.5, 0.5], np.float32))
    assert len(find_rows(parts, one_is_sure)[0]) == 1


def test_a_line_has_one_row_whatever_height_its_digits_stand_at() -> None:
    raised = [(x, y - 25 * (k > 3), width, height - 15 * (k > 3)) for k, (x, y, width, height) in enumerate(DIGITS)]
    row, left = find_one_row(draw_strokes(*raised), seen(*raised))
    assert row
    assert (len(row.parts), left) == (6, [])
    assert find_one_row(draw_strokes(*raised), seen()) == (None, list(range(6)))
