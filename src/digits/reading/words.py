"""The digits of one row go in; the groups that are no numbers come out: printed words beside what was written.

Neither network has seen a letter, so a word is read as digits, most of them doubtful. Where a number without any doubt
stands in the same row, a group of which many are in doubt is no worse written number but a word. Where nothing in the
row is sure, nothing is left out. The bounds were chosen on words in five typefaces beside lines of validation digits,
with an eye on amounts, of which none may be lost (docs/log.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from digits.reading.line import make_line
from digits.reading.result import Digit
from digits.reading.spotter import Sighting

# A digit is in doubt below this confidence, or if it is less present than the second.
SURE, PRESENT = 0.97, 0.95
# A word has so many letters, of which this share is in doubt; a sure number has as many digits, and none in doubt.
SHORTEST, DOUBTED = 3, 0.4


def find_words(digits: Sequence[Digit], sightings: Sequence[Sighting], height_px: float) -> list[range]:
    """Return the groups of a row that are words, as ranges of its digits.

    Args:
        digits: of the row, left to right, all with boxes.
        sightings: of the same digits.
        height_px: of the row's digits.
    """
    if len(digits) < 2 * SHORTEST:
        return []
    groups = [group for group in _groups(digits, height_px) if len(group) >= SHORTEST]
    doubts = [_share_in_doubt(digits, sightings, group) for group in groups]
    if 0 not in doubts:
        return []
    return [group for group, doubt in zip(groups, doubts, strict=True) if doubt >= DOUBTED]


def _groups(digits: Sequence[Digit], height_px: float) -> Iterator[range]:
    starts = make_line(digits, height_px).starts
    return (range(first, end) for first, end in pairwise((0, *starts, len(digits))))


def _share_in_doubt(digits: Sequence[Digit], sightings: Sequence[Sighting], group: range) -> float:
    in_doubt = [digits[k].confidence < SURE or sightings[k].presence < PRESENT for k in group]
    return sum(in_doubt) / len(in_doubt)
