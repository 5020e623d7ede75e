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
from digits.reading.geometry import as_places, shared_share
from digits.reading.layout.grouping import find_groups
from digits.reading.layout.page_prior import find_prior
from digits.reading.quantiles import median
from digits.reading.result import Box, Digit

# Neither of a digit's log-odds is more; that it is this digit and no other has so much of a say (docs/log.md).
MOST_ODDS, SHARE = 6.0, 0.5
# Rows whose digits differ in height by less than this factor are alike.
ALIKE = 2.0
# Where the detector saw none, or shares less than this of the box with what it saw, it is at least so likely; so is one
# that stands alone.
LEAST_PRESENCE, MOST_SHARED = 0.02, 0.5


@dataclass(frozen=True)
class WrittenRow:
    """The digits of a row, left to right, with boxes, and the height of its digits."""

    digits: Sequence[Digit]
    height_px: float


def find_words(rows: Sequence[WrittenRow]) -> list[list[range]]:
    """Return for each row its groups that are no numbers, as ranges of its digits; a digit without presence is sure."""
    groups = [find_groups([box for digit in row.digits if (box := digit.box)], row.height_px) for row in rows]
    heights = [row.height_px for row in rows for _ in row.digits]
    usual = median(heights) if heights else 0.0
    odds = [
        [_odds([row.digits[k] for k in group], row.height_px / usual) for group in own]
        for row, own in zip(rows, groups, strict=True)
    ]
    each = np.array([one for own in odds for one in own], np.float32)
    prior = find_prior(each, np.ones(len(each), np.float32))  # whatever their heights
    is_word = iter((each + prior < 0).tolist())
    return [[group for group in own if next(is_word)] for own in groups]


def find_unlikely(row: WrittenRow, seen: Sequence[Box], *, among: Sequence[int]) -> list[int]:
    """Return the places of those that are hardly digits: the verifier says so, and no detector or neighbour otherwise.

    Args:
        row: whose digits are looked at.
        seen: where the detector saw digits.
        among: the places of those that are looked at.
    """
    boxes = [box for digit in row.digits if (box := digit.box)]
    places, groups = as_places(seen), find_groups(boxes, row.height_px)
    alone = {group.start for group in groups if len(group) == 1}
    asked = [k for k in among if (sure := row.digits[k].presence) is not None and sure < LEAST_PRESENCE]
    is_seen = np.any(shared_share(as_places(boxes)[:, np.newaxis], places) >= MOST_SHARED, axis=1).tolist()
    return [k for k in asked if k in alone or not is_seen[k]]


def _odds(group: Sequence[Digit], height: float) -> float:
    """Return the log-odds that a group by itself is a number; ``height`` beside the usual one."""
    # Strokes alone are a number only where others are as high.
    if not 1 / ALIKE < height < ALIKE and all(digit.value == 1 for digit in group):
        return -MOST_ODDS
    asked = [(digit.presence, digit.confidence) for digit in group if digit.presence is not None]
    if not asked:
        return MOST_ODDS
    presence, confidence = np.clip(log_odds(np.array(asked, np.float32).T), -MOST_ODDS, MOST_ODDS)
    return float((presence + SHARE * confidence).mean())
