"""The strip of a row goes in; the digits that stand on it come out, each with its box and what it seems to be.

A small network (254 thousand weights, training/spotter/network.py) looks at the whole row at once and says of every two
columns whether the middle of a digit is there. So nothing has to be cut before it is read, and dots, dashes, printed
lines and pieces of other rows are passed over. Which digit it is, the digit network has the larger say in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digits.reading.ink.connected_components import Parts
from digits.reading.quantiles import quantile
from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.spotting.rectification import DIGIT_PX, STRIP_PX, Strip, cut_strip
from digits.reading.spotting.rows import USUAL_HEIGHT, Row

# The network answers for so many columns at a time.
STEP_PX = 2
# The least probability that a digit stands there.
LEAST_PRESENCE = 0.75
# Above this one may still stand there, where what a field may contain speaks for it (hypotheses.py).
LEAST_FAINT = 0.003
# Two digits' middles are at least so many steps apart.
LEAST_APART = 2
# Heights that differ by less than this factor are alike; this quantile of digits' heights is a row's; so many looks.
ALIKE, MOST_LOOKS = 1.06, 3
# Noise shows a hundred thousand digits; only the surest are kept. An A4 page full of digits 2 mm high has 15,000.
MOST_SIGHTINGS = 20_000
# A frame stands on a strip by itself, with so much paper on either side, beyond which the network does not see; so many
# steps on either side of its middle have a say; so many frames are looked at at a time.
FRAME_MARGIN_PX, MIDDLE_STEPS, FRAMES_AT_ONCE = 6, 3, 256
LEAST_OPINION = np.float32(1e-9)

# From strips uint8 (n, 1, 40, width) to float32 (n, width / 2, 15): logits of nothing and of ten digits, four edges.
Spot = Callable[[ByteArray], FloatArray]


@dataclass(frozen=True, eq=False)
class Sighting:
    """A digit in a row: its box and the middle of it on the page, ``presence`` in [0, 1], probabilities (10,)."""

    box: Box
    presence: float
    probabilities: FloatArray


@dataclass(frozen=True)
class Look:
    """How a row is looked at: as if its digits were ``scale`` times as high as they seem, and as if they stood high and
    low where it ``is_stepped``."""

    scale: float = 1.0
    is_stepped: bool = False


USUAL_LOOK = Look()


def look_along(
    ink: FloatArray, parts: Parts, row: Row, spot: Spot, look: Look = USUAL_LOOK
) -> tuple[list[Sighting], list[Sighting], float]:
    """Return the digits of a row, left to right, those that only may be there, and how high digits usually are there.

    Where digits were seen on it before tells its height and course. The digits that are seen now know better: where
    they disagree a second look is taken.
    """
    boxes = [*row.seen, *(parts.box(i) for i in row.parts)]
    span = float(min(box.x for box in boxes)), float(max(box.x + box.width for box in boxes))
    height = row.height_px
    found, faint = _look(cut_strip(ink, span, row.seen, height, is_stepped=look.is_stepped), spot)
    for _ in range(MOST_LOOKS - 1):
        seen = [one.box for one in found]
        if not seen:
            break
        before, height = height, quantile([box.height for box in seen], USUAL_HEIGHT)
        if 1 / ALIKE < height / before < ALIKE:
            break
        found, faint = _look(cut_strip(ink, span, seen, height, is_stepped=look.is_stepped), spot)
    if look.scale != 1 and found:
        seen, taken = [one.box for one in found], look.scale * height
        found, faint = _look(cut_strip(ink, span, seen, taken, is_stepped=look.is_stepped), spot)
    return found, faint, height


def _look(strip: Strip, spot: Spot) -> tuple[list[Sighting], list[Sighting]]:
    """Return the digits on a strip and the faint ones."""
    seen = find_sightings(strip, spot, least=LEAST_FAINT)
    found = [one for one in seen if one.presence >= LEAST_PRESENCE]
    return found, [one for one in seen if one.presence < LEAST_PRESENCE]


def find_sightings(strip: Strip, spot: Spot, *, least: float = LEAST_PRESENCE) -> list[Sighting]:
    """Return the digits on a strip, left to right: all whose presence is at least ``least``."""
    answers = spot(strip.pixels[np.newaxis, np.newaxis])[0]
    logits, edges = answers[:, :11], answers[:, 11:] * DIGIT_PX
    beliefs = _beliefs(logits)
    presence = 1 - beliefs[:, 0]
    peaks = np.array(_peaks(presence, least), np.int64)
    # The steps beside a peak have a say as well; past the strip's ends there are none.
    steps = peaks[:, np.newaxis] + np.array([-1, 0, 1])
    near = np.clip(steps, 0, len(presence) - 1)
    weights = np.where(near == steps, presence[near], 0)
    weights /= weights.sum(axis=1, keepdims=True)
    sums = np.einsum("nk,nkd->nd", weights, beliefs[near, 1:])
    sides = np.einsum("nk,nkd->nd", weights, edges[near])
    middles = (weights * ((near + 0.5) * STEP_PX)).sum(axis=1)
    lefts, rights = middles - sides[:, 0], middles + sides[:, 2]
    boxes = strip.boxes(lefts, STRIP_PX / 2 - sides[:, 1], rights, STRIP_PX / 2 + sides[:, 3])
    named = np.asarray(sums / sums.sum(axis=1, keepdims=True), np.float32)
    return [Sighting(*each) for each in zip(boxes, presence[peaks].tolist(), named, strict=True)]


def name_frames(frames: ByteArray, spot: Spot) -> FloatArray:
    """Return what the spotter takes framed digits for, given that they are digits: probabilities float32 (n, 10).

    Args:
        frames: uint8 (n, 28, 28), as frame.py makes them: a digit as high as on a strip, its middle in the middle.
    """
    above, beside = (STRIP_PX - frames.shape[1]) // 2, FRAME_MARGIN_PX
    middle = (beside + frames.shape[2] / 2) / STEP_PX
    steps = slice(int(middle) - MIDDLE_STEPS, int(middle) + MIDDLE_STEPS)
    named = np.empty((len(frames), 10), np.float32)
    for start in range(0, len(frames), FRAMES_AT_ONCE):
        some = slice(start, start + FRAMES_AT_ONCE)
        strips = np.pad(frames[some], ((0, 0), (above, above), (beside, beside)))
        beliefs = _beliefs(spot(strips[:, np.newaxis])[:, steps, :11])
        presence = 1 - beliefs[..., 0]
        # Where it is quite sure that there is none, it has no opinion.
        sums = np.einsum("nk,nkd->nd", presence, beliefs[..., 1:]) + LEAST_OPINION
        named[some] = sums / sums.sum(axis=1, keepdims=True)
    return named


def _beliefs(logits: FloatArray) -> FloatArray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def _peaks(presence: FloatArray, least: float) -> list[int]:
    """Return the steps where a digit most likely has its middle, in order; the surest first keep the others away."""
    smooth = np.convolve(presence, [0.25, 0.5, 0.25], mode="same")
    is_free = np.ones(len(presence), bool)
    taken: list[int] = []
    order = np.lexsort((-smooth, presence < LEAST_PRESENCE))
    for i in order[presence[order] >= least].tolist():
        if is_free[i]:
            taken.append(i)
            is_free[max(0, i - LEAST_APART) : i + LEAST_APART + 1] = False
    return sorted(taken)
