"""The ink of a page as it lies goes in; the page upright comes out, without printed lines, and how far it was turned.

Half of the digits look like digits upside down or on their side as well, and the digit network, which knows nothing
else, is nearly as sure of them. The spotter has seen much that is no digit and doubts them more, but it takes longer.
So the digit network says which way may be up, and the spotter is asked both ways: numbers of which no digit is in doubt
decide, and where there are none, what both networks doubt, counted over all digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digits.reading.ink.line_removal import Unruled, find_unruled
from digits.reading.normalization.grid_paper import find_squares
from digits.reading.normalization.legibility import find_sense
from digits.reading.normalization.rotation import find_quarters, find_skew, frame_doubts, turn, typical_parts
from digits.reading.recognition.frame import frame_digit
from digits.reading.result import FloatArray
from digits.reading.spotting.spotter import Spot
from digits.reading.steps import Classify

# A page is turned where that takes so many nats of doubt away, in sum over its digits. Fewer digits are not turned
# upside down: 6 and 9, and numbers such as 1801, are as good either way; nor on their side but where the digit network
# alone says so. It is not asked twice about a half turn that it doubts more by so many nats: words and hatching make
# no more sense to the spotter one way than the other. The first was chosen on lines of validation digits (docs/log.md).
LEAST_GAIN, LEAST_DIGITS, AGAINST = 1.6, 5, 1.0
# Where there are numbers without any doubt, so many more digits are in some the right way up, and less has to speak for
# it besides.
LEAST_MORE, LEAST_GAIN_OF_NUMBERS = 3, 1.2
# What makes no sense at all either way is no more doubtful than this.
MOST_DOUBT = 2.0


@dataclass(frozen=True, eq=False)
class Upright:
    """``ink`` float32 (height, width) upright, what ``find_unruled`` made of it, and degrees counter-clockwise."""

    ink: FloatArray
    unruled: Unruled
    angle: float


def set_upright(ink: FloatArray, classify: Classify, spot: Spot) -> Upright:
    """Return the page upright: turned as its squares lie, by quarters, as its rows lie, then upside down if need be.

    Args:
        ink: float32 (height, width) in [0, 1].
        classify: from frames uint8 (n, 28, 28) to probabilities float32 (n, 10).
        spot: the spotter.
    """
    page = _set_squares_level(ink)
    quarters, gain = find_quarters(page.unruled.parts, classify)
    if quarters:
        page = _better(page, 90.0 * quarters, gain, len(typical_parts(page.unruled.parts)), spot)
    if not page.unruled.is_squared and (of_rows := find_skew(page.unruled.parts)):
        page = _turned(page, of_rows)
    telling, gain = _doubt_of_standing(page, classify)
    return _better(page, 180.0, gain, telling, spot) if telling >= LEAST_DIGITS and gain * telling > -AGAINST else page


def set_level(ink: FloatArray) -> Upright:
    """Return a page that is known to stand upright, turned as its squares or its rows lie.

    Args:
        ink: float32 (height, width) in [0, 1].
    """
    page = _set_squares_level(ink, is_upright=True)
    of_rows = 0.0 if page.unruled.is_squared else find_skew(page.unruled.parts)
    return _turned(page, of_rows, is_upright=True) if of_rows else page


def _set_squares_level(ink: FloatArray, *, is_upright: bool = False) -> Upright:
    skew = find_squares(ink)
    level = turn(ink, skew or 0.0)
    return Upright(level, find_unruled(level, is_squared=skew is not None, is_upright=is_upright), skew or 0.0)


def _doubt_of_standing(page: Upright, classify: Classify) -> tuple[int, float]:
    """Return how many digits tell which way is up, and how much less in doubt each of them is upside down, in nats."""
    chosen = typical_parts(page.unruled.parts)
    if not len(chosen):
        return 0, 0.0
    frames = np.stack([frame_digit(page.unruled.parts.crop(i)) for i in chosen])
    doubts, values = frame_doubts(np.stack([frames, np.rot90(frames, 2, axes=(1, 2))]), classify)
    is_telling = values[0] != 1  # a stroke is a stroke either way
    if not is_telling.any():
        return 0, 0.0
    upright, headlong = doubts[:, is_telling].mean(axis=1)
    return int(is_telling.sum()), float(upright - headlong)


def _better(page: Upright, angle: float, gain: float, count: int, spot: Spot) -> Upright:
    """Return the page turned by ``angle`` if it makes more sense then; ``gain`` is what the digit network doubts less.

    A page that holds numbers without any doubt is not turned upside down but for more of them. On its side it may hold
    some by chance, and the right way up none, if each number has a digit in doubt.
    """
    other = _turned(page, angle)
    before, after = (find_sense(each.unruled.row_ink, each.unruled.parts, spot) for each in (page, other))
    more = after.in_numbers - before.in_numbers
    less = min(before.doubt, MOST_DOUBT) - min(after.doubt, MOST_DOUBT)
    both = gain + less if count >= LEAST_DIGITS else gain
    if more <= -LEAST_MORE or (angle == 180 and before.in_numbers and more < LEAST_MORE):
        return page
    return other if less > 0 and both * count > (LEAST_GAIN_OF_NUMBERS if more >= LEAST_MORE else LEAST_GAIN) else page


def _turned(page: Upright, by: float, *, is_upright: bool = False) -> Upright:
    ink, angle = turn(page.ink, by), page.angle + by
    unruled = find_unruled(ink, is_squared=page.unruled.is_squared, is_upright=is_upright)
    return Upright(ink, unruled, angle if angle <= 180 else angle - 360)
