"""A page's ink as it stands goes in; how much sense it makes to the spotter comes out.

Asked the wrong way up, or for the negative, digits are doubtful, and ink is of none. Words are no more doubtful one
way than the other, and letters upside down may be digits; but hardly any number is one without any doubt both ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digits.reading.geometry import BOXES_AT_ONCE, as_places
from digits.reading.ink.connected_components import Parts
from digits.reading.layout.grouping import find_groups
from digits.reading.result import FloatArray
from digits.reading.spotting.spotter import Sighting, Spot, look_along
from digits.reading.spotting.text_lines import Row, find_rows

# So many rows, spread over the page, tell how little sense it makes.
MOST_ROWS = 40
# Where all ink is of no digit, a page makes so little sense, in nats.
UNREAD = 2.0
# A number has so many digits, all of them so present and so likely.
LEAST_DIGITS, PRESENT, LIKELY = 2, 0.95, 0.97


@dataclass(frozen=True)
class Sense:
    """``doubt`` in nats, about the digits and about ink that is of none; how many digits are ``in_numbers`` without
    any doubt."""

    doubt: float
    in_numbers: int


def find_sense(ink: FloatArray, parts: Parts, spot: Spot) -> Sense:
    """Return how much sense a page makes as it stands; its doubt is infinite where no digit is seen."""
    rows, left = find_rows(parts)
    if len(rows) > MOST_ROWS:
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, MOST_ROWS).astype(np.int64)]
    looks = [look_along(ink, parts, row, spot) for row in rows]
    in_numbers = sum(_count_in_numbers(found, height) for found, _, height in looks)
    found = [one for seen, _, _ in looks for one in seen]
    if not found:
        return Sense(float("inf"), in_numbers)
    doubt = -float(np.mean([np.log(one.presence * float(one.probabilities.max())) for one in found]))
    return Sense(doubt + UNREAD * _unread_share(parts, rows, left, found), in_numbers)


def _count_in_numbers(found: list[Sighting], height_px: float) -> int:
    """Return how many of a row's digits are in numbers of which none is in doubt."""
    is_sure = [one.presence >= PRESENT and float(one.probabilities.max()) >= LIKELY for one in found]
    groups = find_groups([one.box for one in found], height_px)
    return sum(len(group) for group in groups if len(group) >= LEAST_DIGITS and all(is_sure[k] for k in group))


def _unread_share(parts: Parts, rows: list[Row], left: list[int], found: list[Sighting]) -> float:
    """Return the share of the rows' ink, and of what is in none, that lies in no digit's box."""
    members = np.array([*left, *(i for row in rows for i in row.parts)], np.int64)
    middles = parts.boxes[members, :2] + parts.boxes[members, 2:] / 2
    boxes = as_places([one.box for one in found])
    is_read = np.zeros(len(members), bool)
    for some in np.array_split(boxes, 1 + len(boxes) // BOXES_AT_ONCE):
        inside = (middles[:, None] >= some[:, :2]) & (middles[:, None] <= some[:, :2] + some[:, 2:])
        is_read |= np.any(inside.all(axis=2), axis=1)
    areas = parts.areas[members]
    return float(areas[~is_read].sum() / areas.sum())
