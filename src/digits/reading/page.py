"""A greyscale image of a page goes in; its reading comes out, with every stage on the way.

The story: paint over what surrounds the sheet, find the ink, turn it upright, take printed lines out, find connected
parts, rows, atoms, hypotheses; the network looks at all hypotheses at once; the best path through each row is read.
Nothing here knows files or models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from digits.reading.atoms import Atom, find_atoms, may_be_cut
from digits.reading.frame import frame_digit
from digits.reading.ink import find_ink
from digits.reading.parts import Parts, clean_ink, find_parts
from digits.reading.path import Hypothesis, best_path, hypotheses, ink_of, is_whole_part
from digits.reading.result import Box, ByteArray, Digit, FloatArray, Line, Mark, Reading
from digits.reading.rows import Row, find_rows
from digits.reading.ruling import remove_ruling
from digits.reading.sheet import clear_surroundings, is_light_on_dark_page
from digits.reading.upright import find_quarters, find_skew, turn
from digits.reading.wholeness import find_wholeness, make_view

# A gap begins a new group when it is this many digit heights wide, and this many times the row's usual gap.
GROUP_GAP, GROUP_RATIO = 0.7, 2.5
# The network is not asked about less likely hypotheses: it takes three times as long as wholeness does.
LEAST_WHOLENESS = 0.01
# A part this whole, and no wider than this many digit heights, is not cut.
SURELY_WHOLE, WIDEST_WHOLE = 0.95, 1.1

Classify = Callable[[ByteArray], FloatArray]
MakeDigit = Callable[[FloatArray, Box], Digit]


@dataclass(frozen=True)
class Steps:
    """Every stage of one reading, for the person who asks why it read that.

    ``grey``, ``ink`` and ``unruled`` float32 (height, width) in [0, 1], all upright; ``frames`` uint8 (n, 28, 28) are
    what the network saw of the digits of ``reading``, in order; ``hypotheses`` every box it was asked about.
    """

    grey: FloatArray
    ink: FloatArray
    unruled: FloatArray
    hypotheses: tuple[Box, ...]
    frames: ByteArray
    reading: Reading


@dataclass(frozen=True)
class _RowWork:
    row: Row
    atoms: list[Atom]
    found: list[Hypothesis]


def read_page(grey: FloatArray, classify: Classify, make_digit: MakeDigit) -> Steps:
    """Read a page.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        classify: from frames uint8 (n, 28, 28) to calibrated probabilities float32 (n, 10).
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
    """
    cleared = clear_surroundings(grey)
    upright = _set_upright(find_ink(cleared, light_on_dark=is_light_on_dark_page(cleared)), classify)
    parts = upright.parts
    rows, left = find_rows(parts)
    marks = [Mark("rule", box) for box in upright.rules] + [Mark("other", parts.box(i)) for i in left]
    page = clean_ink(parts)
    whole = _surely_whole(parts, rows, page)
    work = []
    for row in rows:
        atoms, row_marks = find_atoms(parts, row, whole)
        marks += row_marks
        if atoms:
            work.append(_RowWork(row, atoms, hypotheses(atoms, row.height_px)))
    inks = [ink_of(hypothesis, item.atoms) for item in work for hypothesis in item.found]
    boxes = tuple(hypothesis.box for item in work for hypothesis in item.found)
    wholeness = find_wholeness(_views(page, inks, boxes))
    frames, probabilities = _ask(inks, _worth_asking(work, wholeness), classify)
    lines, seen, start = [], [], 0
    for item in work:
        end = start + len(item.found)
        path = best_path(item.atoms, item.found, probabilities[start:end], wholeness[start:end], item.row.height_px)
        digits = [make_digit(probabilities[start + i], item.found[i].box) for i in path]
        lines.append(_line(digits, item.row.height_px))
        seen += [start + i for i in path]
        start = end
    height, width = upright.ink.shape
    reading = Reading(tuple(lines), tuple(marks), upright.angle, width, height)
    turned = turn(grey, upright.angle, paper=float(np.median(cleared)))
    return Steps(turned, upright.ink, upright.unruled, boxes, frames[seen], reading)


@dataclass(frozen=True)
class _Upright:
    ink: FloatArray
    unruled: FloatArray
    rules: list[Box]
    parts: Parts
    angle: float


def _set_upright(ink: FloatArray, classify: Classify) -> _Upright:
    """Find parts; turn the page and find them anew where it does not stand upright."""
    unruled, rules, parts = _find_parts(ink)
    quarters = find_quarters(parts, classify)
    if quarters:
        ink = turn(ink, 90.0 * quarters)
        unruled, rules, parts = _find_parts(ink)
    skew = find_skew(parts)
    if skew:
        ink = turn(ink, skew)
        unruled, rules, parts = _find_parts(ink)
    angle = 90.0 * quarters + skew
    return _Upright(ink, unruled, rules, parts, angle if angle <= 180 else angle - 360)


def _find_parts(ink: FloatArray) -> tuple[FloatArray, list[Box], Parts]:
    parts = find_parts(ink)
    unruled, rules = remove_ruling(ink, parts)
    return unruled, rules, find_parts(unruled) if rules else parts


def _surely_whole(parts: Parts, rows: Sequence[Row], page: FloatArray) -> set[int]:
    """Return the parts that might be cut but look like one digit: on a tidy page nearly all, which saves their cuts."""
    wide = [
        i
        for row in rows
        for i in row.parts
        if may_be_cut(parts, i, row.height_px) and parts.boxes[i, 2] <= WIDEST_WHOLE * row.height_px
    ]
    inks = [parts.crop(i)[1:-1, 1:-1] for i in wide]
    wholeness = find_wholeness(_views(page, inks, [parts.box(i) for i in wide]))
    return {i for i, value in zip(wide, wholeness, strict=True) if value >= SURELY_WHOLE}


def _views(page: FloatArray, inks: Sequence[FloatArray], boxes: Sequence[Box]) -> ByteArray:
    views = [make_view(page, ink, box) for ink, box in zip(inks, boxes, strict=True)]
    return np.stack(views) if views else np.zeros((0, 28, 28, 2), np.uint8)


def _worth_asking(work: Sequence[_RowWork], wholeness: FloatArray) -> npt.NDArray[np.bool_]:
    """Tell which hypotheses the network should see; atoms by themselves always, so that there is a path."""
    alone = [hypothesis.first == hypothesis.last for item in work for hypothesis in item.found]
    parts = [answer for item in work for answer in is_whole_part(item.atoms, item.found)]
    return np.asarray((wholeness >= LEAST_WHOLENESS) | np.array(alone, bool) | np.array(parts, bool))


def _ask(inks: Sequence[FloatArray], asked: npt.NDArray[np.bool_], classify: Classify) -> tuple[ByteArray, FloatArray]:
    """Return frames uint8 (n, 28, 28) and probabilities float32 (n, 10); all zero where the network was not asked."""
    frames = np.zeros((len(inks), 28, 28), np.uint8)
    probabilities = np.zeros((len(inks), 10), np.float32)
    for i in np.flatnonzero(asked).tolist():
        frames[i] = frame_digit(inks[i])
    if asked.any():
        probabilities[asked] = classify(frames[asked])
    return frames, probabilities


def _line(digits: Sequence[Digit], height_px: float) -> Line:
    boxes = [digit.box for digit in digits if digit.box is not None]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    gaps = np.array([max(0, two.x - one.x - one.width) for one, two in pairwise(boxes)])
    starts: tuple[int, ...] = ()
    if len(gaps):
        least = max(GROUP_GAP * height_px, GROUP_RATIO * float(np.median(gaps)))
        starts = tuple(int(i) + 1 for i in np.flatnonzero(gaps > least))
    return Line(tuple(digits), Box(left, top, right - left, bottom - top), starts)
