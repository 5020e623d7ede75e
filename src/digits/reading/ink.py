"""A greyscale image goes in, ink comes out: paper 0, ink 1, whichever of the two was the darker.

The paper is what varies slowly; ink is what departs from it. This module finds no digits.
"""

from __future__ import annotations

import math

import numpy as np

from digits.reading.paper import LEAST_CONTRAST, find_paper, is_light_on_dark
from digits.reading.result import FloatArray

# Paper darker than this is taken as this dark when ink is measured against it, so that noise in the dark stays noise.
DARKEST_PAPER = 0.25
# Ink below this share of the darkest is rounding and resampling.
FAINTEST = 0.02
# So many pixels tell how values are spread.
SAMPLE = 250_000


def find_ink(grey: FloatArray, *, light_on_dark: bool | None = None) -> FloatArray:
    """Return the ink of ``grey``.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        light_on_dark: whether the ink is lighter than the paper; by default the picture decides.

    Returns:
        float32 (height, width) in [0, 1]: 0 on paper, 1 where the ink is darkest. All zero for a blank page.
    """
    if is_light_on_dark(grey) if light_on_dark is None else light_on_dark:
        grey = 1 - grey
    paper = find_paper(grey)
    # A share of the light that the paper gives back: a stroke is as dark in shadow as beside it.
    darkness = np.maximum(paper - grey, 0) / np.maximum(paper, DARKEST_PAPER)
    contrast = float(np.quantile(_few(darkness), 0.995)) if darkness.size > 2000 else float(darkness.max())
    contrast = max(contrast, 0.7 * float(darkness.max()))
    if contrast < LEAST_CONTRAST:
        return np.zeros_like(darkness)
    ink = np.clip(darkness / contrast, 0, 1)
    return np.where(ink < _noise_floor(ink), 0, ink).astype(np.float32)


def _noise_floor(ink: FloatArray) -> float:
    """Three times the spread of what is certainly paper, so that grain does not count as ink."""
    few = _few(ink)
    paper = few[few < 0.5]
    if paper.size < 16:
        return FAINTEST
    spread = 1.4826 * float(np.median(np.abs(paper - np.median(paper))))
    return min(0.3, max(FAINTEST, float(np.median(paper)) + 3 * spread))


def _few(values: FloatArray) -> FloatArray:
    """Return every so many pixels both ways, about 250,000 of them."""
    step = max(1, math.isqrt(values.size // SAMPLE))
    return values[::step, ::step]
