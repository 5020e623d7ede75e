"""Tells quickly whether a page may have ruled cells, so that cells are not looked for on others."""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.layout.ruling.ruled_cells import find_tables
from digits.reading.layout.ruling.walls import find_leans
from digits.reading.picture.downsampling import shrink
from digits.reading.quantiles import median, quantile
from digits.reading.result import FloatArray

# The page is looked at with so many pixels along its longest side, for cells that digits so high may stand in.
LONGEST_PX, DIGITS_PX = 800, (10.0, 24.0, 56.0)
# Darker, or lighter, than what is around by so much, of 1, is ink.
CONTRAST, AROUND_PX = 0.05, 25
# Around dark ink, paper is lighter than its surroundings by up to so much of the ink's contrast, which this quantile of
# all pixels has; and the other way round.
HALO, PEAK = 0.3, 0.998
# A page that leans by more than so many degrees is turned first; edges fainter than this, of 1 a pixel, have no say.
LEAST_LEAN_DEG, LEAST_EDGE = 1.5, 0.03
# Without being blurred so much, thin lines have edges in few directions only.
SOFT_PX = 2.0


def may_have_cells(grey: FloatArray) -> bool:
    """Tell whether lines enclose cells in a picture, float32 (height, width) in [0, 1], of either polarity."""
    view = shrink(grey, LONGEST_PX)
    lean = find_lean(view)
    if abs(lean) > LEAST_LEAN_DEG:
        middle = (view.shape[1] - 1) / 2, (view.shape[0] - 1) / 2
        matrix, paper = cv2.getRotationMatrix2D(middle, -lean, 1.0), median(view[::2, ::2])
        view = np.asarray(cv2.warpAffine(view, matrix, view.shape[::-1], borderValue=(paper,)), np.float32)
    darker = cv2.blur(view, (AROUND_PX, AROUND_PX), borderType=cv2.BORDER_REPLICATE) - view
    darkest, lightest = quantile(darker[::2, ::2], PEAK), -quantile(darker[::2, ::2], 1 - PEAK)
    for mask in (darker > max(CONTRAST, HALO * lightest), darker < -max(CONTRAST, HALO * darkest)):
        if not mask.any():
            continue
        leans, ink = find_leans(mask.view(np.uint8), only_usual=True), mask.astype(np.float32)
        if any(find_tables(ink, digit_px, leans=leans) for digit_px in DIGITS_PX):
            return True
    return False


def find_lean(grey: FloatArray) -> float:
    """Return by how many degrees, counter-clockwise, most edges are off level and upright, in [-45, 45).

    The fullest of 180 bins of the edges' directions, modulo a quarter turn, weighted by their strength.
    """
    soft = cv2.GaussianBlur(grey, (0, 0), SOFT_PX)
    across = cv2.Scharr(soft, cv2.CV_32F, 1, 0, scale=1 / 32)
    down = cv2.Scharr(soft, cv2.CV_32F, 0, 1, scale=1 / 32)
    strength, direction = cv2.cartToPolar(across, down, angleInDegrees=True)
    is_edge = strength > LEAST_EDGE
    if not is_edge.any():
        return 0.0
    bins = np.asarray(direction[is_edge] * 2, np.int64) % 180
    counts = np.bincount(bins, weights=strength[is_edge], minlength=180)
    smooth = counts + np.roll(counts, 1) + np.roll(counts, -1)
    # Image rows go down, so a direction that grows is a clockwise turn.
    lean = -(float(smooth.argmax()) + 0.5) / 2
    return lean + 90 if lean < -45 else lean
