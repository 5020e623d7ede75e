"""The digits of one row go in; the groups that are no numbers come out: words, printed or written.

A letter may look like a digit, but its neighbours tell: the verifier sees both, and says of each digit how sure it is
that there is one. A group is judged as a whole, by those of its digits that are least sure, so that one odd digit does
not cost a number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from digits.reading.layout.grouping import find_groups
from digits.reading.result import Digit
from digits.reading.spotting.spotter import Sighting

# A group is none if the log-odds that its digits are some, the mean over them, are less; the second holds in a row of
# another height than the page's others, which may be anything.
LEAST_ODDS, LEAST_UNUSUAL_ODDS = -3.6, 1.8  # the first after a look at digits by themselves (docs/log.md)
# No digit has more of a say.
MOST_ODDS = 6.0
# So many of a group's digits are asked about: those that the networks are least sure of.
MOST_ASKED = 3


def to_verify(digits: Sequence[Digit], sightings: Sequence[Sighting], height_px: float) -> list[int]:
    """Return the numbers of a row's digits that the verifier is to be asked about, some of each group.

    Args:
        digits: of the row, left to right, all with boxes.
        sightings: of the same digits.
        height_px: of the row's digits.
    """
    asked: list[int] = []
    for group in _groups(digits, height_px):
        asked += sorted(group, key=lambda k: digits[k].confidence * sightings[k].presence)[:MOST_ASKED]
    return asked


def find_words(digits: Sequence[Digit], height_px: float, *, is_usual: bool = True) -> list[range]:
    """Return the groups of a row that are no numbers, as ranges of its digits.

    Args:
        digits: of the row, left to right, all with boxes; with presence where ``to_verify`` says so.
        height_px: of the row's digits.
        is_usual: whether they are as high as others on the page.
    """
    least, words = LEAST_ODDS if is_usual else LEAST_UNUSUAL_ODDS, []
    for group in _groups(digits, height_px):
        some = [digits[k] for k in group]
        # Strokes alone are a number only where others are as high.
        if _odds(some) < least or (not is_usual and all(digit.value == 1 for digit in some)):
            words.append(group)
    return words


def _odds(digits: Sequence[Digit]) -> float:
    """Return the mean log-odds that the digits are some, over those of which it is known."""
    odds = []
    for presence in (digit.presence for digit in digits if digit.presence is not None):
        some = min(max(presence, 1e-6), 1 - 1e-6)
        odds.append(min(MOST_ODDS, max(-MOST_ODDS, math.log(some / (1 - some)))))
    return sum(odds) / len(odds) if odds else MOST_ODDS


def _groups(digits: Sequence[Digit], height_px: float) -> list[range]:
    return find_groups([box for digit in digits if (box := digit.box)], height_px)
