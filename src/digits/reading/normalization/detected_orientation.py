"""In which of four directions the detector sees a picture's digits upright, and by how much their rows slant.

The detector knows digits up to 20 degrees from upright; quarter turns are tried where what it sees as the picture
stands does not convince.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from digits.reading.detection.detections import Detections
from digits.reading.detection.detector import Detect, detect
from digits.reading.detection.pyramid import MOST_ENLARGED, evidence, find_digits
from digits.reading.normalization.rotation import turn
from digits.reading.quantiles import median
from digits.reading.result import ByteArray

# What is asked of quarter turns is a look at digits this high.
TRIED_PX, MOST_TRIED_PX = 17.0, 1000
# So many times as much evidence has to be seen for a picture to be turned, and half a digit more.
CLEARLY, HALF_A_DIGIT = 1.15, 0.5
# From this presence a digit has a say in how its row slants.
SURE = 0.5
# So many digits, of which each is so sure on average beyond doubt, stand upright.
ENOUGH, CONVINCING = 5, 0.38
# A picture is turned level where its rows slant by more than so many degrees.
LEAST_SKEW_DEG = 1.0


def find_upright(grey: ByteArray, ask: Detect, *, is_level: bool = False) -> tuple[float, Detections]:
    """Return by how many degrees, counter-clockwise, a picture has to be turned, and what is seen once it is.

    A turned picture is as ``turn`` makes it: on a canvas that holds all of it. One that is known to be level is turned
    by quarters alone.
    """
    seen = find_digits(grey, ask)
    quarters = find_quarter_turns(grey, seen, ask)
    angle = 90.0 * quarters if quarters < 3 else -90.0
    if quarters:
        seen = find_digits(np.ascontiguousarray(np.rot90(grey, quarters)), ask)
    skew = 0.0 if is_level else find_skew(seen)
    if abs(skew) < LEAST_SKEW_DEG:
        return angle, seen
    angle -= skew
    shown = grey.astype(np.float32)
    turned = turn(shown, angle, paper=median(shown[::4, ::4]))
    return angle, find_digits(np.asarray(np.rint(np.clip(turned, 0, 255)), np.uint8), ask)


def find_quarter_turns(grey: ByteArray, seen: Detections, ask: Detect) -> int:
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
    found = [evidence(detect(np.ascontiguousarray(np.rot90(small, k)), scales, ask)) for k in range(4)]
    best = int(np.argmax(found))
    return best if found[best] > CLEARLY * found[0] + HALF_A_DIGIT else 0


def find_skew(seen: Detections) -> float:
    """Return by how many degrees, counter-clockwise, the rows of digits rise to the right; 0 where none is seen.

    The median over each digit and the one that follows it, weighted by their distance.
    """
    digits = seen.pick(seen.may_be_digit & (seen.presence >= SURE))
    if len(digits) < 3:
        return 0.0
    middles, heights = digits.middles, digits.heights
    across = middles[None, :, 0] - middles[:, None, 0]
    down = middles[None, :, 1] - middles[:, None, 1]
    is_near = (across > 0.3 * heights[:, None]) & (across < 4 * heights[:, None]) & (np.abs(down) < 0.4 * across)
    is_near &= np.abs(np.log(heights[None] / heights[:, None])) < 0.4
    distance = np.where(is_near, across + 2 * np.abs(down), np.inf)
    following = distance.argmin(axis=1)
    has_one = np.isfinite(distance.min(axis=1))
    if has_one.sum() < 3:
        return 0.0
    rows = np.flatnonzero(has_one)
    angles = np.degrees(np.arctan2(-down[rows, following[rows]], across[rows, following[rows]]))
    return median(angles) if math.isfinite(float(angles.sum())) else 0.0
