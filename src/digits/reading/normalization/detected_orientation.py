"""In which of four directions the detector sees a picture's digits upright, and by how much their rows slant.

The detector knows digits up to 20 degrees from upright; quarter turns are tried where what it sees as the picture
stands does not convince.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from digits.reading.detection.detections import Detections
from digits.reading.detection.detector import Detect, detect
from digits.reading.detection.pyramid import MOST_ENLARGED, evidence, find_digits
from digits.reading.detection.verification import log_odds
from digits.reading.normalization.rotation import turn, within_a_turn
from digits.reading.quantiles import median
from digits.reading.result import ByteArray

# From a picture, uint8 (height, width), and what the detector saw in it to what its second stage says of that.
Recheck = Callable[[ByteArray, Detections], Detections]
# What is asked of quarter turns is a look at digits this high.
TRIED_PX, MOST_TRIED_PX = 17.0, 1000
# So many times as much evidence has to be seen for a picture to be turned, and half a digit more.
CLEARLY, HALF_A_DIGIT = 1.15, 0.5
# Fewer digits that are no 1s are not turned upside down: 6 and 9, and numbers such as 1801, are as good either way.
# The second stage has to be surer by so much after a turn, in sum over the digits, of which none has more of a say.
LEAST_DIGITS, LEAST_GAIN, MOST_ODDS = 5, 2.0, 6.0
# From this presence a digit has a say in how its row slants.
SURE = 0.5
# So many digits, of which each is so sure on average beyond doubt, stand upright.
ENOUGH, CONVINCING = 5, 0.38
# A picture is turned level where its rows slant by so many degrees, and its digits stand so much more level then; so
# many digits, the surest, and at least so many pairs of them tell.
LEAST_SKEW_DEG, STEEPEST_DEG, STEP_DEG, CLEARER = 1.0, 20.0, 0.5, 1.2
MOST_FOR_SKEW, LEAST_PAIRS = 250, 3


def find_upright(
    grey: ByteArray, ask: Detect, recheck: Recheck, *, is_level: bool = False, is_upright: bool = False
) -> tuple[float, Detections]:
    """Return by how many degrees, counter-clockwise, a picture has to be turned, and what is seen once it is.

    A turned picture is as ``turn`` makes it: on a canvas that holds all of it. One that is known to be level is turned
    by quarters alone, and one that is known to be upright by none.
    """
    seen = find_digits(grey, ask)
    quarters = 0 if is_upright else find_quarter_turns(grey, seen, ask, recheck)
    angle = 90.0 * quarters if quarters < 3 else -90.0
    if quarters:
        seen = find_digits(np.ascontiguousarray(np.rot90(grey, quarters)), ask)
    skew = 0.0 if is_level else find_skew(seen)
    if abs(skew) < LEAST_SKEW_DEG:
        return angle, seen
    angle = within_a_turn(angle - skew)
    shown = grey.astype(np.float32)
    turned = turn(shown, angle, paper=median(shown[::4, ::4]))
    return angle, find_digits(np.asarray(np.rint(np.clip(turned, 0, 255)), np.uint8), ask)


def find_quarter_turns(grey: ByteArray, seen: Detections, ask: Detect, recheck: Recheck) -> int:
    """Return how many quarter turns, counter-clockwise, a picture needs to stand upright, 0 to 3.

    Args:
        seen: what is seen in it as it stands.
    """
    digits = seen.pick(seen.may_be_digit & (seen.presence >= SURE))
    if len(digits) >= ENOUGH and evidence(digits) >= CONVINCING * len(digits):
        return 0
    height = median(digits.heights) if len(digits) else max(grey.shape) / 24
    scale = min(MOST_ENLARGED, TRIED_PX / max(height, 1.0), MOST_TRIED_PX / max(grey.shape))
    size = tuple(max(8, round(side * scale)) for side in grey.shape[::-1])
    small = np.asarray(
        cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.uint8
    )
    scales = [1.0, 0.5] if not len(digits) else [1.0]
    ways = [np.ascontiguousarray(np.rot90(small, k)) for k in range(4)]
    found = [detect(way, scales, ask) for way in ways]
    best = int(np.argmax([evidence(one) for one in found]))
    if evidence(found[best]) <= CLEARLY * evidence(found[0]) + HALF_A_DIGIT:
        return 0
    after, before = (recheck(ways[k], found[k].pick(found[k].may_be_digit)) for k in (best, 0))
    return best if _makes_more_sense(after, before, is_half=best == 2) else 0


def _makes_more_sense(after: Detections, before: Detections, *, is_half: bool) -> bool:
    """Tell whether the second stage speaks for a turn, by what it says of each digit.

    What is none on its side may be a digit; that nothing is one, surely or less so, says nothing. Upside down, it is
    less sure whether there are digits or not: it never saw pages that way.
    """
    odds = [np.clip(log_odds(seen.presence), -MOST_ODDS, MOST_ODDS) for seen in (after, before)]
    if is_half and np.count_nonzero(after.pick(odds[0] > 0).kind != 1) < LEAST_DIGITS:
        return False
    one, other = (np.abs(each) if is_half else np.logaddexp(0, each) for each in odds)
    if not len(one) or not len(other):
        return len(one) > 1  # a stroke by itself lies as it is meant to
    return bool(min(len(one), len(other)) * float(one.mean() - other.mean()) > LEAST_GAIN)


def find_skew(seen: Detections) -> float:
    """Return by how many degrees, counter-clockwise, the rows of digits rise to the right; 0 where none is clear.

    That is the angle at which most pairs of near digits stand level with each other.
    """
    digits = seen.pick(np.flatnonzero(seen.may_be_digit & (seen.presence >= SURE))[:MOST_FOR_SKEW])
    if len(digits) < 3:
        return 0.0
    middles, height = digits.middles, median(digits.heights)
    across, down = (middles[None, :, k] - middles[:, None, k] for k in (0, 1))
    # Only to the right, and no further than where the next column of the page may begin.
    is_near = (across > 0.2 * height) & (across < 8 * height)
    is_near &= np.abs(down) < np.tan(np.radians(STEEPEST_DEG)) * across + height
    across, down = across[is_near], down[is_near]
    if len(across) < LEAST_PAIRS:
        return 0.0
    angles = np.arange(-STEEPEST_DEG, STEEPEST_DEG + STEP_DEG / 2, STEP_DEG)
    off = (down + np.tan(np.radians(angles))[:, None] * across) / (0.2 * height)
    scores = np.convolve(np.exp(-(off**2)).sum(axis=1), [0.25, 0.5, 0.25], mode="same")
    best, level = int(scores.argmax()), scores[len(angles) // 2]
    is_clear = scores[best] >= CLEARER * level + 2 and best not in (0, len(angles) - 1)
    return float(angles[best]) if is_clear else 0.0
