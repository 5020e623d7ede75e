"""A greyscale picture that holds one line of digits goes in; its reading comes out, with every stage on the way.

The story: no cells are looked for, for a strip was cut from one; the line runs from left to
right, so only its skew is set right; and all ink that may be digits is one row, whatever height it stands at. That row
is looked at several times, as it is and as a slanted hand's, and the look that makes most sense is kept. Where nobody
says that there is one line, but all that is written is lower than two digits, a page is looked at so as well. How
digits are read is told in page.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from digits.reading.geometry import around, as_places, enlarge_box
from digits.reading.ink.connected_components import Parts
from digits.reading.layout.grouping import enlarge_reading
from digits.reading.networks import Networks
from digits.reading.normalization.rotation import within_a_turn
from digits.reading.normalization.slant import UNMOVED, Slant, remove_slant, restore_slant
from digits.reading.page import look_for_digits, read_page
from digits.reading.plain_page import Sheet, read_rows, remove_lines
from digits.reading.quantiles import median
from digits.reading.recognition.multi_view import SURE
from digits.reading.result import FloatArray, Reading
from digits.reading.segmentation.digit_rows import SeenRow, see_one_row
from digits.reading.segmentation.ink_assignment import find_owners
from digits.reading.segmentation.punctuation import mark_kind
from digits.reading.spotting.spotter import Look
from digits.reading.steps import MakeDigit, Steps

# How much the hand may slant, as ``Slant.by``, and how the row is looked at then. All figures here were chosen on a
# quarter of the amounts on cheques and on lines of validation digits (docs/log.md).
LOOKS = (
    (0.0, Look()),
    (0.0, Look(scale=1.25)),
    (0.0, Look(is_stepped=True)),
    (0.3, Look()),
    (0.6, Look()),
)
# A look makes more sense by so many nats for each digit: what is overlooked, or taken for a stroke of another, raises
# no doubt. With a slant taken away, ink has to make so much more sense: a digit that does not slant as the others do
# may look like another one then.
EACH_DIGIT, SLANTED = 0.03, 0.03
LEAST_PRESENCE = 1e-4
# Where all ink is of no digit, it makes so little sense, in nats.
UNREAD = 2.0
# What is lower than so many of its digits holds no second line.
ONE_LINE = 2.0
# On a page of more pixels, as ink was found in it, looking again would take seconds.
MOST_PX = 1_000_000


@dataclass(frozen=True, eq=False)
class _Attempt:
    """A reading of the line, the slant that was taken from it, and how much sense it makes, in nats."""

    steps: Steps
    slant: Slant
    sense: float


def read_page_or_line(grey: FloatArray, networks: Networks, make_digit: MakeDigit) -> Steps:
    """Read a page; if all that is written on it is too low for two lines, and in doubt, read it again as one line.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        networks: what is asked.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
    """
    steps = read_page(grey, networks, make_digit)
    if steps.ink.size > MOST_PX or not _is_one_line(steps.reading) or _is_clear(steps.reading):
        return steps
    quarters = round(steps.reading.angle / 90)
    upright = np.ascontiguousarray(np.rot90(grey, quarters))
    told = read_line(upright, networks, make_digit, may_hold_words=True)
    if not told.reading.lines:
        return steps
    angle = within_a_turn(told.reading.angle + 90 * quarters)
    return replace(told, reading=replace(told.reading, angle=angle))


def _is_one_line(reading: Reading) -> bool:
    """Tell whether all that is written is lower than two digits, and is no table, nor has slashes: with the slant taken
    away they are 1s."""
    digits = [box for line in reading.lines for digit in line.digits if (box := digit.box)]
    if reading.tables or not digits or any(mark.kind == "slash" for mark in reading.marks):
        return False
    written = around([*digits, *(mark.box for mark in reading.marks if mark.kind not in UNMOVED)])
    return written.height < ONE_LINE * median([box.height for box in digits])


def _is_clear(reading: Reading) -> bool:
    """Tell whether there is one line, of which each digit is sure, and nothing else was seen that may be one."""
    (line, *others) = reading.lines
    is_sure = all(digit.confidence >= SURE for digit in line.digits)
    return not others and is_sure and all(mark.kind != "other" for mark in reading.marks)


def read_line(grey: FloatArray, networks: Networks, make_digit: MakeDigit, *, may_hold_words: bool = False) -> Steps:
    """Read a picture that is known to hold one line, upright.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        networks: what is asked.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
        may_hold_words: whether words may stand beside the digits.
    """
    sheet = remove_lines(look_for_digits(grey, networks, is_upright=True), is_upright=True)
    return _in_full(_best_look(sheet, networks, make_digit, may_hold_words=may_hold_words), sheet)


def _best_look(sheet: Sheet, networks: Networks, make_digit: MakeDigit, *, may_hold_words: bool) -> _Attempt:
    """Return the look at the line that makes most sense; its steps are in pixels of the sheet's ink."""
    page, unruled = sheet.page, sheet.unruled
    small = replace(page, grey=page.small, factor=1)
    attempts = []
    for by, look in LOOKS:
        slant = Slant(by, *page.ink.shape)
        upright = remove_slant(unruled, slant)
        digits = replace(page.digits, boxes=slant.set_boxes_upright(page.digits.boxes))
        work, left = see_one_row(upright, digits, networks.classify, networks.spot, look)
        shown = Sheet(small, upright, partial(slant.put_back, ink=unruled.ink))
        steps = read_rows(shown, work, left, networks, make_digit, may_hold_words=may_hold_words)
        sense = _find_sense(steps.reading, work, upright.parts)
        attempts.append(_Attempt(steps, slant, sense - SLANTED if by else sense))
    return max(attempts, key=lambda attempt: attempt.sense)


def _find_sense(reading: Reading, work: Sequence[SeenRow], parts: Parts) -> float:
    """Return how much sense a look makes: by its digits, by how sure the spotter was of them, and by ink of none."""
    likely = [max(digit.probabilities) for line in reading.lines for digit in line.digits]
    present = [max(one.presence, LEAST_PRESENCE) for item in work for one in item.sightings]
    if not likely:
        return -np.inf
    doubt = -float(np.mean(np.log(likely)) + np.mean(np.log(present)))
    return EACH_DIGIT * len(likely) - doubt - UNREAD * _unread_share(work, parts)


def _unread_share(work: Sequence[SeenRow], parts: Parts) -> float:
    """Return the share of the rows' ink that is neither a digit's nor a mark's."""
    read = unread = 0
    for item in work:
        owners = find_owners(parts.boxes[item.row.parts], as_places([one.box for one in item.sightings]))
        for i, owned in zip(item.row.parts, owners, strict=True):
            is_read = owned or mark_kind(parts, i, item.row, item.height_px) != "other"
            read, unread = (read + int(parts.areas[i]), unread) if is_read else (read, unread + int(parts.areas[i]))
    return unread / max(1, read + unread)


def _in_full(best: _Attempt, sheet: Sheet) -> Steps:
    """Return the steps in pixels of the picture as it came, slanted as it is."""
    page, unruled, slant = sheet.page, sheet.unruled.ink, best.slant
    height, width = page.grey.shape
    reading = enlarge_reading(restore_slant(best.steps.reading, slant, unruled), page.factor)
    sightings = tuple(enlarge_box(slant.put_back(box, unruled), page.factor) for box in best.steps.sightings)
    return replace(
        best.steps,
        grey=page.grey,
        ink=page.ink,
        unruled=unruled,
        sightings=sightings,
        reading=replace(reading, width=width, height=height),
    )
