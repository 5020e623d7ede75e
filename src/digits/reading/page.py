"""A greyscale image of a page goes in; its reading comes out, with every stage on the way.

The story: a page with ruled cells is read in ruled_page.py. On others, paint over what surrounds the sheet, leave out
pixels that large digits do not need, find the ink, turn it upright, take printed lines and drawn rings out, find
connected parts and rows; one network spots the digits of each row, each gets its ink (where there is next to nothing,
all ink may be one digit's), another network looks at all of them at once, and what both say is read, without the words
beside it, slashes and flourishes.
Nothing here knows files or models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np

from digits.reading.detection.detections import SIGNS, kind_odds
from digits.reading.detection.pyramid import as_grey_bytes
from digits.reading.geometry import around, as_edges, as_places, enlarge_box
from digits.reading.ink.binarization import find_ink, typical
from digits.reading.ink.border_removal import clear_surroundings
from digits.reading.ink.connected_components import Parts, own_ink
from digits.reading.layout.baseline import LOW_PRESENCE, find_low
from digits.reading.layout.dates import find_date_slashes
from digits.reading.layout.grid import find_grid
from digits.reading.layout.grouping import make_line
from digits.reading.layout.printed_words import WrittenRow, find_words
from digits.reading.layout.ruling.ruling_check import may_have_cells
from digits.reading.layout.separators import find_slashes
from digits.reading.layout.signs import find_signs
from digits.reading.networks import Networks
from digits.reading.normalization.orientation import Asker, Upright, set_upright
from digits.reading.normalization.polarity import is_ink_light
from digits.reading.normalization.resolution import enlarge_reading, find_factor
from digits.reading.normalization.rotation import turn
from digits.reading.picture.downsampling import coarsen, limit_factor, look_at
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.multi_view import look_twice
from digits.reading.recognition.pooling import agree, named_by_each
from digits.reading.result import Box, ByteArray, Digit, FloatArray, Line, Mark, Reading
from digits.reading.ruled_page import read_ruled
from digits.reading.segmentation.digit_rows import SeenRow, see_rows
from digits.reading.segmentation.hypotheses import MOST_FAINT, clear_faint, find_doubts
from digits.reading.segmentation.ink_assignment import Ink, share_ink
from digits.reading.segmentation.punctuation import mark_kind
from digits.reading.spotting.spotter import Sighting
from digits.reading.steps import MakeDigit, Steps

# Among the kinds that the verifier tells apart.
SLASH = 10 + SIGNS.index("/")


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page in all its states.

    ``grey`` float32 (height, width) in [0, 1] as it came; ``page`` the same, ``factor`` times coarser, as ink was found
    in it; ``upright`` that ink, turned upright. ``placed`` takes boxes on that ink to their places on the page upright.
    """

    grey: FloatArray
    page: FloatArray
    factor: int
    upright: Upright
    placed: Callable[[Box], Box] = lambda box: box


def read_page(grey: FloatArray, networks: Networks, make_digit: MakeDigit) -> Steps:
    """Read a page.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        networks: what is asked.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
    """
    classify, spot = networks.classify, networks.spot
    limit = limit_factor(grey)
    photo = look_at(coarsen(grey, limit))
    square = find_grid(photo)
    steps = None if square is None else read_ruled(square, networks, make_digit, is_square=True)
    if steps and steps.reading.grid:
        return steps
    if may_have_cells(photo.overview) and (steps := read_ruled(grey, networks, make_digit)):
        return steps
    cleared = clear_surroundings(photo)
    light_on_dark = is_ink_light(cleared, spot)
    factor = find_factor(cleared, light_on_dark=light_on_dark)
    page = coarsen(cleared.grey, factor)
    ask = Asker(classify, spot, lambda grey, boxes: networks.ask_about(grey, boxes)[0])
    upright = set_upright(find_ink(page, light_on_dark=light_on_dark), ask)
    sheet = Sheet(grey, page, limit * factor, upright)
    return read_rows(sheet, *see_rows(upright.unruled, classify, spot), networks, make_digit)


def read_rows(
    sheet: Sheet,
    work: Sequence[SeenRow],
    left: Sequence[Mark],
    networks: Networks,
    make_digit: MakeDigit,
    *,
    may_hold_words: bool = True,
) -> Steps:
    """Read the digits that were spotted on an upright page, row by row.

    Args:
        sheet: the page.
        work: its rows, with what was spotted on each.
        left: marks that are in no row.
        networks: what is asked.
        make_digit: as for ``read_page``.
        may_hold_words: whether rows, or groups of them, may be none of digits.
    """
    page, upright = sheet.page, sheet.upright
    inks, rest = _share_inks(upright.unruled.parts, work)
    shown = np.stack([frame_digit(ink.ink) for ink in inks]) if inks else np.zeros((0, 28, 28), np.uint8)
    sightings = [one for item in work for one in item.sightings]
    digits = _name(inks, shown, sightings, networks, make_digit)
    slash_odds = [0.0] * len(digits)
    if may_hold_words:
        shown_page = as_grey_bytes(turn(page, upright.angle, paper=typical(page)))
        places = [sheet.placed(ink.box) for ink in inks]
        digits, slash_odds = _verify(digits, places, shown_page, networks)
    lines, words, is_kept = _make_lines(digits, inks, rest, work, slash_odds, make_digit)
    marks = [Mark("rule", box) for box in upright.unruled.lines] + [*left] + list(chain.from_iterable(rest)) + words
    marks += [Mark("ring", box) for box in upright.unruled.rings]
    turned = turn(sheet.grey, upright.angle, paper=typical(page))
    height, width = turned.shape
    reading = Reading(lines, tuple(marks), upright.angle, width, height)
    boxes = tuple(enlarge_box(one.box, sheet.factor) for one in sightings)
    frames = shown[np.array(is_kept, bool)]
    own = own_ink(upright.unruled.parts)
    return Steps(turned, upright.ink, own, boxes, frames, enlarge_reading(reading, sheet.factor))


def _name(
    inks: Sequence[Ink], shown: ByteArray, sightings: Sequence[Sighting], networks: Networks, make_digit: MakeDigit
) -> list[Digit]:
    """Return what the digit network, which is ``shown`` the frames, and the spotter say together."""
    seen = np.array([one.probabilities for one in sightings], np.float32).reshape(-1, 10)
    is_cut = np.array([ink.is_cut for ink in inks], bool)
    looked = look_twice(shown, networks.classify) if inks else seen
    believed, named = agree(looked, seen, is_cut), named_by_each(looked, seen)
    return [make_digit(each, ink.box, both) for each, ink, both in zip(believed, inks, named, strict=True)]


def _share_inks(parts: Parts, work: Sequence[SeenRow]) -> tuple[list[Ink], list[list[Mark]]]:
    """Return the ink of each digit, row by row, and for each row the parts that belong to none."""
    inks: list[Ink] = []
    marks: list[list[Mark]] = []
    for item in work:
        found, rest = share_ink(parts, item.row.parts, [one.box for one in item.sightings], item.height_px)
        inks += found
        marks.append([Mark(mark_kind(parts, i, item.row, item.height_px), parts.box(i)) for i in rest])
    return inks, marks


def _verify(
    digits: Sequence[Digit], boxes: Sequence[Box], page: ByteArray, networks: Networks
) -> tuple[list[Digit], list[float]]:
    """Return the digits with their presence, and by what log-odds each is a slash rather than a 1.

    Args:
        digits: of all rows.
        boxes: where they are on ``page``.
        page: uint8 (height, width), upright.
        networks: of which the verifier is asked.
    """
    presence, kinds = networks.ask_about(page, as_edges(boxes))
    known = [replace(digit, presence=sure) for digit, sure in zip(digits, presence.tolist(), strict=True)]
    return known, kind_odds(kinds, [SLASH], [1]).tolist()


def _make_lines(
    digits: Sequence[Digit],
    inks: Sequence[Ink],
    rest: Sequence[Sequence[Mark]],
    work: Sequence[SeenRow],
    slash_odds: Sequence[float],
    make_digit: MakeDigit,
) -> tuple[tuple[Line, ...], list[Mark], list[bool]]:
    """Return the lines that ``digits`` make, the words that were taken for digits, and which digits are kept."""
    lines, marks, is_kept, start = [], [], [True] * len(digits), 0
    in_words = find_words(_written_rows(digits, work))
    for item, words, unread in zip(work, in_words, rest, strict=True):
        own = slice(start, start + len(item.sightings))
        some = digits[own]
        numbers = sorted(set(range(len(some))).difference(*words))
        slashes = find_date_slashes(some, inks[own], slash_odds[own], item.height_px, among=numbers)
        slashes += find_slashes(some, inks[own], among=[k for k in numbers if k not in slashes])
        numbers = [k for k in numbers if k not in slashes]
        low = find_low(some, item.sightings, [ink.is_cut for ink in inks[own]], among=numbers)
        marks += [Mark("word", around([item.sightings[k].box for k in word])) for word in words]
        marks += [Mark("other", box) for k in low if (box := some[k].box)]
        marks += [Mark("slash", inks[start + k].box) for k in slashes]
        for k in (*low, *slashes, *chain.from_iterable(words)):
            is_kept[start + k] = False
        kept = [digit for k, digit in enumerate(some, start) if is_kept[k]]
        if kept:
            bare = _without(item, words, [*low, *slashes])
            doubts = find_doubts(kept, bare.sightings, bare.faint, bare.pairs, make_digit)
            strokes = [Mark("slash", inks[start + k].box) for k in slashes]
            signs = find_signs(kept, [*unread, *strokes], item.height_px)
            lines.append(replace(make_line(kept, item.height_px), doubts=doubts, signs=signs))
        start += len(some)
    return tuple(lines), marks, is_kept


def _written_rows(digits: Sequence[Digit], work: Sequence[SeenRow]) -> list[WrittenRow]:
    each = iter(digits)
    return [WrittenRow([*islice(each, len(item.sightings))], item.height_px, item.row.is_usual) for item in work]


def _without(item: SeenRow, words: Sequence[range], low: Sequence[int]) -> SeenRow:
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
