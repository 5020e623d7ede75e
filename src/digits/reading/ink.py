"""A greyscale image goes in, ink comes out: paper 0, ink 1, whichever of the two was the darker.

The paper is what varies slowly; ink is what departs from it. This module finds no digits.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import FloatArray

# Contrast (ink against paper, of the full grey range) below which a picture counts as blank paper: sensor noise and
# JPEG blocks stay under it, faint pencil lies at about 0.15.
LEAST_CONTRAST = 0.06
# Ink below this share of the darkest is rounding and resampling.
FAINTEST = 0.02


def find_ink(grey: FloatArray) -> FloatArray:
    """Return the ink of ``grey``.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.

    Returns:
        float32 (height, width) in [0, 1]: 0 on paper, 1 where the ink is darkest. All zero for a blank page.
    """
    if is_light_on_dark(grey):
        grey = 1 - grey
    darkness = np.maximum(_paper(grey) - grey, 0)
    contrast = float(np.quantile(darkness, 0.995)) if darkness.size > 2000 else float(darkness.max())
    contrast = max(contrast, 0.7 * float(darkness.max()))
    if contrast < LEAST_CONTRAST:
        return np.zeros_like(darkness)
    ink = np.clip(darkness / contrast, 0, 1)
    return np.where(ink < _noise_floor(ink), 0, ink).astype(np.float32)


def is_light_on_dark(grey: FloatArray) -> bool:
    """Tell whether the ink is lighter than the paper: paper owns the border and most of the picture."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    middle = (float(grey.min()) + float(grey.max())) / 2
    return float(np.median(border)) < middle


def _paper(grey: FloatArray) -> FloatArray:
    """Estimate the paper under the ink: what closing fills was ink; elsewhere the picture, smoothed, is the paper."""
    height, width = grey.shape
    scale = min(1.0, 256 / max(height, width))
    small = cv2.resize(grey, (max(1, int(width * scale)), max(1, int(height * scale))), interpolation=cv2.INTER_AREA)
    reach = max(3, min(small.shape) // 4)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    # Closing leans to the lighter side of a shadow; a blur over what is surely paper does not (normalized convolution).
    depth = closed - small
    is_paper = (depth <= max(LEAST_CONTRAST, 0.4 * float(depth.max()))).astype(np.float32)
    is_paper = np.asarray(cv2.erode(is_paper, np.ones((3, 3), np.uint8)), np.float32)
    weight = cv2.GaussianBlur(is_paper, (0, 0), reach / 4)
    blurred = cv2.GaussianBlur(small * is_paper, (0, 0), reach / 4)
    paper = np.where(weight > 0.05, blurred / np.maximum(weight, 0.05), closed).astype(np.float32)
    return np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _noise_floor(ink: FloatArray) -> float:
    """Three times the spread of what is certainly paper, so that grain does not count as ink."""
    paper = ink[ink < 0.5]
    if paper.size < 16:
        return FAINTEST
    spread = 1.4826 * float(np.median(np.abs(paper - np.median(paper))))
    return min(0.3, max(FAINTEST, float(np.median(paper)) + 3 * spread))
