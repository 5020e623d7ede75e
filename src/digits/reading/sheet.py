"""A greyscale photo of a sheet goes in; the same photo with the table around the sheet painted over comes out.

What surrounds a sheet is neither paper nor ink, and would decide both polarity and contrast if it stayed. Nothing here
straightens the sheet.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.paper import is_light_on_dark
from digits.reading.result import FloatArray

# Surroundings are looked for in a thumbnail of this size: strokes of a pen vanish there under a small median.
THUMBNAIL_PX = 256
# A smaller picture is cut from a sheet: what runs along its border there are digits.
LEAST_SIDE_PX = 160
# How far, of the full grey range, surroundings differ from the paper. Shadows on white paper reach 0.2.
LEAST_DIFFERENCE = 0.25
# Surroundings run along a side for at least this share of it; a digit cut by the border covers less.
LEAST_RUN = 0.3
# More than this share of a picture is the sheet itself, light or dark.
LARGEST_SHARE = 0.45
# Ink departs from the paper this many times as far as the paper's own brightest or darkest parts do.
CLEAR_RATIO = 1.5


def clear_surroundings(grey: FloatArray) -> FloatArray:
    """Return ``grey`` with what lies along its border, and is neither paper nor ink, set to the paper's level.

    Args:
        grey: float32 (height, width) in [0, 1].
    """
    height, width = grey.shape
    if min(height, width) < LEAST_SIDE_PX:
        return grey
    scale = min(1.0, THUMBNAIL_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.rint(cv2.resize(grey, size, interpolation=cv2.INTER_AREA) * 255).astype(np.uint8)
    paper = float(np.median(small))
    smooth = cv2.medianBlur(small, 5).astype(np.float32)
    surroundings = _along_border(np.abs(smooth - paper) > LEAST_DIFFERENCE * 255)
    if not surroundings.any() or surroundings.mean() > LARGEST_SHARE:
        return grey
    # The sheet's edge is blurred, and a shadow often lies along it.
    grown = cv2.dilate(surroundings.astype(np.uint8), np.ones((7, 7), np.uint8))
    mask = cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    level = float(np.median(small[grown == 0])) / 255
    return np.where(mask, np.float32(level), grey)


def is_light_on_dark_page(grey: FloatArray) -> bool:
    """Tell whether a page's ink is lighter than its paper.

    Paper owns most of a page, whatever lies around it: ink is on that side of the median where the picture reaches
    farther. Where both sides are alike, strokes decide (see paper.py).
    """
    dark, paper, light = (
        float(value) for value in np.quantile(grey[:: _step(grey), :: _step(grey)], (0.005, 0.5, 0.995))
    )
    below, above = paper - dark, light - paper
    if max(below, above) >= CLEAR_RATIO * min(below, above):
        return above > below
    return is_light_on_dark(grey)


def _step(grey: FloatArray) -> int:
    """Every so many pixels are enough for a quantile."""
    return max(1, int(min(grey.shape)) // 512)


def _along_border(differs: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Keep the connected parts that run along one of the four sides."""
    count, labels = cv2.connectedComponents(differs.astype(np.uint8), connectivity=8)
    keep = np.zeros(count, bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        runs = np.bincount(side, minlength=count)
        keep |= runs >= LEAST_RUN * len(side)
    keep[0] = False
    return np.asarray(keep[labels])
