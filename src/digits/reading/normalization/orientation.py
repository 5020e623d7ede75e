"""The ink of a page as it lies goes in; the page upright comes out, without printed lines, and how far it was turned.

Half of the digits look like digits upside down or on their side as well, and the digit network, which knows nothing
else, is nearly as sure of them; letters may look like digits any way round. So the digit network says cheaply which way
may be up, and the verifier decides, which was shown what is no digit. Upside down it is less sure whether there are
digits or not, as it never saw pages that way; on their side it was shown that digits are none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digits.reading.detection.pyramid import as_grey_bytes
from digits.reading.detection.verification import log_odds
from digits.reading.geometry import as_edges
from digits.reading.ink.line_removal import Unruled, find_unruled
from digits.reading.normalization.grid_paper import find_squares
from digits.reading.normalization.legibility import look_over
from digits.reading.normalization.rotation import find_quarters, find_skew, frame_doubts, turn, typical_parts
from digits.reading.recognition.frame import frame_digit
from digits.reading.result import ByteArray, FloatArray
from digits.reading.spotting.spotter import Spot
from digits.reading.steps import Classify

# From a page, uint8 (height, width), and boxes float32 (n, 4) on it, to how sure it is that digits are there, (n,).
Presence = Callable[[ByteArray, FloatArray], FloatArray]
# Fewer digits are not turned upside down: 6 and 9, and numbers such as 1801, are as good either way. The verifier is
# not asked about a half turn that the digit network doubts more by so many nats.
LEAST_DIGITS, AGAINST = 5, 1.0
# A page is turned where the verifier is surer by so much after it, in sum over its digits: by quarters by the logarithm
# of 1 + odds that there is one, upside down by the amount of the log-odds (docs/log.md).
LEAST_GAIN = 2.0
# So many digits are asked about, spread over the page; none has more of a say.
MOST_ASKED, MOST_ODDS = 60, 6.0


@dataclass(frozen=True, eq=False)
class Upright:
    """``ink`` float32 (height, width) upright, what ``find_unruled`` made of it, and degrees counter-clockwise."""

    ink: FloatArray
    unruled: Unruled
    angle: float


@dataclass(frozen=True)
class Asker:
    """The networks that say which way is up."""

    classify: Classify
    spot: Spot
    presence: Presence

    def odds(self, page: Upright) -> FloatArray:
        """Return the log-odds, as the page stands, of what may be digits to be some, float32 (n,), n at most 60."""
        seen = [one.box for one in look_over(page.unruled.row_ink, page.unruled.parts, self.spot)[0]]
        some = [seen[i] for i in np.linspace(0, len(seen) - 1, min(len(seen), MOST_ASKED)).astype(np.int64)]
        odds = log_odds(self.presence(as_grey_bytes(1 - page.ink), as_edges(some)))
        return np.clip(odds, -MOST_ODDS, MOST_ODDS)


def set_upright(ink: FloatArray, ask: Asker) -> Upright:
    """Return the page upright: turned as its squares lie, by quarters, as its rows lie, then upside down if need be.

    Args:
        ink: float32 (height, width) in [0, 1].
        ask: the networks.
    """
    page = _set_squares_level(ink)
    if quarters := find_quarters(page.unruled.parts, ask.classify):
        other = _turned(page, 90.0 * quarters)
        # What is none on its side may be a digit; that nothing is one, surely or less so, says nothing.
        page = other if _is_better(np.logaddexp(0, ask.odds(other)), np.logaddexp(0, ask.odds(page))) else page
    if not page.unruled.is_squared and (of_rows := find_skew(page.unruled.parts)):
        page = _turned(page, of_rows)
    if _may_be_headlong(page, ask.classify):
        other = _turned(page, 180.0)
        page = other if _is_better(np.abs(ask.odds(other)), np.abs(ask.odds(page))) else page
    return page


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


def _may_be_headlong(page: Upright, classify: Classify) -> bool:
    """Tell whether enough digits tell which way is up, and the digit network does not clearly say that it is this."""
    chosen = typical_parts(page.unruled.parts)
    if not len(chosen):
        return False
    frames = np.stack([frame_digit(page.unruled.parts.crop(i)) for i in chosen])
    doubts, values = frame_doubts(np.stack([frames, np.rot90(frames, 2, axes=(1, 2))]), classify)
    is_telling = values[0] != 1  # a stroke is a stroke either way
    upright, headlong = doubts[:, is_telling].sum(axis=1)
    return bool(is_telling.sum() >= LEAST_DIGITS and upright - headlong > -AGAINST)


def _is_better(after: FloatArray, before: FloatArray) -> bool:
    """Tell whether a page makes clearly more sense after a turn than before, by how much each of its digits does."""
    if not len(before) or not len(after):
        return len(after) > 1  # a stroke by itself lies as it is meant to
    return bool(min(len(after), len(before)) * float(after.mean() - before.mean()) > LEAST_GAIN)


def _turned(page: Upright, by: float, *, is_upright: bool = False) -> Upright:
    ink, angle = turn(page.ink, by), page.angle + by
    unruled = find_unruled(ink, is_squared=page.unruled.is_squared, is_upright=is_upright)
    return Upright(ink, unruled, angle if angle <= 180 else angle - 360)
