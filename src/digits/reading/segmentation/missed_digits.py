"""The digits of a row and what only may be one go in; the digits that the spotter hardly saw come out among the rest.

The spotter has learned that upright strokes and blots may be no digits, and doubts plain 1s and digits full of ink. Ink
as high as the row's digits, clear of all others, which both networks together take for the same digit, is one for all
that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digits.reading.geometry import as_places, shared_share
from digits.reading.ink.connected_components import Parts
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.multi_view import look_twice
from digits.reading.recognition.pooling import agree
from digits.reading.segmentation.hypotheses import MOST_FAINT
from digits.reading.segmentation.ink_assignment import share_ink
from digits.reading.spotting.spotter import Sighting
from digits.reading.steps import Classify

# A faint sighting is at least so high beside the row's digits, and shares less than this of its box with another. Both
# networks together believe so much in one digit; in a 1 more, for what a pattern of the paper leaves looks like one.
# Chosen on lines of validation digits (docs/log.md).
LEAST_HEIGHT, MOST_SHARED, AGREED, AGREED_ON_ONE = 0.75, 0.2, 0.8, 0.95


def find_overlooked(
    parts: Parts,
    row_parts: Sequence[int],
    sightings: Sequence[Sighting],
    faint: Sequence[Sighting],
    height_px: float,
    classify: Classify,
) -> tuple[list[Sighting], list[Sighting]]:
    """Return the digits of a row, left to right, those that were overlooked among them, and what stays faint.

    Args:
        parts: of the page.
        row_parts: which of them are the row's.
        sightings: of its digits; without any, nothing tells how high digits are there.
        faint: sightings too faint to be read; of more than 20 none is a digit.
        height_px: of the row's digits.
    """
    chances = _stand_clear(sightings, faint, height_px) if sightings and len(faint) <= MOST_FAINT else []
    if not chances:
        return list(sightings), list(faint)
    together = _in_order([*sightings, *chances])
    inks = share_ink(parts, row_parts, [one.box for one in together], height_px)[0]
    asked = [k for k, one in enumerate(together) if any(one is chance for chance in chances)]
    shown = look_twice(np.stack([frame_digit(inks[k].ink) for k in asked]), classify)
    seen = np.stack([together[k].probabilities for k in asked])
    beliefs = agree(shown, seen, np.zeros(len(asked), np.bool_))
    found = [
        together[k]
        for k, belief in zip(asked, beliefs, strict=True)
        if belief.max() >= (AGREED_ON_ONE if belief.argmax() == 1 else AGREED)
        and inks[k].box.height >= LEAST_HEIGHT * height_px
    ]
    return _in_order([*sightings, *found]), [one for one in faint if not any(one is each for each in found)]


def _stand_clear(sightings: Sequence[Sighting], faint: Sequence[Sighting], height_px: float) -> list[Sighting]:
    """Return the faint sightings that are as high as digits and clear of all others, the surest first."""
    taken, chances = list(sightings), []
    for one in sorted(faint, key=lambda each: -each.presence):
        if one.box.height < LEAST_HEIGHT * height_px:
            continue
        if (shared_share(as_places([one.box]), as_places([each.box for each in taken])) < MOST_SHARED).all():
            chances.append(one)
            taken.append(one)
    return chances


def _in_order(sightings: Sequence[Sighting]) -> list[Sighting]:
    return sorted(sightings, key=lambda one: one.box.x + one.box.width / 2)
