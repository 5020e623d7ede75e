"""A page's ink as it stands goes in; how much sense it makes to the spotter comes out.

Asked for the negative, digits are doubtful, and ink is of none.
"""

from __future__ import annotations

import numpy as np

from digits.reading.geometry import BOXES_AT_ONCE, as_places
from digits.reading.ink.connected_components import Parts
from digits.reading.result import FloatArray, IntArray
from digits.reading.spotting.spotter import Sighting, Spot, look_along
from digits.reading.spotting.text_lines import find_rows

# So many rows, spread over the page, tell how little sense it makes.
MOST_ROWS = 40
# Where all ink is of no digit, a page makes so little sense, in nats.
UNREAD = 2.0


def find_doubt(ink: FloatArray, parts: Parts, spot: Spot) -> float:
    """Return how little sense a page makes as it stands, in nats: about the digits, and about ink that is of none.

    It is infinite where no digit is seen.
    """
    found, members = look_over(ink, parts, spot)
    if not found:
        return float("inf")
    doubt = -float(np.mean([np.log(one.presence * float(one.probabilities.max())) for one in found]))
    return doubt + UNREAD * _unread_share(parts, members, found)


def look_over(ink: FloatArray, parts: Parts, spot: Spot) -> tuple[list[Sighting], IntArray]:
    """Return the digits that are spotted on a page as it stands, on 40 rows at most, and the parts on and off these."""
    rows, left = find_rows(parts)
    if len(rows) > MOST_ROWS:
        rows = [rows[i] for i in np.linspace(0, len(rows) - 1, MOST_ROWS).astype(np.int64)]
    found = [one for row in rows for one in look_along(ink, parts, row, spot)[0]]
    return found, np.array([*left, *(i for row in rows for i in row.parts)], np.int64)


def _unread_share(parts: Parts, members: IntArray, found: list[Sighting]) -> float:
    """Return the share of the ink of ``members`` that lies in no digit's box."""
    middles = parts.boxes[members, :2] + parts.boxes[members, 2:] / 2
    boxes = as_places([one.box for one in found])
    is_read = np.zeros(len(members), bool)
    for some in np.array_split(boxes, 1 + len(boxes) // BOXES_AT_ONCE):
        inside = (middles[:, None] >= some[:, :2]) & (middles[:, None] <= some[:, :2] + some[:, 2:])
        is_read |= np.any(inside.all(axis=2), axis=1)
    areas = parts.areas[members]
    return float(areas[~is_read].sum() / areas.sum())
