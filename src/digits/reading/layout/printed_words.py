"""The digits of a page's rows go in; the groups that are no numbers come out: words, printed or written.

A letter may look like a digit, but its neighbours tell: the verifier sees both, and says of each digit how sure it is
that there is one. What is none is seldom surely this digit and no other, so how sure that is counts half as much. A
group is judged by the mean of these log-odds, so that one odd digit does not cost a number; and as a group of its page
(page_prior.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digits.reading.detection.verification import log_odds
from digits.reading.layout.grouping import find_groups
from digits.reading.layout.page_prior import find_prior
from digits.reading.result import Digit

# In a row of another height than the page's others, which may be anything, the log-odds have to be so much.
LEAST_UNUSUAL_ODDS = 4.0
# Neither of a digit's log-odds is more; that it is this digit and no other has so much of a say (docs/log.md).
MOST_ODDS, SHARE = 6.0, 0.5


@dataclass(frozen=True)
class WrittenRow:
    """The digits of a row, left to right, with boxes; the height of its digits; whether most others are as high."""

    digits: Sequence[Digit]
    height_px: float
    is_usual: bool = True


def find_words(rows: Sequence[WrittenRow]) -> list[list[range]]:
    """Return for each row its groups that are no numbers, as ranges of its digits; a digit without presence is sure."""
    groups = [find_groups([box for digit in row.digits if (box := digit.box)], row.height_px) for row in rows]
    odds = [[_odds(row, group) for group in own] for row, own in zip(rows, groups, strict=True)]
    each = np.array([one for own in odds for one in own], np.float32)
    prior = find_prior(each, np.ones(len(each), np.float32))  # whatever their heights
    is_word = iter((each + prior < 0).tolist())
    return [[group for group in own if next(is_word)] for own in groups]


def _odds(row: WrittenRow, group: range) -> float:
    """Return the log-odds that a group by itself is a number."""
    some = [row.digits[k] for k in group]
    # Strokes alone are a number only where others are as high.
    if not row.is_usual and all(digit.value == 1 for digit in some):
        return -MOST_ODDS
    asked = [(digit.presence, digit.confidence) for digit in some if digit.presence is not None]
    if not asked:
        return MOST_ODDS
    presence, confidence = np.clip(log_odds(np.array(asked, np.float32).T), -MOST_ODDS, MOST_ODDS)
    return float((presence + SHARE * confidence).mean()) - (0.0 if row.is_usual else LEAST_UNUSUAL_ODDS)
