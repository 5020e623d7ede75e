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

from digits.reading.geometry import around
from digits.reading.layout.grouping import find_starts
from digits.reading.result import Box, Digit
from digits.reading.spotting.spotter import Sighting

# A digit is in doubt below this confidence, or if it is less present than the second.
SURE, PRESENT = 0.97, 0.95
# A word has so many letters, of which this share is in doubt; a sure number has as many digits, and none in doubt.
SHORTEST, DOUBTED = 3, 0.4
# What was not read is a letter if both its sides are so long in digits' heights, which commas are not; where fewer
# were read than a word has letters, it has so many of these. Letters are not so far apart, and more are noise.
LETTER, LEAST_LETTERS, APART, MOST_LETTERS = 0.25, 2, 0.5, 100
# A number unlike all others on the page has at least this belief, as the geometric mean over its digits; with as many
# digits as a word the second will do. Chosen on collages of doodles and letters beside numbers of validation digits.
LEAST_BELIEF, LEAST_OF_LONG = 0.95, 0.8


def find_words(
    digits: Sequence[Digit], sightings: Sequence[Sighting], height_px: float, unread: Sequence[Box] = ()
) -> list[range]:
    """Return the groups of a row that are words, as ranges of its digits.

    Args:
        digits: of the row, left to right, all with boxes.
        sightings: of the same digits.
        height_px: of the row's digits.
        unread: the parts of the row that are of no digit; letters among them speak for a word.
    """
    if len(digits) <= SHORTEST:
        return []
    groups = list(_groups(digits, height_px))
    doubts = [_in_doubt(digits, sightings, group) for group in groups]
    if not any(len(group) >= SHORTEST and not doubt for group, doubt in zip(groups, doubts, strict=True)):
        return []
    letters = _count_letters(digits, groups, unread, height_px)
    words = []
    for group, doubt, (count, between) in zip(groups, doubts, letters, strict=True):
        is_sure = not doubt and len(group) >= SHORTEST and not between
        is_long = len(group) >= SHORTEST or count >= LEAST_LETTERS
        if is_long and not is_sure and doubt + count >= max(DOUBTED * (len(group) + count), LEAST_LETTERS):
            words.append(group)
    return words


def _count_letters(
    digits: Sequence[Digit], groups: Sequence[range], unread: Sequence[Box], height_px: float
) -> list[tuple[int, int]]:
    """Return how many unread parts as large as letters are in one piece of the row with each group, and within it."""
    letters = [box for box in unread if min(box.width, box.height) >= LETTER * height_px]
    if len(letters) > MOST_LETTERS:
        return [(0, 0)] * len(groups)
    counts = []
    for group in groups:
        span = around([box for k in group if (box := digits[k].box)])
        left, right = span.x, span.x + span.width
        rest, count = letters, 0
        between = sum(left < box.x + box.width / 2 < right for box in letters)
        while near := [box for box in rest if _gap(box, left, right) < APART * height_px]:
            left, right = min(left, *(box.x for box in near)), max(right, *(box.x + box.width for box in near))
            rest, count = [box for box in rest if box not in near], count + len(near)
        counts.append((count, between))
    return counts


def _gap(box: Box, left: int, right: int) -> int:
    return max(box.x - right, left - box.x - box.width)


def is_number(digits: Sequence[Digit], sightings: Sequence[Sighting], *, among: Sequence[int]) -> bool:
    """Tell whether those of a row's digits whose places are given are hardly in doubt, and not strokes alone."""
    if all(digits[k].value == 1 for k in among):
        return False
    doubt = -sum(math.log(digits[k].confidence * sightings[k].presence) for k in among)
    return math.exp(-doubt / len(among)) >= (LEAST_OF_LONG if len(among) >= SHORTEST else LEAST_BELIEF)


def _groups(digits: Sequence[Digit], height_px: float) -> Iterator[range]:
    starts = find_starts([box for digit in digits if (box := digit.box)], height_px)
    return (range(first, end) for first, end in pairwise((0, *starts, len(digits))))


def _in_doubt(digits: Sequence[Digit], sightings: Sequence[Sighting], group: Sequence[int]) -> int:
    return sum(digits[k].confidence < SURE or sightings[k].presence < PRESENT for k in group)
