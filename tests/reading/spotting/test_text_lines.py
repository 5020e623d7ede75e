"""Rows of a page's parts: what stands beside a row, and what only hangs under it."""

from __future__ import annotations

from pages import draw_strokes

from digits.reading.spotting.text_lines import find_rows

DIGITS = [(40 + 50 * k, 60, 8, 40) for k in range(8)]


def test_commas_half_as_high_as_digits_belong_to_their_row() -> None:
    parts = draw_strokes(*DIGITS, (115, 94, 5, 23), (265, 95, 5, 22))
    rows, left = find_rows(parts)
    assert [len(row.parts) for row in rows] == [10]
    assert left == []


def test_small_digits_farther_below_are_a_row() -> None:
    small = [(40 + 30 * k, 130, 6, 24) for k in range(5)]
    rows, left = find_rows(draw_strokes(*DIGITS, *small))
    assert [len(row.parts) for row in rows] == [8, 5]
    assert left == []


def test_low_parts_alone_are_rows() -> None:
    rows, _ = find_rows(draw_strokes(*[(40 + 30 * k, 130, 6, 24) for k in range(5)]))
    assert [len(row.parts) for row in rows] == [5]
