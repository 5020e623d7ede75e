"""The digits seen in a row go in; those that are pieces of one digit come out as that digit.

Where a stem stands off its ring, or a stroke sets off far from the rest, the spotter sees two digits. They overlap, and
it doubts one of them; if the digit network then reads the ink of both as one digit, they are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digits.reading.geometry import around
from digits.reading.ink.connected_components import Parts
from digits.reading.recognition.frame import frame_digit
from digits.reading.segmentation.ink_assignment import Ink, share_ink
from digits.reading.spotting.spotter import Sighting
from digits.reading.steps import Classify

# One of two pieces has a presence below the first, or below the second where it is lower than that share of a digit.
DOUBTED, DOUBTED_LOW, LOW = 0.95, 0.99, 0.5
# The whole is no wider than a digit's height times this, and the digit network is so sure of it. All bounds were
# chosen on lines of validation digits (docs/log.md).
WIDEST, SURE = 1.1, 0.99


@dataclass(frozen=True, eq=False)
class Pair:
    """Two neighbours that may be one digit, and that digit; ``is_joined`` tells what they were taken for."""

    one: Sighting
    other: Sighting
    whole: Sighting
    is_joined: bool


def join_pieces(
    parts: Parts, row_parts: Sequence[int], sightings: Sequence[Sighting], height_px: float, classify: Classify
) -> tuple[list[Sighting], list[Pair]]:
    """Return the digits of a row, left to right, with each two that are pieces of one joined; and all who may be.

    Args:
        parts: of the page.
        row_parts: which of them are the row's.
        sightings: of its digits, left to right.
        height_px: of its digits.
    """
    places = [k for k, pair in enumerate(pairwise(sightings)) if _may_be_one(*pair, height_px)]
    if not places:
        return list(sightings), []
    inks = [_whole(parts, row_parts, sightings, k, height_px) for k in places]
    answers = classify(np.stack([frame_digit(ink.ink) for ink in inks]))
    joined, pairs = dict(enumerate(sightings)), []
    for i in np.argsort(-answers.max(axis=1), kind="stable").tolist():
        k = places[i]
        one, other = sightings[k : k + 2]
        whole = Sighting(around([one.box, other.box]), max(one.presence, other.presence), answers[i])
        is_free = joined.get(k) is one and joined.get(k + 1) is other
        is_joined = is_free and answers[i].max() > SURE and _is_doubted(one, other, height_px)
        if is_joined:
            joined[k] = whole
            del joined[k + 1]
        pairs.append(Pair(one, other, whole, is_joined))
    return [joined[k] for k in sorted(joined)], pairs


def _may_be_one(one: Sighting, other: Sighting, height_px: float) -> bool:
    is_narrow = around([one.box, other.box]).width < WIDEST * height_px
    return is_narrow and other.box.x <= one.box.x + one.box.width


def _is_doubted(one: Sighting, other: Sighting, height_px: float) -> bool:
    is_low = min(one.box.height, other.box.height) < LOW * height_px
    return min(one.presence, other.presence) < (DOUBTED_LOW if is_low else DOUBTED)


def _whole(parts: Parts, row_parts: Sequence[int], sightings: Sequence[Sighting], k: int, height_px: float) -> Ink:
    """Return the ink of the digits ``k`` and ``k + 1`` together."""
    boxes = [one.box for one in sightings]
    boxes[k : k + 2] = [around(boxes[k : k + 2])]
    return share_ink(parts, row_parts, boxes, height_px)[0][k]
