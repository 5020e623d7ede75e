"""An upright page's ink and parts go in; its rows come out, each with the digits that were spotted on it.

Nothing here knows what the digit network makes of a digit, but where it tells pieces from digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digits.reading.detection.detections import Detections
from digits.reading.geometry import as_places, find_same
from digits.reading.ink.connected_components import Parts
from digits.reading.ink.line_removal import Unruled
from digits.reading.result import Mark
from digits.reading.segmentation.hypotheses import clear_faint
from digits.reading.segmentation.merging import Pair, join_pieces
from digits.reading.segmentation.missed_digits import find_overlooked
from digits.reading.segmentation.single_digit import find_alone
from digits.reading.spotting.rows import Row, find_one_row, find_rows, row_middle
from digits.reading.spotting.spotter import MOST_SIGHTINGS, Look, Sighting, Spot, look_along
from digits.reading.steps import Classify

# What may have been overlooked is at least and at most so high beside the digits of the page, and no wider than that.
LIKE_DIGITS = (0.4, 2.5)


@dataclass(frozen=True)
class SeenRow:
    """A row, what was seen on it, and what only may be there; ``pairs`` are two that may be one digit."""

    row: Row
    sightings: list[Sighting]
    faint: list[Sighting]
    height_px: float
    pairs: Sequence[Pair] = ()


def see_rows(unruled: Unruled, digits: Detections, classify: Classify, spot: Spot) -> tuple[list[SeenRow], list[Mark]]:
    """Return the rows with the digits that were spotted on each, and the marks that are in no row.

    Args:
        unruled: the page's ink.
        digits: what the detector saw there, with boxes in pixels of the ink.
        classify, spot: the networks that are asked.
    """
    parts = unruled.parts
    rows, left = find_rows(parts, digits)
    work = [SeenRow(row, *look_along(unruled.row_ink, parts, row, spot)) for row in rows]
    work = _clear_faint(_once([_without_bare(item, unruled) for item in work]))
    work, left = _or_alone([_mended(item, parts, classify) for item in work], left, parts, classify, spot)
    seen = sorted(work, key=lambda item: row_middle(parts, item.row))
    return seen, _unread(parts, left, seen)


def see_one_row(
    unruled: Unruled, digits: Detections, classify: Classify, spot: Spot, look: Look
) -> tuple[list[SeenRow], list[Mark]]:
    """Return the only row that there is, with the digits that were spotted on it, and the marks that are not in it."""
    parts = unruled.parts
    row, left = find_one_row(parts, digits)
    work = []
    if row is not None:
        item = _without_bare(SeenRow(row, *look_along(unruled.row_ink, parts, row, spot, look)), unruled)
        (item,) = _once([item])
        work = [_mended(item, parts, classify)]
    work, left = _or_alone(work, left, parts, classify, spot)
    return work, _unread(parts, left, work)


def _unread(parts: Parts, left: Sequence[int], work: Sequence[SeenRow]) -> list[Mark]:
    """Return as marks what is left and may have been overlooked: the grain of a table under the sheet is no number."""
    some = [parts.box(i) for i in left]
    if work:
        least, most = (share * item for share, item in zip(LIKE_DIGITS, _heights(work), strict=True))
        some = [box for box in some if least <= box.height <= most and box.width <= most]
    return [Mark("other", box) for box in some]


def _heights(work: Sequence[SeenRow]) -> tuple[float, float]:
    heights = [item.height_px for item in work]
    return min(heights), max(heights)


def _or_alone(
    work: list[SeenRow], left: list[int], parts: Parts, classify: Classify, spot: Spot
) -> tuple[list[SeenRow], list[int]]:
    """Return the one digit that all ink may be in place of the rows, and the parts that are left."""
    alone = find_alone(parts, [one for item in work for one in item.sightings], classify, spot)
    if not alone:
        return work, left
    digit, strokes = alone
    row = Row(strokes, [digit.box], digit.box.height)
    return [SeenRow(row, [digit], [], digit.box.height)], [i for i in range(len(parts)) if i not in strokes]


def _without_bare(item: SeenRow, unruled: Unruled) -> SeenRow:
    """Leave out what was seen where there is hardly any ink."""
    sightings, faint = ([one for one in some if not unruled.is_bare(one.box)] for some in (item.sightings, item.faint))
    return replace(item, sightings=sightings, faint=faint)


def _mended(item: SeenRow, parts: Parts, classify: Classify) -> SeenRow:
    """Join what are pieces of one digit, and find what was overlooked."""
    row, height = item.row, item.height_px
    sightings, pairs = join_pieces(parts, row.parts, item.sightings, height, classify)
    sightings, faint = find_overlooked(parts, row.parts, sightings, item.faint, height, classify)
    return replace(item, sightings=sightings, faint=faint, pairs=pairs)


def _once(work: Sequence[SeenRow]) -> list[SeenRow]:
    """Leave each digit to the row that is surest of it: rows look into each other's strips."""
    found = [(one, k) for k, item in enumerate(work) for one in item.sightings]
    found = sorted(found, key=lambda pair: -pair[0].presence)[:MOST_SIGHTINGS]
    is_kept = np.ones(len(found), bool)
    for i, surer in find_same([one.box for one, _ in found], np.array([k for _, k in found], np.int64)):
        is_kept[i] &= not is_kept[surer]
    kept: list[list[Sighting]] = [[] for _ in work]
    for i in np.flatnonzero(is_kept).tolist():
        kept[found[i][1]].append(found[i][0])
    return [
        replace(item, sightings=sorted(sightings, key=lambda one: one.box.x + one.box.width / 2))
        for item, sightings in zip(work, kept, strict=True)
    ]


def _clear_faint(work: Sequence[SeenRow]) -> list[SeenRow]:
    """Drop faint sightings of what is a digit of another row."""
    boxes = as_places([one.box for item in work for one in item.sightings])
    rows = np.repeat(np.arange(len(work)), [len(item.sightings) for item in work])
    return [
        replace(item, faint=clear_faint(item.faint, boxes[rows != k])) if item.faint else item
        for k, item in enumerate(work)
    ]
