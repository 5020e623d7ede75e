"""Where a row runs and the page's ink go in; the row's strip comes out: level, of one height, as spotter.py wants it.

A strip knows where on the page it lies. Nothing here knows digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digits.reading.quantiles import quantile, row_medians
from digits.reading.result import Box, ByteArray, FloatArray

# A strip is so high, and a digit on it usually half as high: room for rows that climb, and for tall digits.
STRIP_PX, DIGIT_PX = 40, 20
# Paper on either end, in digits' heights.
MARGIN = 0.5
# Firm ink is as bright as this quantile of what is more than faint.
FIRMEST, FAINT = 0.8, 0.15
# Where a row runs is told by parts at least this high, in digits' heights, so many neighbours at a time.
GUIDES, NEIGHBOURS = 0.5, 9
# OpenCV samples pictures of at most 32,767 columns.
COLUMNS_AT_ONCE = 8_000


@dataclass(frozen=True, eq=False)
class Strip:
    """``pixels`` uint8 (40, width), light on black; on the page a pixel of it is ``1 / scale`` wide.

    ``left`` is the page's column at which it begins; ``middles`` float32 (width,) the page's row in its middle.
    """

    pixels: ByteArray
    scale: float
    left: float
    middles: FloatArray

    def boxes(self, left: FloatArray, top: FloatArray, right: FloatArray, bottom: FloatArray) -> list[Box]:
        """Return the boxes on the page of rectangles in pixels of the strip, (n,) each."""
        columns = np.clip(np.rint((left + right) / 2), 0, len(self.middles) - 1).astype(np.int64)
        y = self.middles[columns] + (top - STRIP_PX / 2) / self.scale
        x = self.left + left / self.scale
        width, height = np.maximum(1, (right - left) / self.scale), np.maximum(1, (bottom - top) / self.scale)
        return [Box(*each) for each in np.rint(np.stack([x, y, width, height], axis=1)).astype(np.int64).tolist()]


def cut_strip(
    ink: FloatArray, span: tuple[float, float], guides: Sequence[Box], height_px: float, *, is_stepped: bool = False
) -> Strip:
    """Return the strip of a row out of ``ink``, float32 (height, width) in [0, 1].

    Args:
        span: the columns where the row begins and ends.
        guides: what shows where it runs: parts, or digits. Low ones are left aside.
        height_px: of its digits.
        is_stepped: whether it runs in steps, through the middle of each guide.
    """
    scale = DIGIT_PX / height_px
    left, right = span[0] - MARGIN * height_px, span[1] + MARGIN * height_px
    tall = [box for box in guides if box.height >= GUIDES * height_px] or [max(guides, key=lambda box: box.height)]
    places, middles = (_step if is_stepped else _follow)(tall)
    width = max(8, round((right - left) * scale))
    width += width % 2
    columns = left + (np.arange(width) + 0.5) / scale
    course = np.interp(columns, places, middles)
    pieces = [
        _straighten(ink, left + start / scale, course[start : start + COLUMNS_AT_ONCE], scale)
        for start in range(0, width, COLUMNS_AT_ONCE)
    ]
    return Strip(brighten(np.concatenate(pieces, axis=1)), scale, left, course.astype(np.float32))


def brighten(strip: FloatArray) -> ByteArray:
    """Return uint8 from float32 in [0, 1], with firm ink at 255: a fine pen turns grey when it is shrunk."""
    inked = strip[strip > FAINT]
    level = quantile(inked, FIRMEST) if inked.size else 1.0
    return np.asarray(np.minimum(strip * (255 / max(level, 0.2)), 255), np.uint8)


def _step(guides: Sequence[Box]) -> tuple[np.ndarray, np.ndarray]:
    """Return points of a row's course that is level along each guide, and steps up or down between two."""
    boxes = sorted(guides, key=lambda box: box.x + box.width / 2)
    places = np.array([edge for box in boxes for edge in (box.x, box.x + box.width)], np.float64)
    return np.maximum.accumulate(places), np.repeat([box.y + box.height / 2 for box in boxes], 2)


def _follow(guides: Sequence[Box]) -> tuple[np.ndarray, np.ndarray]:
    """Return points of the row's course: a straight line through each part's neighbours, read off at the part."""
    x = np.array([box.x + box.width / 2 for box in guides])
    y = np.array([box.y + box.height / 2 for box in guides])
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    near = min(NEIGHBOURS, len(x))
    firsts = np.clip(np.arange(len(x)) - NEIGHBOURS // 2, 0, len(x) - near)
    members = firsts[:, np.newaxis] + np.arange(near)
    return x, _lines_at(x[members], y[members], x)


def _lines_at(x: np.ndarray, y: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Fit lines to points (n, k) by the median of slopes (Theil 1950) and return their heights at ``places`` (n,)."""
    if x.shape[1] < 4:
        return row_medians(y)
    one, two = np.triu_indices(x.shape[1], 1)
    across, down = x[:, two] - x[:, one], y[:, two] - y[:, one]
    # Points above one another have no slope: they sort to the end, behind the middle.
    is_apart = across > 0
    slopes = np.sort(np.where(is_apart, down / np.where(is_apart, across, 1), np.inf), axis=1)
    counts = is_apart.sum(axis=1)
    each = np.arange(len(x))
    middle = (slopes[each, np.maximum(counts - 1, 0) // 2] + slopes[each, counts // 2 * (counts > 0)]) / 2
    slope = np.clip(np.where(counts > 0, middle, 0), -0.3, 0.3)
    return np.asarray(row_medians(y - slope[:, np.newaxis] * x) + slope * places)


def _straighten(ink: FloatArray, left: float, course: np.ndarray, scale: float) -> FloatArray:
    """Sample the page along the course, float32 (40, len(course)); what lies off the page is paper."""
    half = STRIP_PX / 2 / scale
    top, bottom = int(course.min() - half) - 2, int(course.max() + half) + 3
    first, last = int(left) - 2, int(left + len(course) / scale) + 3
    y, x = max(top, 0), max(first, 0)
    crop = ink[y : max(bottom, y), x : max(last, x)]
    if not crop.size:
        return np.zeros((STRIP_PX, len(course)), np.float32)
    size = max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale))
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    across = (left - x + (np.arange(len(course)) + 0.5) / scale) * size[0] / crop.shape[1] - 0.5
    down = (course - y) * size[1] / crop.shape[0] - 0.5
    rows = np.arange(STRIP_PX)[:, None] - (STRIP_PX - 1) / 2 + down[None, :]
    columns = np.broadcast_to(across[None, :], rows.shape)
    strip = cv2.remap(
        small, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    return np.asarray(np.clip(strip, 0, 1), np.float32)
