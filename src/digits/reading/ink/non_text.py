"""Connected parts go in; those that are no writing come out: bars, long lines, frames, logos.

One bar would outweigh a whole number when the height of a digit and the thickness of a stroke are asked for. Nothing
here decides what is a digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.quantiles import quantile
from digits.reading.result import IntArray

# A block has so many times the area, or length, of the middle part of those that are no grains; where more than so many
# have it, they are the writing.
MUCH_LARGER, GRAIN_PX, MOST_BLOCKS = 4, 20, 50
# It is so many times as thick as the rest, and its shorter side less than so many times as long as it is thick.
MUCH_THICKER, LEAST_SIDE = 3, 3
# It may be a blotted digit unless other parts are this long beside its shorter side, which dust is not; what is so much
# longer than broad may be a 1 in a thick pen.
LEAST_BESIDE, LIKE_ONE, LEAST_BESIDE_ONE = 0.15, 3, 0.3
# A line is straight, its outline no longer than this, of the least, and so many times as long as thick; a frame has ink
# on so little of its box. Either is so many times as long as other parts, and they are so many times as long as it is
# thick: dust beside a 1 is not.
STRAIGHT, LEAST_LINE, MOST_FRAME, LONGER, BESIDE_LINE, BESIDE_FRAME = 1.15, 25, 0.15, 4, 4, 2
# A disc, such as a hole for a file, is as broad as high, fills as much of its box as a circle does and is no longer
# around, is so many times as thick as a stroke, and at least so broad beside other parts; there are at most so many.
ROUND, FILLED, LEAST_OUTLINE, DISC_THICKER, LEAST_DISC, MOST_DISCS = 1.15, (0.7, 0.83), 1.3, 2, 0.6, 20


def find_blocks(
    labels: npt.NDArray[np.int32], numbers: IntArray, boxes: IntArray, areas: IntArray, outline_px: int
) -> tuple[npt.NDArray[np.bool_], float]:
    """Return which parts are blocks, bool (n,), and the usual thickness of a stroke in pixels, at least 1.

    Args:
        labels: int32 (height, width), 0 on paper.
        numbers: int64 (n,), each part's label.
        boxes: int64 (n, 4), x, y, width, height.
        areas: int64 (n,), in pixels.
        outline_px: how many pixels the outlines of all parts have, as ``count_outline`` counts them.
    """
    is_block = np.zeros(len(numbers), np.bool_)
    ink_px, large = int(areas.sum()), _much_larger(areas, boxes[:, 2:].max(axis=1))
    discs = _find_round(areas, boxes)
    outlines = {i: _outline(labels, int(numbers[i]), boxes[i]) for i in {*large, *discs}}
    rest_px, rest_outline = ink_px - int(areas[list(outlines)].sum()), outline_px - sum(outlines.values())
    if outlines and rest_outline > 0:
        usual = 2 * rest_px / rest_outline
        is_other = areas >= GRAIN_PX
        is_other[large] = False
        longest = quantile(boxes[is_other, 2:].max(axis=1), 0.9) if is_other.any() else 0.0
        for i, outline in outlines.items():
            shorter, longer = sorted(boxes[i, 2:].tolist())
            own = _Shape(shorter, longer, int(areas[i]), outline)
            is_large = i in large and (own.is_solid(usual, longest) or own.is_line_or_frame(longest))
            is_block[i] = is_large or (i in discs and own.is_disc(usual, longest))
    blocks = np.flatnonzero(is_block).tolist()
    area, outline = ink_px - int(areas[blocks].sum()), outline_px - sum(outlines[i] for i in blocks)
    return is_block, max(1.0, 2 * area / outline) if outline > 0 else 1.0


@dataclass(frozen=True)
class _Shape:
    """The sides of a part's box, its area and the length of its outline, in pixels."""

    shorter: int
    longer: int
    area: int
    outline: int

    @property
    def thick(self) -> float:
        return 2 * self.area / self.outline

    def is_solid(self, usual_thickness: float, longest: float) -> bool:
        least = LEAST_BESIDE_ONE if self.longer >= LIKE_ONE * self.shorter else LEAST_BESIDE
        is_thick = self.thick > MUCH_THICKER * usual_thickness and self.shorter < LEAST_SIDE * self.thick
        return is_thick and longest >= least * self.shorter

    def is_disc(self, usual_thickness: float, longest: float) -> bool:
        is_thick = self.thick > DISC_THICKER * usual_thickness and self.longer >= LEAST_DISC * longest
        return is_thick and self.outline <= LEAST_OUTLINE * math.pi * self.longer

    def is_line_or_frame(self, longest: float) -> bool:
        is_straight = self.outline <= STRAIGHT * 2 * math.hypot(self.shorter, self.longer)
        is_line = is_straight and self.longer >= LEAST_LINE * self.thick and longest >= BESIDE_LINE * self.thick
        is_frame = self.area <= MOST_FRAME * self.shorter * self.longer and longest >= BESIDE_FRAME * self.thick
        return (is_line or is_frame) and self.longer >= LONGER * longest


def _much_larger(areas: IntArray, sides: IntArray) -> list[int]:
    """Return which parts have much more area, or a much longer longer side, than the middle one of all but grains."""
    no_grain = areas >= GRAIN_PX
    middle = (np.count_nonzero(no_grain) - 1) // 2
    if middle < 0:
        return []
    area, side = np.sort(areas[no_grain])[middle], np.sort(sides[no_grain])[middle]
    found = np.flatnonzero((areas >= MUCH_LARGER * area) | (no_grain & (sides >= MUCH_LARGER * side))).tolist()
    return found if len(found) <= MOST_BLOCKS else []


def _find_round(areas: IntArray, boxes: IntArray) -> list[int]:
    """Return which parts are about as broad as high and fill as much of their box as a circle."""
    sides = np.sort(boxes[:, 2:], axis=1)
    share = areas / (sides[:, 0] * sides[:, 1])
    is_round = (areas >= GRAIN_PX) & (sides[:, 1] <= ROUND * sides[:, 0]) & (share >= FILLED[0]) & (share <= FILLED[1])
    found = np.flatnonzero(is_round).tolist()
    return found if len(found) <= MOST_DISCS else []


def _outline(labels: npt.NDArray[np.int32], number: int, box: IntArray) -> int:
    x, y, width, height = box.tolist()
    return max(1, count_outline((labels[y : y + height, x : x + width] == number).view(np.uint8)))


def count_outline(mask: npt.NDArray[np.uint8]) -> int:
    """Return how many pixels of ink touch paper; an outline pixel is shared by both sides of a line a pixel thin."""
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
    return cv2.countNonZero(mask) - cv2.countNonZero(inner)
