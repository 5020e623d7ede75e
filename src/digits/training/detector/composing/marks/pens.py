"""Points go in, the stroke of a pen through them comes out: anti-aliased, of any width, smooth where it should be."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import FloatArray
from digits.training.detector.composing.sheet import Random

Points = npt.NDArray[np.float64]
# OpenCV takes points in sixteenths of a pixel.
SHIFT = 4


def draw_strokes(pixels: FloatArray, strokes: Sequence[Points], pen_px: float, level: float = 1.0) -> None:
    """Draw polylines (n, 2) of x and y over what is there, with a pen ``pen_px`` wide.

    A pen narrower than a pixel is a fainter line of one pixel.
    """
    canvas = np.zeros(pixels.shape, np.uint8)
    for points in strokes:
        path = np.rint(np.asarray(points, np.float64).reshape(-1, 2) * 2**SHIFT).astype(np.int32)
        path = np.clip(path, -(2**19), 2**19)
        if len(path) == 1:
            path = np.concatenate([path, path + 1])
        cv2.polylines(canvas, [path], False, 255, max(1, round(pen_px)), cv2.LINE_AA, SHIFT)
    if pen_px > 1.5:
        canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), 0.5), np.uint8)
    np.maximum(pixels, canvas * np.float32(min(1.0, max(0.35, pen_px)) * level / 255), out=pixels)


def smooth(points: Points, count: int = 16) -> Points:
    """Return ``count`` points on a Catmull-Rom spline through ``points`` (n, 2) (Catmull and Rom 1974)."""
    if len(points) < 3:
        return points
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, len(points) - 1 - 1e-9, count)
    k, u = t.astype(int), (t % 1)[:, None]
    a, b, c, d = (padded[k + i] for i in range(4))
    return np.asarray(0.5 * (2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3))


def arc(centre: tuple[float, float], radii: tuple[float, float], start: float, end: float) -> Points:
    """Return points on an ellipse from one angle to another, in radians."""
    t = np.linspace(start, end, max(6, int(abs(end - start) * 6)))
    return np.stack([centre[0] + radii[0] * np.cos(t), centre[1] + radii[1] * np.sin(t)], axis=1)


def shaken(points: Points, reach: float, random: Random) -> Points:
    """Return ``points`` as an unsteady hand draws them: moved by a slow walk of about ``reach`` pixels."""
    knots = random.normal(0, reach, (4, 2))
    t = np.linspace(0, 1, len(points))
    moves = [np.interp(t, np.linspace(0, 1, 4), knots[:, axis]) for axis in (0, 1)]
    return np.asarray(points + np.stack(moves, axis=1), np.float64)
