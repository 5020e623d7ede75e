"""A greyscale image goes in, ink comes out: paper 0, ink 1, whichever of the two was the darker.

The paper is what varies slowly; ink is what departs from it. This module finds no digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import repeat

import cv2
import numpy as np

from digits.reading.ink.background import LEAST_CONTRAST, find_paper, is_light_on_dark
from digits.reading.quantiles import median, quantile
from digits.reading.result import FloatArray

# Paper darker than this is taken as this dark when ink is measured against it, so that noise in the dark stays noise.
DARKEST_PAPER = 0.25
# Ink below this share of the darkest is rounding and resampling.
FAINTEST = 0.02
# So many pixels tell how values are spread.
SAMPLE = 250_000
ROWS_AT_ONCE = 64
# The paper may be patterned in places: there, in tiles of so many of these pixels a side, with at least so many of
# paper, the floor is higher where it is so much higher.
TILE_PX, LEAST_PAPER, LEAST_RAISE = 24, 16, 0.03


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
    for rows, least in zip(_strips(ink), _strips(floor) if floor.ndim else repeat(floor), strict=False):
        rows[rows < least] = 0
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


def _noise_floor(ink: FloatArray) -> FloatArray:
    """Return below what there is grain, or a pattern of the paper, and no ink: float32 (height, width), or one number.

    That is three times the spread of what is certainly paper; where a part of the page has more of it, it is more.
    """
    few = _few(ink)
    usual = np.asarray(_floor_of(few.ravel()))
    rows, columns = (side // TILE_PX for side in few.shape)
    if not rows or not columns:
        return usual
    tiles = few[: rows * TILE_PX, : columns * TILE_PX].reshape(rows, TILE_PX, columns, TILE_PX).swapaxes(1, 2)
    floors = _floors_of(tiles.reshape(rows * columns, -1)).reshape(rows, columns)
    if floors.max() <= usual + LEAST_RAISE:
        return usual
    return np.asarray(
        np.maximum(cv2.resize(floors, ink.shape[::-1], interpolation=cv2.INTER_LINEAR), usual), np.float32
    )


def _floor_of(pixels: FloatArray) -> np.float32:
    """Return what ``_floors_of`` does for a single tile, (pixels,): three times as quick for a small one."""
    paper = pixels[pixels < 0.5]
    if len(paper) < LEAST_PAPER:
        return np.float32(FAINTEST)
    middle = len(paper) // 2
    level = np.sort(paper)[middle]
    spread = np.sort(np.abs(paper - level))[middle]
    return min(max(level + np.float32(3 * 1.4826) * spread, np.float32(FAINTEST)), np.float32(0.3))


def _floors_of(tiles: FloatArray) -> FloatArray:
    """Return the noise floor of each tile, float32 (n,), by its pixels, (n, pixels)."""
    if len(tiles) == 1:
        return np.array([_floor_of(tiles[0])])
    is_paper = tiles < 0.5
    counts = is_paper.sum(axis=1)
    each, middles = np.arange(len(tiles)), counts // 2 * (counts > 0)
    levels = np.sort(np.where(is_paper, tiles, np.inf), axis=1)[each, middles]
    spreads = np.sort(np.where(is_paper, np.abs(tiles - levels[:, np.newaxis]), np.inf), axis=1)[each, middles]
    floors = np.clip(levels + np.float32(3 * 1.4826) * spreads, FAINTEST, 0.3)
    return np.where(counts < LEAST_PAPER, FAINTEST, floors).astype(np.float32)


def typical(values: FloatArray) -> float:
    """Return the median of a picture, by some of its pixels."""
    return median(_few(values))


def _few(values: FloatArray) -> FloatArray:
    """Return every so many pixels both ways, at most about 250,000 of them."""
    step = math.ceil(math.sqrt(values.size / SAMPLE))
    return values[::step, ::step]
