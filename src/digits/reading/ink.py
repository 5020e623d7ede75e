"""A greyscale image goes in, ink comes out: paper 0, ink 1, whichever of the two was the darker.

The paper is what varies slowly; ink is what departs from it. This module finds no digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from digits.reading.paper import LEAST_CONTRAST, find_paper, is_light_on_dark
from digits.reading.quantiles import median, quantile
from digits.reading.result import FloatArray

# Paper darker than this is taken as this dark when ink is measured against it, so that noise in the dark stays noise.
DARKEST_PAPER = 0.25
# Ink below this share of the darkest is rounding and resampling.
FAINTEST = 0.02
# So many pixels tell how values are spread.
SAMPLE = 250_000
ROWS_AT_ONCE = 64


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
    ink = _darkness(grey, find_paper(grey))
    darkest = float(ink.max())
    contrast = quantile(_few(ink), 0.995) if ink.size > 2000 else darkest
    contrast = max(contrast, 0.7 * darkest)
    if contrast < LEAST_CONTRAST:
        return np.zeros_like(ink)
    np.minimum(np.divide(ink, contrast, out=ink), 1, out=ink)
    floor = _noise_floor(ink)
    for rows in _strips(ink):
        rows[rows < floor] = 0
    return ink


def _darkness(grey: FloatArray, paper: FloatArray) -> FloatArray:
    """Return in ``paper`` the share of its light that ``grey`` takes: a stroke is as dark in shadow as beside it.

    In place and in strips: fresh memory for a page takes longer than the arithmetic.
    """
    for dark, light in zip(_strips(grey), _strips(paper), strict=True):
        taken = np.maximum(light - dark, 0)
        np.divide(taken, np.maximum(light, DARKEST_PAPER, out=light), out=light)
    return paper


def _strips(values: FloatArray) -> Iterator[FloatArray]:
    """Yield views of so many rows at a time."""
    for start in range(0, len(values), ROWS_AT_ONCE):
        yield values[start : start + ROWS_AT_ONCE]


def _noise_floor(ink: FloatArray) -> float:
    """Three times the spread of what is certainly paper, so that grain does not count as ink."""
    few = _few(ink)
    paper = few[few < 0.5]
    if paper.size < 16:
        return FAINTEST
    level = median(paper)
    spread = 1.4826 * median(np.abs(paper - np.float32(level)))
    return min(0.3, max(FAINTEST, level + 3 * spread))


def typical(values: FloatArray) -> float:
    """Return the median of a picture, by some of its pixels."""
    return median(_few(values))


def _few(values: FloatArray) -> FloatArray:
    """Return every so many pixels both ways, at most about 250,000 of them."""
    step = math.ceil(math.sqrt(values.size / SAMPLE))
    return values[::step, ::step]
