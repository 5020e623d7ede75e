"""A greyscale image goes in; which of paper and ink is the lighter, and the paper under the ink, come out.

Both look for strokes: what a closing fills. A closing leaves a straight edge between light and shadow alone, however
sharp, as long as it reaches no farther than it must; so the shortest reach that fills the strokes is looked for.
This module does not decide what is ink.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.picture.downsampling import look_at
from digits.reading.quantiles import median
from digits.reading.result import FloatArray

# Contrast (ink against paper, of the full grey range) below which a picture counts as blank paper: sensor noise and
# JPEG blocks stay under it, faint pencil lies at about 0.15.
LEAST_CONTRAST = 0.06
# Paper varies slowly: it is looked for in a picture of at most this size.
WORKING_SIZE_PX = 256
# The reach of a closing, in parts of the picture's smaller side, from fine pen to broad marker.
REACHES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
# A longer reach that fills less than this much more has found no more ink, only shadow.
LEAST_GROWTH = 1.25
# A border whose median is this far (of the picture's range) from the middle grey is paper, and tells which is lighter.
CLEAR_BORDER = 0.3
# A picture smaller than this has no room for a shadow beside its digit.
LEAST_SHADED_PX = 40


def is_light_on_dark(grey: FloatArray) -> bool:
    """Tell whether the ink is lighter than the paper.

    Paper owns the border and most of the picture. Where light and shadow leave the border undecided, ink is whichever
    of dark and light makes up the narrow structures.
    """
    lead = find_lead(grey)
    if min(grey.shape) < LEAST_SHADED_PX or abs(lead) > CLEAR_BORDER:
        return lead < 0
    small = _shrink(grey)
    answer, filled_before = lead < 0, 0
    for reach in REACHES:
        depths = _close(small, reach) - small, small - (1 - _close(1 - small, reach))
        level = max(LEAST_CONTRAST, 0.5 * max(float(depth.max()) for depth in depths))
        dark, light = (int(np.count_nonzero(depth > level)) for depth in depths)
        if filled_before and (light if answer else dark) <= LEAST_GROWTH * filled_before:
            break  # this reach fills no more strokes of the same ink; what else it fills are the gaps between them
        answer, filled_before = light > dark, max(light, dark)
    return answer


def find_lead(grey: FloatArray) -> float:
    """Return how much lighter the border is than the middle grey, in parts of the picture's range: from -0.5 to 0.5."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    darkest, lightest = float(grey.min()), float(grey.max())
    return (median(border) - (darkest + lightest) / 2) / max(lightest - darkest, 1e-6)


def find_paper(grey: FloatArray) -> FloatArray:
    """Return the paper under and around the ink of ``grey``, float32 of the same shape.

    Args:
        grey: float32 (height, width) in [0, 1], dark ink on lighter paper, which may lie partly in shadow.
    """
    height, width = grey.shape
    small = _shrink(grey)
    if min(grey.shape) < LEAST_SHADED_PX:
        closed = _close(small, REACHES[-1])
    else:
        closed, filled_before = small, 0
        for reach in REACHES:
            wider = _close(small, reach)
            depth = wider - small
            filled = int(np.count_nonzero(depth > max(LEAST_CONTRAST, 0.5 * float(depth.max()))))
            if filled_before and filled <= LEAST_GROWTH * filled_before:
                break
            closed, filled_before = wider, filled
    # Closing takes the lightest of the paper's grain; the median brings it back to the middle.
    depth = closed - small
    paper = np.asarray(closed - median(depth[depth <= max(LEAST_CONTRAST, 0.4 * float(depth.max()))]), np.float32)
    if paper.shape == grey.shape:
        return paper
    return np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _shrink(grey: FloatArray) -> FloatArray:
    """Return the picture at working size, its grain smoothed unless it is too small to spare any sharpness."""
    grey = look_at(grey).overview
    height, width = grey.shape
    scale = min(1.0, WORKING_SIZE_PX / max(height, width))
    if scale < 1:
        size = max(1, int(width * scale)), max(1, int(height * scale))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), np.float32) if min(grey.shape) >= LEAST_SHADED_PX else grey


def _close(small: FloatArray, reach: float) -> FloatArray:
    """Fill what is darker and narrower than twice ``reach``; the border goes on outward as it is."""
    reach_px = max(2, int(min(small.shape) * reach))
    kernel = np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8)
    padded = cv2.copyMakeBorder(small, reach_px, reach_px, reach_px, reach_px, cv2.BORDER_REPLICATE)
    closed = cv2.erode(cv2.dilate(padded, kernel), kernel)
    return np.asarray(closed[reach_px:-reach_px, reach_px:-reach_px], np.float32)
