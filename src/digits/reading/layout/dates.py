"""The digits of one row go in; those that are no 1s but the slashes of a date come out.

A slash is much like a slanted 1, so three things are weighed: what the verifier takes the stroke for, how long it is
beside the digits around it, and whether a day, a month and a year would stand around the two of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product

from digits.reading.layout.grouping import find_starts
from digits.reading.layout.separators import STRAIGHT, follow_stroke
from digits.reading.quantiles import median
from digits.reading.result import Digit
from digits.reading.segmentation.ink_assignment import Ink

# A slash leans to the right by at least so many degrees.
LEAST_TILT_DEG = 8.0
# A stroke as long as the digits around it is rather a 1, one longer by twice as much rather a slash: log-odds for each
# digit's height that it is longer than the usual, and the most that its length says.
USUAL, PER_HEIGHT, MOST_ODDS = 1.04, 20.0, 1.5
# The verifier has no more of a say than this, in log-odds.
MOST_SEEN = 3.0
# How many digits day, month and year have, in the orders in which people write them.
SHAPES = (*product((1, 2), (1, 2), (2, 4)), *product((4,), (1, 2), (1, 2)))


@dataclass(frozen=True)
class PossibleDate:
    """``digits[start:end]`` may be a date whose slashes are ``slashes``."""

    start: int
    end: int
    slashes: tuple[int, int]


def find_possible_dates(digits: Sequence[Digit], height_px: float) -> list[PossibleDate]:
    """Return what would be dates in a row if two of its 1s were slashes.

    Args:
        digits: of the row, left to right, all with boxes.
        height_px: how high a digit of the row is.
    """
    values = [_likeliest(digit) for digit in digits]
    if values.count(1) < 2:
        return []
    ends = [*find_starts([box for digit in digits if (box := digit.box)], height_px), len(digits)]
    found = []
    for start in (0, *ends[:-1]):
        for first, second, third in SHAPES:
            slashes = start + first, start + first + 1 + second
            end = slashes[1] + 1 + third
            if end in ends and values[slashes[0]] == values[slashes[1]] == 1:
                date = PossibleDate(start, end, slashes)
                if _is_date(values, date):
                    found.append(date)
    return found


def find_date_slashes(
    digits: Sequence[Digit], inks: Sequence[Ink], odds: Sequence[float], height_px: float, among: Collection[int]
) -> list[int]:
    """Return the places of the slashes of dates, out of a row's digits.

    Args:
        digits: of the row, left to right, all with boxes.
        inks: of the same digits.
        odds: by what log-odds the verifier takes each of them for a slash rather than a 1; 0 where nobody asked it.
        height_px: how high a digit of the row is.
        among: the places of those that are looked at.
    """
    dates = [date for date in find_possible_dates(digits, height_px) if set(range(date.start, date.end)) <= set(among)]
    weighed = [(sum(_odds_of(k, date, inks, odds) for k in date.slashes), date) for date in dates]
    found: list[PossibleDate] = []
    for _, date in sorted(((sure, date) for sure, date in weighed if sure > 0), key=lambda pair: -pair[0]):
        if all(date.end <= other.start or other.end <= date.start for other in found):
            found.append(date)
    return sorted(k for date in found for k in date.slashes)


def _odds_of(k: int, date: PossibleDate, inks: Sequence[Ink], odds: Sequence[float]) -> float:
    """Return the log-odds that a stroke of a possible date is a slash rather than a 1."""
    stroke = follow_stroke(inks[k].ink)
    if stroke is None or stroke.tilt < LEAST_TILT_DEG or abs(stroke.bend) > STRAIGHT:
        return float("-inf")
    others = median([inks[i].box.height for i in range(date.start, date.end) if i not in date.slashes])
    longer = PER_HEIGHT * (inks[k].box.height / others - USUAL)
    seen = min(MOST_SEEN, max(-MOST_SEEN, odds[k]))
    return min(MOST_ODDS, max(-MOST_ODDS, longer)) + seen


def _is_date(values: Sequence[int], date: PossibleDate) -> bool:
    """Tell whether the three numbers are a day, a month and a year, in an order that is in use."""
    first, second = date.slashes
    parts = values[date.start : first], values[first + 1 : second], values[second + 1 : date.end]
    one, two, three = (int("".join(map(str, part))) for part in parts)
    if len(parts[0]) == 4:
        return _is_year(parts[0]) and 1 <= two <= 12 and 1 <= three <= 31
    is_day_and_month = 1 <= min(one, two) <= 12 and max(one, two) <= 31
    return is_day_and_month and _is_year(parts[2])


def _is_year(digits: Sequence[int]) -> bool:
    """Tell whether two digits, or four, are those of a year from 1000 to 2999."""
    return len(digits) == 2 or digits[0] in (1, 2)


def _likeliest(digit: Digit) -> int:
    return max(range(10), key=lambda value: digit.probabilities[value])
