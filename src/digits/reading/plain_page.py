"""An upright page without cells and where its digits are go in; what is written in its rows comes out.

The story: what is written goes on a little beyond the digits that the detector sees; the spotter looks along each row;
each digit gets its ink (where there is next to nothing, all ink may be one digit's), the digit network looks at all of
them at once, and what both say is read, without the words beside it, slashes and flourishes.
Nothing here knows files or models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np

from digits.reading.detection.detections import SIGNS, kind_odds
from digits.reading.detection.pyramid import as_grey_bytes
from digits.reading.geometry import around, as_box, as_edges, as_places, enlarge_box
from digits.reading.ink.connected_components import Parts, own_ink
from digits.reading.ink.line_removal import Unruled, find_unruled
from digits.reading.layout.baseline import LOW, LOW_PRESENCE, find_low
from digits.reading.layout.dates import find_date_slashes
from digits.reading.layout.grouping import enlarge_reading, make_line
from digits.reading.layout.printed_words import WrittenRow, find_unlikely, find_words
from digits.reading.layout.separators import find_slashes
from digits.reading.layout.signs import find_signs
from digits.reading.layout.tokens import find_letters
from digits.reading.networks import Networks
from digits.reading.normalization.grid_paper import find_squares
from digits.reading.normalization.upright_page import UprightPage, turned
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.multi_view import look_twice
from digits.reading.recognition.pooling import agree, named_by_each
from digits.reading.result import Box, ByteArray, Digit, Line, Mark, Reading
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
    """An upright page and its ink without printed lines.

    ``placed`` takes boxes on that ink to their places on the page.
    """

    page: UprightPage
    unruled: Unruled
    placed: Callable[[Box], Box] = lambda box: box


def read_plain(page: UprightPage, networks: Networks, make_digit: MakeDigit) -> Steps:
    """Read a page without cells.

    Args:
        page: turned upright.
        networks: what is asked.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
    """
    sheet = remove_lines(page)
    digits, signs, shown = sheet.page.digits, sheet.page.signs, as_grey_bytes(sheet.page.small)
    ink = (sheet.unruled.parts.labels > 0).view(np.uint8)
    is_letter = find_letters(digits, signs, ink, lambda boxes: networks.ask_about(shown, boxes)[0])
    work, left = see_rows(sheet.unruled, digits.pick(~is_letter), networks.classify, networks.spot)
    words = [Mark("word", as_box(box)) for box in digits.boxes[is_letter]]
    return read_rows(sheet, work, left + words, networks, make_digit)


def remove_lines(page: UprightPage, *, is_upright: bool = False) -> Sheet:
    """Return a page without printed lines; one on squared paper is turned as that lies.

    Args:
        page: turned as its digits lie.
        is_upright: whether its digits are known to stand upright.
    """
    skew = find_squares(page.ink)
    level = turned(page, skew or 0.0)
    return Sheet(level, find_unruled(level.ink, is_squared=skew is not None, is_upright=is_upright))


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
        make_digit: as for ``read_plain``.
        may_hold_words: whether rows, or groups of them, may be none of digits.
    """
    page, unruled = sheet.page, sheet.unruled
    inks, rest = _share_inks(unruled.parts, work)
    shown = np.stack([frame_digit(ink.ink) for ink in inks]) if inks else np.zeros((0, 28, 28), np.uint8)
    sightings = [one for item in work for one in item.sightings]
    digits = _name(inks, shown, sightings, networks, make_digit)
    slash_odds = [0.0] * len(digits)
    if may_hold_words:
        places = [sheet.placed(ink.box) for ink in inks]
        digits, slash_odds = _verify(digits, places, as_grey_bytes(page.small), networks)
    lines, words, is_kept = _make_lines(digits, inks, rest, work, slash_odds, make_digit)
    marks = [Mark("rule", box) for box in unruled.lines] + [*left] + list(chain.from_iterable(rest)) + words
    marks += [Mark("ring", box) for box in unruled.rings]
    height, width = page.grey.shape
    reading = Reading(lines, tuple(marks), page.angle, width, height)
    boxes = tuple(enlarge_box(one.box, page.factor) for one in sightings)
    frames = shown[np.array(is_kept, bool)]
    return Steps(page.grey, page.ink, own_ink(unruled.parts), boxes, frames, enlarge_reading(reading, page.factor))


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
        low = sorted({*low, *find_unlikely(WrittenRow(some, item.height_px), item.row.seen, among=numbers)})
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
    return [WrittenRow([*islice(each, len(item.sightings))], item.height_px) for item in work]


def _without(item: SeenRow, words: Sequence[range], low: Sequence[int]) -> SeenRow:
    """Take the words out of a row, and leave what is too low for a digit as one that may be there."""
    gone = {id(item.sightings[k]) for k in (*low, *chain.from_iterable(words))}
    places = as_places([around([item.sightings[k].box for k in word]) for word in words])
    lowest = LOW * item.height_px
    faint = [
        replace(one, presence=min(one.presence, LOW_PRESENCE)) if one.box.height < lowest else one
        for one in clear_faint(item.faint, places)
    ]
    maybe = [replace(one, presence=min(one.presence, LOW_PRESENCE)) for one in (item.sightings[k] for k in low)]
    return replace(
        item,
        sightings=[one for one in item.sightings if id(one) not in gone],
        faint=faint + maybe if len(faint) + len(maybe) <= MOST_FAINT else faint,
        pairs=[pair for pair in item.pairs if gone.isdisjoint(map(id, (pair.one, pair.other, pair.whole)))],
    )
