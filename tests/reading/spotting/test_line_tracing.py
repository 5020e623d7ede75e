"""Tracks of a page: what goes on behind a gap, and what does not belong together."""

from __future__ import annotations

from pages import draw_strokes

from digits.reading.spotting.text_lines import find_rows


def test_a_digit_joins_the_nearer_of_two_rows_that_it_overlaps_alike() -> None:
    # Pieces of a sheet's edge on the left, beside which a long digit stands as well as beside its neighbours.
    edge = [(12, 96, 3, 24), (14, 130, 3, 24)]
    digits = [(100, 60, 8, 38), (160, 60, 8, 70), (230, 62, 8, 38), (300, 64, 8, 38), (370, 64, 8, 66)]
    rows, _ = find_rows(draw_strokes(*edge, *digits))
    parts = draw_strokes(*edge, *digits)
    of_digits = [sum(parts.boxes[i, 0] > 50 for i in row.parts) for row in rows]
    assert max(of_digits) == len(digits)


def test_what_is_written_a_little_lower_behind_a_gap_goes_on_with_the_row() -> None:
    climbing = [(40 + 20 * k, 80 - 3 * k, 8, 30) for k in range(8)]
    behind = [(350 + 20 * k, 84 - 2 * k, 8, 20 if k % 2 else 12) for k in range(8)]
    rows, left = find_rows(draw_strokes(*climbing, *behind))
    assert [len(row.parts) for row in rows] == [16]
    assert left == []


def test_rows_of_two_columns_half_a_row_apart_stay_apart() -> None:
    left_column = [(40 + 20 * k, y, 8, 30) for k in range(5) for y in (40, 110, 180)]
    right_column = [(350 + 20 * k, y, 8, 30) for k in range(5) for y in (75, 145, 215)]
    rows, _ = find_rows(draw_strokes(*left_column, *right_column))
    assert [len(row.parts) for row in rows] == [5] * 6


def test_rows_of_two_columns_on_a_climbing_page_are_not_joined_with_the_next_row() -> None:
    def column(left: int, count: int, slope: float) -> list[tuple[int, int, int, int]]:
        return [
            (left + 20 * k, round(60 + 40 * row + slope * (left + 20 * k)), 6, 24)
            for row in range(6)
            for k in range(count)
        ]

    slope = 40 / 560  # behind the gap a row's middle is as low as the next one's
    parts = draw_strokes(*column(10, 10, slope), *column(390, 10, slope))
    rows, _ = find_rows(parts)
    for row in rows:
        numbers = {round((parts.boxes[i, 1] - 60 - slope * parts.boxes[i, 0]) / 40) for i in row.parts}
        assert len(numbers) == 1
