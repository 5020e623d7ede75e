"""A greyscale image of a page goes in; its reading comes out, with every stage on the way.

The story: paint over what surrounds the sheet, find the ink, turn it upright, take printed lines out, find connected
parts and rows; one network spots the digits of each row, each gets its ink, another network looks at all of them at
once, and what both say is read. Nothing here knows files or models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digits.reading.cells import read_cells
from digits.reading.frame import frame_digit
from digits.reading.grid import find_grid
from digits.reading.ink import find_ink
from digits.reading.joins import join_pieces
from digits.reading.line import make_line
from digits.reading.marks import find_marks, is_mark, mark_kind
from digits.reading.parts import Parts
from digits.reading.result import Box, FloatArray, Mark, Reading
from digits.reading.rows import Row, find_rows
from digits.reading.ruling import find_unruled
from digits.reading.share import share_ink
from digits.reading.sheet import clear_surroundings, is_light_on_dark_page
from digits.reading.spotter import Sighting, Spot, find_doubt, look_along
from digits.reading.steps import Classify, MakeDigit, Steps
from digits.reading.upright import find_quarters, find_skew, turn

# What the spotter says weighs so much beside the digit network, in logarithms: of a digit by itself, and of one that
# was cut off another, whose frame the digit network has reason to doubt.
SHARE_WHOLE, SHARE_CUT = 0.4, 0.7
# Two rows see the same digit where its boxes share this much of the smaller one.
SAME = 0.5
# One row sees a digit twice where two boxes share this much of what they cover together; a slim 1 in the box of a
# slanted neighbour shares less.
ALIKE = 0.3
TINY = 1e-6


@dataclass(frozen=True)
class _RowWork:
    row: Row
    sightings: list[Sighting]
    height_px: float


def read_page(grey: FloatArray, classify: Classify, spot: Spot, make_digit: MakeDigit) -> Steps:
    """Read a page.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        classify: from frames uint8 (n, 28, 28) to calibrated probabilities float32 (n, 10).
        spot: the network of spotter.py.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
    """
    square = find_grid(grey)
    if square is not None and (steps := read_cells(square, classify, make_digit)):
        return steps
    cleared = clear_surroundings(grey)
    upright = _set_upright(find_ink(cleared, light_on_dark=is_light_on_dark_page(cleared)), classify, spot)
    parts = upright.parts
    rows, left = find_rows(parts)
    marks = [Mark("rule", box) for box in upright.rules] + [Mark("other", parts.box(i)) for i in left]
    work = [_RowWork(row, *look_along(upright.ink, parts, row, spot)) for row in rows]
    work = [_joined(item, parts, classify) for item in _once([_without_marks(item, parts) for item in work])]
    boxes, frames, shares = [], [], []
    for item in work:
        inks, rest = share_ink(parts, item.row.parts, [one.box for one in item.sightings], item.height_px)
        marks += [Mark(mark_kind(parts, i, item.row, item.height_px), parts.box(i)) for i in rest]
        boxes += [ink.box for ink in inks]
        frames += [frame_digit(ink.ink) for ink in inks]
        shares += [SHARE_CUT if ink.is_cut else SHARE_WHOLE for ink in inks]
    shown = np.stack(frames) if frames else np.zeros((0, 28, 28), np.uint8)
    sightings = [one for item in work for one in item.sightings]
    probabilities = _both(classify(shown), sightings, shares) if frames else np.zeros((0, 10), np.float32)
    digits = [make_digit(each, box) for each, box in zip(probabilities, boxes, strict=True)]
    lines, start = [], 0
    for item in work:
        end = start + len(item.sightings)
        if end > start:
            lines.append(make_line(digits[start:end], item.height_px))
        start = end
    height, width = upright.ink.shape
    reading = Reading(tuple(lines), tuple(marks), upright.angle, width, height)
    turned = turn(grey, upright.angle, paper=float(np.median(cleared)))
    return Steps(turned, upright.ink, upright.unruled, tuple(one.box for one in sightings), shown, reading)


def _both(probabilities: FloatArray, sightings: Sequence[Sighting], shares: Sequence[float]) -> FloatArray:
    """Return the weighted geometric mean of what both networks say, rows summing to 1."""
    seen = np.stack([one.probabilities for one in sightings])
    share = np.array(shares)[:, np.newaxis]
    mean = np.exp((1 - share) * np.log(np.maximum(probabilities, TINY)) + share * np.log(np.maximum(seen, TINY)))
    return np.asarray(mean / mean.sum(axis=1, keepdims=True), np.float32)


def _without_marks(item: _RowWork, parts: Parts) -> _RowWork:
    marks = find_marks(parts, item.row, item.height_px)
    sightings = (
        [one for one in item.sightings if not is_mark(one.box, parts, item.row, marks)] if marks else item.sightings
    )
    return replace(item, sightings=sightings)


def _joined(item: _RowWork, parts: Parts, classify: Classify) -> _RowWork:
    return replace(item, sightings=join_pieces(parts, item.row.parts, item.sightings, item.height_px, classify))


def _once(work: Sequence[_RowWork]) -> list[_RowWork]:
    """Leave each digit to the row that is surest of it: rows look into each other's strips."""
    found = [(one, k) for k, item in enumerate(work) for one in item.sightings]
    found.sort(key=lambda pair: -pair[0].presence)
    corners = np.array([[one.box.x, one.box.y, one.box.width, one.box.height] for one, _ in found]).reshape(-1, 4)
    corners[:, 2:] += corners[:, :2]
    areas = np.prod(corners[:, 2:] - corners[:, :2], axis=1)
    rows = np.array([k for _, k in found])
    is_kept = np.zeros(len(found), bool)
    for i, corner in enumerate(corners):
        shared = np.minimum(corner[2:], corners[:i, 2:]) - np.maximum(corner[:2], corners[:i, :2])
        both = np.prod(np.maximum(shared, 0), axis=1)
        is_same = np.where(
            rows[:i] == rows[i],
            both >= ALIKE * (areas[i] + areas[:i] - both),
            both >= SAME * np.minimum(areas[i], areas[:i]),
        )
        is_kept[i] = not (is_kept[:i] & is_same).any()
    kept: list[list[Sighting]] = [[] for _ in work]
    for i in np.flatnonzero(is_kept).tolist():
        kept[found[i][1]].append(found[i][0])
    return [
        replace(item, sightings=sorted(sightings, key=lambda one: one.box.x + one.box.width / 2))
        for item, sightings in zip(work, kept, strict=True)
    ]


@dataclass(frozen=True)
class _Upright:
    ink: FloatArray
    unruled: FloatArray
    rules: list[Box]
    parts: Parts
    angle: float


def _set_upright(ink: FloatArray, classify: Classify, spot: Spot) -> _Upright:
    """Find parts; turn the page and find them anew where it does not stand upright."""
    unruled, rules, parts = find_unruled(ink)
    quarters = find_quarters(parts, classify)
    if quarters:
        turned = turn(ink, 90.0 * quarters)
        found = find_unruled(turned)
        # Digits that touch make parts that tell no direction; rows of them do.
        if find_doubt(turned, found[2], spot) < find_doubt(ink, parts, spot):
            ink, (unruled, rules, parts) = turned, found
        else:
            quarters = 0
    skew = find_skew(parts)
    if skew:
        ink = turn(ink, skew)
        unruled, rules, parts = find_unruled(ink)
    angle = 90.0 * quarters + skew
    return _Upright(ink, unruled, rules, parts, angle if angle <= 180 else angle - 360)
