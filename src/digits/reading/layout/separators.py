"""The digits of one row go in; those that are no 1s but what stands between numbers come out: slashes and brackets.

The digit network knows 1s and no slashes. What tells them apart is that they are longer than the digits beside them at
both ends, and a bracket is bent as no 1 is. The slashes of dates, which need not be as long, are found in dates.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digits.reading.quantiles import median, quantile
from digits.reading.result import Digit, FloatArray
from digits.reading.segmentation.ink_assignment import Ink

# Ink is firm from here on. A stroke has one run of it on nearly all of its rows, at most so wide beside its height.
FIRM, ONE_RUN, MOST_WIDTH = 0.4, 0.9, 0.3
# Beside most of the row's digits that are no 1s, of which there are so many, it is so long, and reaches beyond their
# tops and their bottoms by so much of their height: small zeros say nothing about how long a 1 is.
LEAST_DIGITS, MOST, LONG, BEYOND = 2, 0.8, 1.1, 0.04
# A slash leans to the right by so many degrees and is straight; a bracket hardly leans, and bends by so much of its
# length, to the right behind a number, to the left before one.
LEAST_TILT_DEG, STRAIGHT, MOST_TILT_DEG, BENT = 10.0, 0.06, 15.0, 0.1
# Where other 1s are as long, all of them are 1s.
ALIKE = 0.93


@dataclass(frozen=True)
class Stroke:
    """How far a stroke leans to the right, in degrees, and how far its middle lies to the right of its ends' chord, in
    parts of its length."""

    tilt: float
    bend: float


def find_slashes(digits: Sequence[Digit], inks: Sequence[Ink], *, among: Sequence[int]) -> list[int]:
    """Return the places of those that are slashes or brackets, out of a row's digits.

    Args:
        digits: of the row, left to right.
        inks: of the same digits.
        among: the places of those that are looked at.
    """
    others = [inks[k].box for k in among if digits[k].value != 1]
    ones = [k for k in among if digits[k].value == 1 and not inks[k].is_cut]
    if len(others) < LEAST_DIGITS or not ones:
        return []
    height = quantile([box.height for box in others], MOST)
    top = quantile([box.y for box in others], 1 - MOST)
    bottom = quantile([box.y + box.height for box in others], MOST)
    found = []
    for k in ones:
        box = inks[k].box
        is_long = box.height >= LONG * height and box.y <= top - BEYOND * height
        if (
            is_long
            and box.y + box.height >= bottom + BEYOND * height
            and _is_mark(follow_stroke(inks[k].ink), k, among)
        ):
            found.append(k)
    least = ALIKE * min((inks[k].box.height for k in found), default=0)
    return found if all(inks[k].box.height < least for k in ones if k not in found) else []


def _is_mark(stroke: Stroke | None, k: int, among: Sequence[int]) -> bool:
    if stroke is None:
        return False
    is_behind, is_before = k > among[0], k < among[-1]
    is_slash = is_behind and is_before and stroke.tilt >= LEAST_TILT_DEG and abs(stroke.bend) <= STRAIGHT
    is_bent = (is_behind and stroke.bend >= BENT) or (is_before and stroke.bend <= -BENT)
    return is_slash or (is_bent and abs(stroke.tilt) <= MOST_TILT_DEG)


def follow_stroke(ink: FloatArray) -> Stroke | None:
    """Return how a single stroke, float32 (height, width), runs from top to bottom; None where it is more than one."""
    firm = ink >= FIRM
    rows = np.flatnonzero(firm.any(axis=1))
    if len(rows) < 8:
        return None
    firm = firm[rows[0] : rows[-1] + 1]
    starts = np.diff(firm.astype(np.int8), axis=1, prepend=0) > 0
    widths = firm.sum(axis=1)
    if (starts.sum(axis=1) == 1).mean() < ONE_RUN or median(widths) > MOST_WIDTH * len(firm):
        return None
    middles = (firm * np.arange(firm.shape[1])).sum(axis=1) / np.maximum(widths, 1)
    end = max(1, len(firm) // 8)
    upper, lower, middle = (median(middles[part]) for part in _ends_and_middle(len(firm), end))
    tilt = float(np.degrees(np.arctan2(upper - lower, len(firm) - end)))
    return Stroke(tilt, (middle - (upper + lower) / 2) / len(firm))


def _ends_and_middle(length: int, end: int) -> tuple[slice, slice, slice]:
    half = length // 2
    return slice(0, end), slice(length - end, length), slice(half - end // 2 - 1, half + end // 2 + 1)
