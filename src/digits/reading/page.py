"""A greyscale image of a page goes in; its reading comes out, with every stage on the way.

The story: paint over what surrounds the sheet, leave out pixels that large digits do not need, find the ink, turn it
upright, take printed lines and drawn rings out, find connected parts and rows; one network spots the digits of each
row, each gets its ink and the strokes that fly over it (where there is next to nothing, all ink may be one digit's),
another network looks at all of them at once, and what both say is read, without the words beside it and the flourishes.
Nothing here knows files or models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from digits.reading.alone import find_alone
from digits.reading.cells import read_cells
from digits.reading.coarse import enlarge_box, enlarge_reading, find_factor
from digits.reading.doubts import MOST_FAINT, clear_faint, find_doubts
from digits.reading.frame import frame_digit
from digits.reading.grid import find_grid
from digits.reading.ink import find_ink, typical
from digits.reading.joins import Pair, join_pieces
from digits.reading.line import make_line
from digits.reading.low import LOW_PRESENCE, find_low
from digits.reading.marks import find_marks, hold_marks, mark_kind
from digits.reading.opinions import agree
from digits.reading.overlap import around, as_places, find_same
from digits.reading.overlooked import find_overlooked
from digits.reading.parts import Parts
from digits.reading.result import Digit, FloatArray, Line, Mark, Reading
from digits.reading.rows import Row, find_rows
from digits.reading.ruling import Unruled, find_unruled
from digits.reading.second_look import look_twice
from digits.reading.share import Ink, share_ink
from digits.reading.sheet import clear_surroundings, is_light_on_dark_page
from digits.reading.spotter import MOST_SIGHTINGS, Sighting, Spot, find_doubt, look_along
from digits.reading.steps import Classify, MakeDigit, Steps
from digits.reading.tops import adopt_strokes
from digits.reading.upright import find_quarters, find_skew, turn
from digits.reading.views import coarsen, limit_factor, look_at
from digits.reading.words import find_words


@dataclass(frozen=True)
class _RowWork:
    row: Row
    sightings: list[Sighting]
    faint: list[Sighting]
    height_px: float
    pairs: Sequence[Pair] = ()


def read_page(grey: FloatArray, classify: Classify, spot: Spot, make_digit: MakeDigit) -> Steps:
    """Read a page.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        classify: from frames uint8 (n, 28, 28) to calibrated probabilities float32 (n, 10).
        spot: the network of spotter.py.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
    """
    limit = limit_factor(grey)
    photo = look_at(coarsen(grey, limit))
    square = find_grid(photo)
    if square is not None and (steps := read_cells(square, classify, make_digit)):
        return steps
    cleared = clear_surroundings(photo)
    light_on_dark = is_light_on_dark_page(cleared)
    factor = find_factor(cleared, light_on_dark=light_on_dark)
    page = coarsen(cleared.grey, factor)
    upright = _set_upright(find_ink(page, light_on_dark=light_on_dark), classify, spot)
    work, left = _look_at_rows(upright, classify, spot)
    inks, marks = _share_inks(upright.unruled.parts, work)
    shown = np.stack([frame_digit(ink.ink) for ink in inks]) if inks else np.zeros((0, 28, 28), np.uint8)
    sightings = [one for item in work for one in item.sightings]
    seen = np.array([one.probabilities for one in sightings], np.float32).reshape(-1, 10)
    is_cut = [ink.is_cut for ink in inks]
    believed = agree(look_twice(shown, classify), seen, np.array(is_cut, bool)) if inks else seen
    digits = [make_digit(each, ink.box) for each, ink in zip(believed, inks, strict=True)]
    lines, words, is_kept = _make_lines(digits, is_cut, work, make_digit)
    marks = [Mark("rule", box) for box in upright.unruled.lines] + left + marks + words
    marks += [Mark("ring", box) for box in upright.unruled.rings]
    turned = turn(grey, upright.angle, paper=typical(page))
    height, width = turned.shape
    reading = Reading(lines, tuple(marks), upright.angle, width, height)
    boxes = tuple(enlarge_box(one.box, limit * factor) for one in sightings)
    frames = shown[np.array(is_kept, bool)]
    return Steps(turned, upright.ink, upright.unruled.ink, boxes, frames, enlarge_reading(reading, limit * factor))


def _look_at_rows(upright: _Upright, classify: Classify, spot: Spot) -> tuple[list[_RowWork], list[Mark]]:
    """Return the rows with the digits that were spotted on each, and the marks that are in no row."""
    ink, parts = upright.unruled.unboxed, upright.unruled.parts
    rows, left = find_rows(parts)
    work = [_RowWork(row, *look_along(ink, parts, row, spot)) for row in rows]
    work = _clear_faint(_once([_without_marks(item, upright.unruled) for item in work]))
    mended = []
    for item in work:
        mended.append(_mended(item, parts, left, classify))
        left = [i for i in left if i not in mended[-1].row.parts]
    alone = find_alone(parts, [one for item in mended for one in item.sightings], classify, spot)
    if alone:
        digit, strokes = alone
        mended = [_RowWork(Row(strokes, digit.box.height), [digit], [], digit.box.height)]
        left = [i for i in range(len(parts)) if i not in strokes]
    return mended, [Mark("other", parts.box(i)) for i in left]


def _share_inks(parts: Parts, work: Sequence[_RowWork]) -> tuple[list[Ink], list[Mark]]:
    """Return the ink of each digit, row by row, and the parts of rows that belong to none."""
    inks: list[Ink] = []
    marks: list[Mark] = []
    for item in work:
        found, rest = share_ink(parts, item.row.parts, [one.box for one in item.sightings], item.height_px)
        inks += found
        marks += [Mark(mark_kind(parts, i, item.row, item.height_px), parts.box(i)) for i in rest]
    return inks, marks


def _make_lines(
    digits: Sequence[Digit], is_cut: Sequence[bool], work: Sequence[_RowWork], make_digit: MakeDigit
) -> tuple[tuple[Line, ...], list[Mark], list[bool]]:
    """Return the lines that ``digits`` make, the words that were taken for digits, and which digits are kept."""
    lines, marks, is_kept, start = [], [], [True] * len(digits), 0
    for item in work:
        own = slice(start, start + len(item.sightings))
        some = digits[own]
        words = find_words(some, item.sightings, item.height_px)
        numbers = sorted(set(range(len(some))).difference(*words))
        low = find_low(some, item.sightings, is_cut[own], among=numbers)
        marks += [Mark("word", around([item.sightings[k].box for k in word])) for word in words]
        marks += [Mark("other", box) for k in low if (box := some[k].box)]
        for k in (*low, *chain.from_iterable(words)):
            is_kept[start + k] = False
        kept = [digit for k, digit in enumerate(some, start) if is_kept[k]]
        if kept:
            rest = _without(item, words, low)
            doubts = find_doubts(kept, rest.sightings, rest.faint, rest.pairs, make_digit)
            lines.append(replace(make_line(kept, item.height_px), doubts=doubts))
        start += len(some)
    return tuple(lines), marks, is_kept


def _without(item: _RowWork, words: Sequence[range], low: Sequence[int]) -> _RowWork:
    """Take the words out of a row, and leave what is too low for a digit as one that may be there."""
    if not words and not low:
        return item
    gone = {id(item.sightings[k]) for k in (*low, *chain.from_iterable(words))}
    places = as_places([around([item.sightings[k].box for k in word]) for word in words])
    faint = clear_faint(item.faint, places)
    maybe = [replace(one, presence=min(one.presence, LOW_PRESENCE)) for one in (item.sightings[k] for k in low)]
    return replace(
        item,
        sightings=[one for one in item.sightings if id(one) not in gone],
        faint=faint + maybe if len(faint) + len(maybe) <= MOST_FAINT else faint,
        pairs=[pair for pair in item.pairs if gone.isdisjoint(map(id, (pair.one, pair.other, pair.whole)))],
    )


def _without_marks(item: _RowWork, unruled: Unruled) -> _RowWork:
    parts = unruled.parts
    marks = find_marks(parts, item.row, item.height_px)
    if not marks and not unruled.lines:
        return item
    sightings, faint = (
        [one for one, is_mark in zip(some, held, strict=True) if not (is_mark or unruled.is_rule(one.box))]
        for some in (item.sightings, item.faint)
        for held in [hold_marks(as_places([one.box for one in some]), parts, item.row, marks)]
    )
    return replace(item, sightings=sightings, faint=faint)


def _mended(item: _RowWork, parts: Parts, left: Sequence[int], classify: Classify) -> _RowWork:
    """Join what are pieces of one digit, find what was overlooked, and give digits the strokes that fly over them."""
    row, height = item.row, item.height_px
    sightings, pairs = join_pieces(parts, row.parts, item.sightings, height, classify)
    sightings, faint = find_overlooked(parts, row.parts, sightings, item.faint, height, classify)
    grown, taken = adopt_strokes(parts, row.parts, left, sightings, height, classify)
    row = replace(row, parts=sorted([*row.parts, *taken], key=lambda i: int(parts.boxes[i, 0])))
    now = {id(before): after for before, after in zip(sightings, grown, strict=True)}

    def grow(one: Sighting) -> Sighting:
        return now.get(id(one), one)

    pairs = [replace(pair, one=grow(pair.one), other=grow(pair.other), whole=grow(pair.whole)) for pair in pairs]
    return replace(item, row=row, sightings=grown, faint=faint, pairs=pairs)


def _once(work: Sequence[_RowWork]) -> list[_RowWork]:
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


def _clear_faint(work: Sequence[_RowWork]) -> list[_RowWork]:
    """Drop faint sightings of what is a digit of another row."""
    boxes = as_places([one.box for item in work for one in item.sightings])
    rows = np.repeat(np.arange(len(work)), [len(item.sightings) for item in work])
    return [
        replace(item, faint=clear_faint(item.faint, boxes[rows != k])) if item.faint else item
        for k, item in enumerate(work)
    ]


@dataclass(frozen=True, eq=False)
class _Upright:
    ink: FloatArray
    unruled: Unruled
    angle: float


def _set_upright(ink: FloatArray, classify: Classify, spot: Spot) -> _Upright:
    """Find parts; turn the page and find them anew where it does not stand upright."""
    unruled = find_unruled(ink)
    quarters = find_quarters(unruled.parts, classify)
    if quarters:
        turned = turn(ink, 90.0 * quarters)
        found = find_unruled(turned)
        # Digits that touch make parts that tell no direction; rows of them do.
        if find_doubt(found.unboxed, found.parts, spot) < find_doubt(unruled.unboxed, unruled.parts, spot):
            ink, unruled = turned, found
        else:
            quarters = 0
    skew = find_skew(unruled.parts)
    if skew:
        ink = turn(ink, skew)
        unruled = find_unruled(ink)
    angle = 90.0 * quarters + skew
    return _Upright(ink, unruled, angle if angle <= 180 else angle - 360)
