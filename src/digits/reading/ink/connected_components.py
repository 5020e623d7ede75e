"""Ink goes in; its connected parts come out, each with its box, and how high a digit is on this page.

A part may be a digit, a stroke of one, several digits that touch, or no digit at all: nothing here decides which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.ink.non_text import count_outline, find_blocks
from digits.reading.quantiles import quantile
from digits.reading.result import Box, FloatArray, IntArray

# Ink fainter than the first never starts a part, darker than the second always does; in between the picture decides.
FAINTEST_PART, DARKEST_THRESHOLD = 0.2, 0.45
# Beyond this many parts only the largest are kept: a page of 1,000 digits has some 1,500, 20,000 specks are no digits.
MOST_PARTS = 4000
# Ink is porous where holes of up to two pixels make up this much more, in digits of at least this height.
POROUS, LEAST_POROUS_PX = 0.18, 24


@dataclass(frozen=True, eq=False)
class Parts:
    """Connected parts of ink.

    ``ink`` float32 (height, width), zero off every part and its grey rim; ``labels`` int32 (height, width), 0 on paper;
    ``numbers`` int64 (n,) the label of each part; ``boxes`` int64 (n, 4) x, y, width, height; ``areas`` int64 (n,)
    in pixels; ``is_block`` bool (n,) what no pen wrote; ``stroke_px`` the usual thickness of a stroke.
    """

    ink: FloatArray
    labels: npt.NDArray[np.int32]
    numbers: IntArray
    boxes: IntArray
    areas: IntArray
    is_block: npt.NDArray[np.bool_]
    stroke_px: float

    def __len__(self) -> int:
        return len(self.numbers)

    def box(self, i: int) -> Box:
        return Box(*map(int, self.boxes[i]))

    def mask(self, i: int) -> npt.NDArray[np.bool_]:
        """Return bool (height, width) of its box: where part ``i`` is."""
        x, y, width, height = map(int, self.boxes[i])
        return np.asarray(self.labels[y : y + height, x : x + width] == self.numbers[i])

    def crop(self, i: int) -> FloatArray:
        """Return float32 ink of part ``i`` alone, a pixel wider on each side than its box, which may leave the page."""
        x, y, width, height = map(int, self.boxes[i])
        top, left = max(y - 1, 0), max(x - 1, 0)
        area = self.labels[top : y + height + 1, left : x + width + 1]
        is_own = area == self.numbers[i]
        is_near = cv2.dilate(is_own.view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_)
        is_near &= is_own | (area == 0)
        ink = np.where(is_near, self.ink[top : y + height + 1, left : x + width + 1], np.float32(0))
        if ink.shape == (height + 2, width + 2):
            return ink
        crop = np.zeros((height + 2, width + 2), np.float32)
        crop[top - y + 1 : top - y + 1 + ink.shape[0], left - x + 1 : left - x + 1 + ink.shape[1]] = ink
        return crop


def own_ink(parts: Parts) -> FloatArray:
    """Return the ink of the parts and their grey rims, float32 (height, width); other ink is too faint for a part."""
    is_near = cv2.dilate((parts.labels > 0).view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(is_near, parts.ink, 0).astype(np.float32)


def clear_parts(ink: FloatArray, parts: Parts, gone: Sequence[int]) -> FloatArray:
    """Return ``ink``, float32 (height, width), without some of its parts and their grey rims."""
    is_gone = np.isin(parts.labels, parts.numbers[list(gone)]).view(np.uint8)
    is_near = cv2.dilate(is_gone, np.ones((3, 3), np.uint8)) > 0
    is_other = (parts.labels > 0) & (is_gone == 0)
    return np.where(is_near & ~is_other, 0, ink).astype(np.float32)


def find_parts(ink: FloatArray) -> Parts:
    """Return the connected parts of ``ink``, float32 (height, width) in [0, 1], larger than single grains.

    Ink full of holes, as a pencil leaves it on rough paper or a scanner that knows black and white alone, would fall
    into crumbs: there, what is two pixels apart is connected.
    """
    mask = (ink >= _threshold(ink)).view(np.uint8)
    closed = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    if cv2.countNonZero(closed) > (1 + POROUS) * cv2.countNonZero(mask):
        solid = _label(ink, closed)
        # Small digits have no room for holes: there, it is the gaps between them that were closed.
        if upright_height(solid) >= LEAST_POROUS_PX:
            return solid
    return _label(ink, mask)


def _label(ink: FloatArray, mask: npt.NDArray[np.uint8]) -> Parts:
    # OpenCV's own choice, Spaghetti, takes twice as long on ink.
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(mask, 8, cv2.CV_32S, cv2.CCL_BBDT)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
    areas[0] = 0
    numbers = np.flatnonzero(areas >= 3)
    if len(numbers) > MOST_PARTS:
        numbers = np.sort(numbers[np.argsort(areas[numbers])[-MOST_PARTS:]])
    boxes = stats[numbers, :4].astype(np.int64)
    places = np.asarray(labels, np.int32)
    is_block, stroke_px = find_blocks(places, numbers, boxes, areas[numbers], count_outline(mask))
    return Parts(ink, places, numbers, boxes, areas[numbers], is_block, stroke_px)


def upright_height(parts: Parts) -> float:
    """Return what ``digit_height`` does where all digits are known to stand upright.

    However many of them touch, or stand on a printed line: how wide a part is says nothing then.
    """
    return _usual(parts, parts.boxes[:, 3].astype(np.float64))


def digit_height(parts: Parts) -> float:
    """Return the usual height of a digit in pixels: the median over parts, each counted by its size; 0 for none."""
    return _usual(parts, np.maximum(parts.boxes[:, 3], 0.6 * parts.boxes[:, 2]))


def _usual(parts: Parts, lengths: npt.NDArray[np.float64]) -> float:
    if not len(parts):
        return 0.0
    order = np.argsort(lengths)
    # By area, so that thousands of specks weigh less than a few digits; capped, so that no blot outweighs a page.
    # Specks are no higher than a stroke is thick, and say nothing about what a blot is.
    heights = np.maximum(parts.boxes[:, 3], 0.6 * parts.boxes[:, 2])
    is_stroke = (heights >= 3 * parts.stroke_px) & ~parts.is_block
    usual = parts.areas[is_stroke] if is_stroke.any() else parts.areas
    weights = np.where(parts.is_block, 0, np.minimum(parts.areas, 4 * quantile(usual, 0.9)))[order].astype(np.float64)
    half = np.searchsorted(np.cumsum(weights), weights.sum() / 2)
    return float(lengths[order][min(half, len(order) - 1)])


def _threshold(ink: FloatArray) -> float:
    """Put the threshold between the print of patterned paper and the pen (Otsu 1979, over what is not bare paper)."""
    counts = np.bincount(np.rint(ink[ink > 0.1] * 255).astype(np.int64), minlength=256).astype(np.float64)
    if counts.sum() < 50:
        return FAINTEST_PART
    below = np.cumsum(counts)
    sums = np.cumsum(counts * np.arange(256))
    above = counts.sum() - below
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    best = float(np.argmax(np.nan_to_num(between))) / 255
    return min(max(0.8 * best, FAINTEST_PART), DARKEST_THRESHOLD)
