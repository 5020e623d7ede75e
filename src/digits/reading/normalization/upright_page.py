"""A greyscale picture as it came goes in; the page upright, its ink, and where the detector sees digits, come out.

The detector looks first, at the picture as it is: its digits tell which way is up and level, how many pixels are
enough, and which of dark and light is ink.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from digits.reading.detection.detections import MAY_BE_PRESENT, SIGN_PRESENT, Detections
from digits.reading.detection.detector import Detect
from digits.reading.detection.pyramid import as_grey_bytes
from digits.reading.ink.binarization import find_ink, typical
from digits.reading.normalization.detected_orientation import Recheck, find_upright
from digits.reading.normalization.polarity import is_ink_light
from digits.reading.normalization.rotation import turn, within_a_turn
from digits.reading.picture.downsampling import coarsen, limit_factor
from digits.reading.quantiles import quantiles
from digits.reading.result import FloatArray

# Digits need no more pixels of height than this: most of them, and the lowest tenth.
ENOUGH_PX, ENOUGH_LOW_PX = 56.0, 32.0


@dataclass(frozen=True, eq=False)
class UprightPage:
    """A page, turned upright by ``angle`` degrees counter-clockwise.

    ``grey`` float32 (height, width) in [0, 1]; ``small`` the same, coarser by ``factor``, and ``ink`` its ink, 0 on
    paper; ``seen`` what the detector sees, in pixels of ``grey``.
    """

    grey: FloatArray
    angle: float
    seen: Detections
    factor: int
    small: FloatArray
    ink: FloatArray

    @property
    def digits(self) -> Detections:
        """What may be digits, with boxes in pixels of ``ink``."""
        return self._in_ink((self.seen.kind < 10) & (self.seen.presence >= MAY_BE_PRESENT))

    @property
    def signs(self) -> Detections:
        """What is no digit but a sign, with boxes in pixels of ``ink``."""
        return self._in_ink((self.seen.kind >= 10) & (self.seen.presence >= SIGN_PRESENT))

    def _in_ink(self, chosen: npt.NDArray[np.bool_]) -> Detections:
        some = self.seen.pick(chosen)
        return replace(some, boxes=np.asarray(some.boxes / self.factor, np.float32))


def turned(page: UprightPage, by: float) -> UprightPage:
    """Return a page turned by some degrees more, counter-clockwise."""
    if not by:
        return page
    grey, small = (turn(each, by, paper=typical(each)) for each in (page.grey, page.small))
    cosine, sine = np.cos(np.radians(by)), np.sin(np.radians(by))
    before, after = np.array(page.grey.shape[::-1]) / 2, np.array(grey.shape[::-1]) / 2
    across, down = (page.seen.middles - before).T
    middles = np.stack([cosine * across + sine * down, cosine * down - sine * across], axis=1) + after
    shifts = np.tile(middles - page.seen.middles, 2)
    seen = replace(page.seen, boxes=np.asarray(page.seen.boxes + shifts, np.float32))
    return replace(
        page, grey=grey, small=small, ink=turn(page.ink, by), seen=seen, angle=within_a_turn(page.angle + by)
    )


def set_upright(
    grey: FloatArray, ask: Detect, recheck: Recheck, *, is_level: bool = False, is_upright: bool = False
) -> UprightPage:
    """Return the page upright.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        ask: the detector.
        recheck: its second stage.
        is_level: whether its rows are known to be level.
        is_upright: whether its digits are known to stand upright, but for how their rows lie.
    """
    angle, seen = find_upright(as_grey_bytes(grey), ask, recheck, is_level=is_level, is_upright=is_upright)
    digits = seen.pick(seen.may_be_digit)
    factor = find_factor(digits.heights, limit_factor(grey))
    paper, coarse = typical(grey), coarsen(grey, factor)
    small = turn(coarse, angle, paper=paper)
    is_light = is_ink_light(small, digits.boxes / np.float32(factor), digits.presence)
    # Where a turned page ends, there would be ink.
    ink = turn(find_ink(coarse, light_on_dark=is_light), angle)
    return UprightPage(turn(grey, angle, paper=paper), angle, seen, factor, small, ink)


def find_factor(heights: FloatArray, least: int = 1) -> int:
    """Return the whole factor, at least 1, by which a page can be made coarser; its digits stay fine enough.

    Args:
        heights: of its digits, float32 (n,) in pixels.
        least: what it is at least, whatever the digits need.
    """
    if not len(heights):
        return least
    low, usual = quantiles(heights, (0.1, 0.5))
    return max(least, int(min(usual / ENOUGH_PX, low / ENOUGH_LOW_PX)))
