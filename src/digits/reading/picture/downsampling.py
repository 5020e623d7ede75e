"""A large picture goes in; the same picture with fewer pixels comes out.

Most questions about a page need no more than an overview of a million pixels, and every pass over ten times as many
takes longer than the answer. Nothing here knows what the picture shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from digits.reading.result import FloatArray

# What is larger is made coarser whatever it shows: an A4 page at 500 dpi, an A3 page at 350 dpi stay below.
MOST_PIXELS = 24_000_000
OVERVIEW_PIXELS = 1_000_000


@dataclass(frozen=True, eq=False)
class Views:
    """A picture, float32 (height, width) in [0, 1], and the same with at most a million pixels, ``factor`` coarser."""

    grey: FloatArray
    overview: FloatArray
    factor: int

    def shrink(self, most_px: int) -> FloatArray:
        """Return the picture with no side longer than ``most_px``, from the overview where that is fine enough."""
        return shrink(self.overview if max(self.overview.shape) >= most_px else self.grey, most_px)


def look_at(grey: FloatArray) -> Views:
    """Return the views of a picture, float32 (height, width) in [0, 1]; a small one is its own overview."""
    factor = _factor(grey, OVERVIEW_PIXELS)
    return Views(grey, coarsen(grey, factor), factor)


def shrink(grey: FloatArray, most_px: int) -> FloatArray:
    """Return the picture, float32, with no side longer than ``most_px``; a smaller one as it is."""
    scale = most_px / max(grey.shape)
    if scale >= 1:
        return grey
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)


def limit_factor(grey: FloatArray) -> int:
    """Return the whole factor by which a picture must be made coarser to have at most ``MOST_PIXELS``."""
    return _factor(grey, MOST_PIXELS)


def coarsen(grey: FloatArray, factor: int) -> FloatArray:
    """Return the mean of each ``factor`` by ``factor`` pixels, float32; what is left over at the far edges is cut."""
    if factor == 1:
        return grey
    height, width = (max(1, side // factor) for side in grey.shape)
    whole = grey[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _factor(grey: FloatArray, most_pixels: int) -> int:
    return max(1, math.ceil(math.sqrt(grey.size / most_pixels)))
