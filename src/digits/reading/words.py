"""The digits of one row go in; the groups that are no numbers come out: printed words beside what was written.

Neither network has seen a letter, so a word is read as digits, most of them doubtful. Where a number without any doubt
stands in the same row, a group of which many are in doubt is no worse written number but a word. Where nothing in the
row is sure, nothing is left out. The bounds were chosen on words in five typefaces beside lines of validation digits,
with an eye on amounts, of which none may be lost (docs/log.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from digits.reading.line import make_line
from digits.reading.result import Digit
from digits.reading.spotter import Sighting

# A digit is in doubt below this confidence, or if it is less present than the second.
SURE, PRESENT = 0.97, 0.95
# A word has so many letters, of which this share is in doubt; a sure number has as many digits, and none in doubt.
SHORTEST, DOUBTED = 3, 0.4
# A number unlike all others on the page has at least this belief, as the geometric mean over its digits; with as many
# digits as a word the second will do. Chosen on collages of doodles and letters beside numbers of validation digits.
LEAST_BELIEF, LEAST_OF_LONG = 0.95, 0.8


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


def is_number(digits: Sequence[Digit], sightings: Sequence[Sighting], *, among: Sequence[int]) -> bool:
    """Tell whether those of a row's digits whose places are given are hardly in doubt, and not strokes alone."""
    if all(digits[k].value == 1 for k in among):
        return False
    doubt = -sum(math.log(digits[k].confidence * sightings[k].presence) for k in among)
    return math.exp(-doubt / len(among)) >= (LEAST_OF_LONG if len(among) >= SHORTEST else LEAST_BELIEF)


def _groups(digits: Sequence[Digit], height_px: float) -> Iterator[range]:
    starts = make_line(digits, height_px).starts
    return (range(first, end) for first, end in pairwise((0, *starts, len(digits))))


def _share_in_doubt(digits: Sequence[Digit], sightings: Sequence[Sighting], group: Sequence[int]) -> float:
    in_doubt = [digits[k].confidence < SURE or sightings[k].presence < PRESENT for k in group]
    return sum(in_doubt) / len(in_doubt)
