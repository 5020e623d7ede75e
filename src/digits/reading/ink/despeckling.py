"""The ink of a picture that shows one digit goes in; the ink of that digit alone comes out.

Strokes are connected parts of firm ink. What is small beside the largest, or faint, is a speck, grain or a shadow's
edge, and would otherwise stretch the digit's box. Nothing here splits or reads.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import FloatArray

# Ink at least this dark starts a stroke; fainter ink counts only where it surrounds one (the grey rim of a pen line).
FIRM_INK = 0.2
# A stroke with less ink than this share of the largest is a speck: the bar of a 5 or 7 has about a sixth, and faint
# pencil breaks into less.
LEAST_SHARE = 0.03
# How far, in parts of the picture's smaller side, a stroke's grey rim may reach.
RIM_SHARE = 0.04


def keep_digit(ink: FloatArray) -> FloatArray:
    """Return ``ink`` with everything set to 0 that is no stroke of the digit, or the rim of one.

    Args:
        ink: float32 (height, width) in [0, 1], paper 0, ink 1.
    """
    firm = (ink >= FIRM_INK).view(np.uint8)
    count, labels = cv2.connectedComponents(firm, connectivity=8)
    if count <= 1:
        return np.zeros_like(ink)
    strokes = firm
    if count > 2:  # the paper and more than one stroke
        amounts = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count)
        amounts[0] = 0
        strokes = (amounts >= LEAST_SHARE * amounts.max()).astype(np.uint8)[labels]
    rim_px = max(1, round(RIM_SHARE * min(ink.shape)))
    near = cv2.dilate(strokes, np.ones((2 * rim_px + 1, 2 * rim_px + 1), np.uint8))
    return np.asarray(ink * near, np.float32)
