"""Adds a stroke to ink; finds where a digit ends, its hole, a curve for the stroke, and the pen that wrote it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.recognition.stroke_width import stroke_width
from digits.reading.result import FloatArray

Random = np.random.Generator
Points = npt.NDArray[np.float64]
FIRM = 0.4  # what is darker than this, of 1, is ink
# Strokes are drawn this many times as large and averaged.
OVERSAMPLING = 4


def end_of(ink: FloatArray, *, top: bool) -> Points:
    """Return x and y of the middle of the ink's topmost or lowest eighth, at its outer row."""
    rows = np.flatnonzero((ink > FIRM).any(axis=1))
    count = max(1, round(len(rows) / 8))
    part = rows[:count] if top else rows[-count:]
    columns = np.nonzero(ink[part[0] : part[-1] + 1] > FIRM)[1]
    return np.array([columns.mean(), rows[0] + 0.5 if top else rows[-1] - 0.5])


def curve(start: Points, corner: Points, end: Points) -> Points:
    """Return points (12, 2) on the quadratic Bézier curve of these three."""
    t = np.linspace(0, 1, 12)[:, np.newaxis]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end, np.float64)


def draw(ink: FloatArray, points: Points, random: Random) -> FloatArray:
    """Add a stroke through ``points`` (n, 2) with the pen that wrote ``ink``."""
    width = float(np.clip(stroke_width(ink) * random.uniform(0.9, 1.15), 1.5, 5))
    canvas = np.zeros((ink.shape[0] * OVERSAMPLING, ink.shape[1] * OVERSAMPLING), np.uint8)
    path = np.rint((points + 0.5) * OVERSAMPLING).astype(np.int32)
    cv2.polylines(canvas, [path], False, 255, max(1, round(width * OVERSAMPLING)), cv2.LINE_AA)
    stroke = cv2.resize(canvas, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_AREA) / np.float32(255)
    return np.asarray(np.maximum(ink, stroke), np.float32)


def hole_in(ink: FloatArray) -> tuple[int, int, int, int] | None:
    """Return x, y, width and height of the largest hole in the ink, in pixels; None without one of 6 pixels."""
    paper = (ink <= FIRM).astype(np.uint8)
    count, _, found, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    holes = [found[k] for k in range(1, count) if found[k][0] > 0 and found[k][4] >= 6]  # at x = 0 is the outside
    if not holes:
        return None
    x, y, wide, high, _ = max(holes, key=lambda hole: int(hole[4]))
    return int(x), int(y), int(wide), int(high)
