"""The ink of a page goes in; whether its paper has squares, and by how much they are skewed, comes out.

On squared paper all that is written hangs together, or falls into pieces of lines, and no digit tells how the page
lies. The lines tell it best: turned the right way, ink is heaped up on some rows and some columns, as nothing else on
a page is both ways. Level and upright, line_removal.py removes them. Nothing here corrects perspective.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.ink.line_removal import FAINT_THRESHOLD
from digits.reading.quantiles import median
from digits.reading.result import ByteArray, FloatArray

# Directions are told by so many inked pixels, and the best one more finely by more.
FEW_PIXELS, MANY_PIXELS, MOST_PIXELS = 4_000, 20_000, 1_000_000
MOST_SKEW_DEG, STEP_DEG, FINE_DEG = 20.0, 1.0, 0.1
# The first look is at the middle of the page: between two directions, a line across all of it would meet the next one.
WINDOW_PX = 1000
# Both ways ink is heaped up this many times as much as in most directions. What is skewed by less is removed as it is.
HEAPED, LEAST_SKEW_DEG = 1.8, 0.4


def find_squares(ink: FloatArray) -> float | None:
    """Return the angle in degrees, counter-clockwise, by which to turn a page to set its squares level; None for none.

    Args:
        ink: float32 (height, width) in [0, 1].
    """
    pixels = _inked_pixels((ink >= FAINT_THRESHOLD).view(np.uint8))
    if not len(pixels):
        return None
    angles = np.arange(-MOST_SKEW_DEG, MOST_SKEW_DEG + STEP_DEG / 2, STEP_DEG)
    middle_of_page = np.array(ink.shape[::-1], np.float32) / 2
    is_near = (np.abs(pixels - middle_of_page) <= WINDOW_PX / 2).all(axis=1)
    heaps = _find_heaps(_some(pixels[is_near] if is_near.any() else pixels, FEW_PIXELS), angles)
    middle = angles[int(heaps.sum(axis=0).argmax())]
    fine = np.arange(middle - STEP_DEG, middle + STEP_DEG + FINE_DEG / 2, FINE_DEG)
    fine_heaps = _find_heaps(_some(pixels, MANY_PIXELS), fine)
    best = int(fine_heaps.sum(axis=0).argmax())
    if any(own[best] < HEAPED * median(usual) for own, usual in zip(fine_heaps, heaps, strict=True)):
        return None
    skew = round(float(fine[best]), 1)
    return skew if abs(skew) >= LEAST_SKEW_DEG else 0.0


def _inked_pixels(mask: ByteArray) -> npt.NDArray[np.float32]:
    """Return columns and rows of the inked pixels, (n, 2); of very many some, or a page of noise would take long."""
    count = cv2.countNonZero(mask)
    if not count:
        return np.zeros((0, 2), np.float32)
    if count <= MOST_PIXELS:
        return np.asarray(cv2.findNonZero(mask), np.float32).reshape(-1, 2)
    random = np.random.default_rng(0)
    draws = 2 * MANY_PIXELS * mask.size // count
    rows, columns = random.integers(0, mask.shape[0], draws), random.integers(0, mask.shape[1], draws)
    is_inked = mask[rows, columns] > 0
    return np.stack([columns[is_inked], rows[is_inked]], axis=1).astype(np.float32)


def _some(pixels: npt.NDArray[np.float32], most: int) -> npt.NDArray[np.float32]:
    """Return at most so many of the pixels, drawn by chance: every so many of them would lie on lines of their own."""
    if len(pixels) <= most:
        return pixels
    return pixels[np.random.default_rng(0).integers(0, len(pixels), most)]


def _find_heaps(pixels: npt.NDArray[np.float32], angles: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how unevenly ink spreads over rows, and over columns, after turns by ``angles``: float64 (2, n)."""
    columns, rows = pixels.T
    cosines, sines = np.cos(np.radians(angles)).tolist(), np.sin(np.radians(angles)).tolist()
    level = [_unevenness(rows * cosine - columns * sine) for cosine, sine in zip(cosines, sines, strict=True)]
    upright = [_unevenness(columns * cosine + rows * sine) for cosine, sine in zip(cosines, sines, strict=True)]
    return np.array([level, upright])


def _unevenness(places: npt.NDArray[np.float32]) -> float:
    """Return how often two pixels share a row, beside by chance alone, however many pixels there are."""
    counts = np.bincount((places - places.min()).astype(np.int64)).astype(np.float64)
    pairs = float((counts * (counts - 1)).sum())
    return pairs * counts.size / max(1, places.size * (places.size - 1))
