"""Groups of digits in a line, told by the gaps between them."""

from __future__ import annotations

import pytest

from digits.reading.layout.grouping import make_line
from digits.reading.result import Box, Digit


def line_text(gaps: list[int]) -> str:
    """Return the text of ones, 10 px wide and 20 px high, with these gaps between them."""
    x, digits = 0, []
    for gap in [0, *gaps]:
        x += gap
        digits.append(Digit(1, 1.0, (0.1,) * 10, Box(x, 0, 10, 20)))
        x += 10
    return make_line(digits, 20).text


@pytest.mark.parametrize(
    ("gaps", "text"),
    [
        ([2, 12], "11 1"),
        ([1, 14, 0, 2], "11 111"),
        ([3, 2, 30, 2, 4, 28, 3], "111 111 11"),
        ([3, 4, 6, 5], "11111"),
        ([11, 12, 11], "1111"),
        ([0, 4, 0], "1111"),
        ([12], "11"),
        ([40], "1 1"),
        ([], "1"),
    ],
    ids=str,
)
def test_a_gap_unlike_the_others_sets_groups_apart(gaps: list[int], text: str) -> None:
    assert line_text(gaps) == text
