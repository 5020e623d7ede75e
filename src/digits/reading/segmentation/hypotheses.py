"""What was seen in a row goes in; the other ways to see it come out, each with its odds.

A reading shows the likeliest way alone. Where rules say what a field may contain, the others count: a digit that may be
none, one that only may be there, two that may be one digit, and one that may be two.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from digits.reading.geometry import as_places, is_alike, is_part
from digits.reading.result import Box, Digit, Doubt, IntArray
from digits.reading.segmentation.merging import Pair
from digits.reading.spotting.spotter import LEAST_PRESENCE, Sighting
from digits.reading.steps import MakeDigit

# Less likely ways are not followed. The spotter is sure of both pieces of some digits: so likely are two that it is
# sure of to be one, if the digit network says so, and one that the digit network is sure of to be two.
LEAST_ODDS, PIECES_ODDS = 0.003, 0.05
# So many faint digits a row; where there are more, it is noise that is looked at.
MOST_FAINT = 20
# So many ways a row, the likeliest, and none in longer rows: no field is so long, and a search has to end.
MOST_DOUBTS, LONGEST = 5, 40


def find_doubts(
    digits: Sequence[Digit],
    sightings: Sequence[Sighting],
    faint: Sequence[Sighting],
    pairs: Sequence[Pair],
    make_digit: MakeDigit,
) -> tuple[Doubt, ...]:
    """Return the other ways to see a row.

    Args:
        digits: as they are read, one a sighting.
        sightings: of the row's digits, left to right.
        faint: sightings too faint to be read.
        pairs: of sightings that were joined or may be.
        make_digit: from probabilities float32 (10,) and a box to a digit.
    """
    if len(digits) > LONGEST:
        return ()

    def made(one: Sighting) -> Digit:
        return make_digit(one.probabilities, one.box)

    doubts = [Doubt(k, k + 1, (), _odds_of_none(*pair)) for k, pair in enumerate(zip(digits, sightings, strict=True))]
    doubts += _of_pairs(sightings, pairs, made)
    if len(faint) <= MOST_FAINT:
        doubts += _of_faint(digits, sightings, faint, made)
    likely = sorted((doubt for doubt in doubts if doubt.odds >= LEAST_ODDS), key=lambda doubt: -doubt.odds)
    return tuple(likely[:MOST_DOUBTS])


def _odds_of_none(digit: Digit, seen: Sighting) -> float:
    """Return how likely a digit is none; for one the spotter overlooked, the digit network's confidence tells."""
    presence = seen.presence if seen.presence >= LEAST_PRESENCE else max(seen.presence, digit.confidence)
    return (1 - presence) / presence


def clear_faint(faint: Sequence[Sighting], theirs: IntArray) -> list[Sighting]:
    """Return those of a row's faint sightings that are no digit of another row, whose boxes ``theirs`` has, (n, 4)."""
    if not faint or len(faint) > MOST_FAINT:
        return []
    is_theirs = np.asarray(is_part(as_places([one.box for one in faint])[:, None], theirs).any(axis=1))
    return [one for one, is_other in zip(faint, is_theirs.tolist(), strict=True) if not is_other]


def _of_pairs(
    sightings: Sequence[Sighting], pairs: Sequence[Pair], made: Callable[[Sighting], Digit]
) -> Iterator[Doubt]:
    """Yield two that may be one digit, and one that may be two."""
    places = {id(one): k for k, one in enumerate(sightings)}
    for pair in pairs:
        sure = float(pair.whole.probabilities.max())
        if pair.is_joined:
            k = places[id(pair.whole)]
            yield Doubt(k, k + 1, (made(pair.one), made(pair.other)), max(PIECES_ODDS, 1 - sure))
        elif id(pair.one) in places and id(pair.other) in places:
            k, presence = places[id(pair.one)], min(pair.one.presence, pair.other.presence)
            yield Doubt(k, k + 2, (made(pair.whole),), sure * max(PIECES_ODDS, 1 - presence))


def _of_faint(
    digits: Sequence[Digit], sightings: Sequence[Sighting], faint: Sequence[Sighting], made: Callable[[Sighting], Digit]
) -> Iterator[Doubt]:
    """Yield digits that only may be there: between two, or in what was taken for one."""
    middles = [_middle(one.box) for one in sightings]
    places = as_places([one.box for one in sightings])
    for one, place in zip(faint, as_places([one.box for one in faint]), strict=True):
        odds = one.presence / (1 - one.presence)
        over = np.flatnonzero(is_part(place, places)).tolist()
        if not over:
            k = min(bisect_left(middles, _middle(one.box)), len(digits) - 1)
            both = (digits[k], made(one)) if middles[k] < _middle(one.box) else (made(one), digits[k])
            yield Doubt(k, k + 1, both, odds)
        elif len(over) == 1 and not is_alike(place, places[over[0]]):
            seen = sightings[over[0]]
            first, second = (one, seen) if _middle(one.box) < _middle(seen.box) else (seen, one)
            yield Doubt(over[0], over[0] + 1, (made(first), made(second)), odds)


def _middle(box: Box) -> float:
    return box.x + box.width / 2
