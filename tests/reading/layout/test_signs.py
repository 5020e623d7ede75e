"""Which marks beside digits are signs, where they stand, and how a line writes them."""

from __future__ import annotations

from digits.reading.layout.signs import find_signs
from digits.reading.result import Box, Digit, Line, Mark


def digits(*lefts: int) -> list[Digit]:
    return [Digit(k % 10, 1.0, (0.1,) * 10, Box(x, 100, 18, 30)) for k, x in enumerate(lefts, 1)]


def mark(kind: str, x: int, y: int, width: int = 4, height: int = 4) -> Mark:
    return Mark(kind, Box(x, y, width, height))


def test_a_point_a_comma_and_a_dash_stand_where_they_were_seen() -> None:
    row = digits(0, 24, 60, 96)
    marks = [mark("dot", 48, 126), mark("comma", 84, 126, 5, 10), mark("dash", -14, 114, 12, 3)]
    signs = find_signs(row, marks, 30)
    assert signs == ((0, "-"), (2, "."), (3, ","))
    assert Line(tuple(row), Box(0, 0, 1, 1), signs=signs).raw == "-12.3,4"


def test_two_points_above_each_other_are_a_colon() -> None:
    row = digits(0, 24, 60, 84)
    signs = find_signs(row, [mark("dot", 50, 106), mark("dot", 51, 124)], 30)
    assert signs == ((2, ":"),)


def test_what_stands_elsewhere_is_no_sign() -> None:
    row = digits(0, 24)
    marks = [mark("dot", 20, 92), mark("dash", 0, 140, 40, 3), mark("dot", 300, 126), mark("speck", 46, 126)]
    assert find_signs(row, marks, 30) == ()


def test_a_gap_is_a_space_unless_a_sign_stands_there() -> None:
    row = tuple(digits(0, 60, 120))
    line = Line(row, Box(0, 0, 1, 1), starts=(1, 2), signs=((1, "/"), (3, "-")))
    assert line.text == "1 2 3"
    assert line.raw == "1/2 3-"


def test_a_colon_stands_between_numbers_and_no_comma_before_one() -> None:
    row = digits(20, 44)
    marks = [mark("dot", 10, 106), mark("dot", 10, 124), mark("comma", 12, 126), mark("dot", 70, 106)]
    assert find_signs(row, [*marks, mark("dot", 70, 124)], 30) == ()


def test_a_dot_much_smaller_than_the_point_is_none() -> None:
    row = digits(0, 24, 60)
    assert find_signs(row, [mark("dot", 48, 124, 6, 6), mark("dot", 20, 126, 3, 3)], 30) == ((2, "."),)


def test_a_dash_beside_a_low_digit_is_as_high_as_beside_others() -> None:
    low, high = Digit(2, 1.0, (0.1,) * 10, Box(0, 114, 18, 16)), digits(24)[0]
    assert find_signs([low, high], [mark("dash", -14, 114, 12, 3)], 30) == ((0, "-"),)
