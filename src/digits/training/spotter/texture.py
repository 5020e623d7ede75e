"""Adds marks, printed lines, patterned paper and worn ink to a composed row of digits.

All ink is float32 in [0, 1] at twice a strip's size (compose.py), but for ``age``, which takes the strip itself.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import FloatArray
from digits.training.augmentation.strokes import Random


def add_marks(ink: FloatArray, right: float, baseline: float, size: float, random: Random) -> float:
    """Put a dot, a comma or a dash after a digit; returns where it ends."""
    x = right + random.uniform(0, 3) * 2
    y = min(baseline + random.normal(-1, 2) * 2, ink.shape[0] - 2)
    pen = max(2, round(random.uniform(1.2, 3) * 2 * size))
    kind = random.random()
    if kind < 0.5:
        draw_stroke(ink, [(x + pen / 2, y), (x + pen / 2 + random.uniform(0, 2), y - random.uniform(0, 2))], pen)
        return float(x + pen)
    if kind < 0.85:
        reach = random.uniform(2, 5) * 2 * size
        draw_stroke(ink, [(x + reach / 2, y - reach / 3), (x + random.uniform(0, 0.4) * reach, y + reach)], pen * 0.8)
        return float(x + reach / 2)
    reach = random.uniform(4, 10) * 2 * size
    y -= random.uniform(5, 12) * 2 * size
    draw_stroke(ink, [(x + 2, y), (x + 2 + reach, y - random.normal(0, 0.25) * reach)], pen * 0.8)
    return float(x + reach + 4)


def draw_mark(ink: FloatArray, x: float, size: float, random: Random, *, last: bool = False) -> float:
    """Draw a mark before or after an amount: dashes, a currency's sign, a scribble; returns where it ends."""
    unit = 2 * size
    middle = ink.shape[0] / 2 + random.normal(0, 3) * 2
    pen = max(2.0, random.uniform(1, 4) * unit)
    wide = random.uniform(4, 16) * unit
    kind = random.integers(0, 4) if last else random.integers(2, 7)
    if kind in (0, 1, 2):  # one dash, or two
        rise = random.normal(-0.1, 0.2) * wide
        apart = random.uniform(3, 6) * unit
        for k in range(1 + int(kind > 0)):
            start, end = (x, middle + k * apart), (x + wide, middle + k * apart + rise)
            bend = (x + wide / 2, middle + k * apart + rise / 2 + random.normal(0, 0.1) * wide)
            draw_stroke(ink, [start, bend, end], pen)
    elif kind == 3:  # a slash with a dash; alone it would be a 1
        draw_stroke(ink, [(x, middle + 11 * unit), (x + wide * 0.5, middle - 11 * unit)], pen)
        draw_stroke(ink, [(x + wide * 0.5, middle), (x + wide * 1.2, middle + random.normal(0, 2))], pen)
        wide *= 1.3
    elif kind == 4:  # a dollar's sign
        t = np.linspace(0, 2 * np.pi, 14)
        points = np.stack([x + wide / 2 + 0.4 * wide * np.sin(t) * -1, middle + (t / np.pi - 1) * 9 * unit], axis=1)
        draw_stroke(ink, points, pen)
        for n in range(int(random.integers(1, 3))):
            column = x + wide * (0.4 + 0.2 * n)
            draw_stroke(ink, [(column, middle - 12 * unit), (column - random.uniform(0, 4), middle + 12 * unit)], pen)
    elif kind == 5:  # a number sign
        wide, pen = max(wide, 8 * unit), min(pen, 2 * unit)  # a broader one is a blot, as some digits are
        for share in (0.3, 0.6):
            draw_stroke(
                ink, [(x + share * wide + 4, middle - 8 * unit), (x + share * wide - 4, middle + 8 * unit)], pen
            )
            draw_stroke(
                ink, [(x, middle + (share - 0.45) * 16 * unit), (x + wide, middle + (share - 0.5) * 16 * unit)], pen
            )
    else:
        wide, pen = max(wide, 10 * unit), min(pen, 2 * unit)  # a narrower one is a 1, a broader one a blotted digit
        points = np.stack([x + random.uniform(0, wide, 6), middle + random.uniform(-9, 9, 6) * unit], axis=1)
        draw_stroke(ink, points[np.argsort(points[:, 0] + random.normal(0, 4, 6))], pen)
    return float(x + wide + random.uniform(3, 12) * 2)


def draw_stroke(ink: FloatArray, points: object, thickness: float, level: float = 1.0) -> None:
    """Draw a polyline with anti-aliasing, over what is there."""
    canvas = np.zeros(ink.shape, np.uint8)
    path = np.rint(np.asarray(points, np.float64)).astype(np.int32)
    cv2.polylines(canvas, [path], False, 255, max(1, round(thickness)), cv2.LINE_AA)
    np.maximum(ink, canvas * np.float32(level / 255), out=ink)


def print_lines(ink: FloatArray, boxes: FloatArray, random: Random) -> None:
    """Print a level line under, over or through the row, or the upright edge of a field."""
    height, width = ink.shape
    if random.random() < 0.25:
        bottom = 2 * float(boxes[:, 3].mean()) if len(boxes) else height * 0.8
        top = 2 * float(boxes[:, 1].mean()) if len(boxes) else height * 0.2
        for near in (bottom, top) if random.random() < 0.2 else (bottom if random.random() < 0.75 else top,):
            y = near + random.normal(0, 4) * 2
            thick = int(random.integers(1, 5))
            draw_stroke(ink, [(0, y), (width, y + random.normal(0, 2) * 2)], thick, random.uniform(0.15, 0.9))
    if random.random() < 0.04:
        x = random.uniform(0, 12) * 2 if random.random() < 0.7 else random.uniform(0, width)
        if not len(boxes) or not ((2 * boxes[:, 0] < x + 4) & (2 * boxes[:, 2] > x - 4)).any():
            draw_stroke(ink, [(x, 0), (x + random.normal(0, 3), height)], int(random.integers(1, 5)), 0.8)


def age(strip: FloatArray, random: Random) -> FloatArray:
    """Fade, blur, break and stain a strip, float32 (height, width) in [0, 1]."""
    height, width = strip.shape
    if random.random() < 0.05:  # a hard pencil, a dry pen: the ink is porous
        strip = np.where(random.random(strip.shape) < random.uniform(0.1, 0.5), strip * random.uniform(0, 0.5), strip)
    if random.random() < 0.3:
        strip = np.asarray(cv2.GaussianBlur(strip, (0, 0), random.uniform(0.3, 0.9)), np.float32)
    if random.random() < 0.2:  # a pen that gives its ink in patches
        patches = cv2.resize(random.uniform(0.2, 1.3, (10, 40)).astype(np.float32), (width, height))
        strip = strip * np.clip(patches, 0, 1)
    strip = strip ** random.uniform(0.6, 1.6) if random.random() < 0.5 else strip
    if random.random() < 0.25:  # guilloche, as on cheques
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        phase = random.uniform(0.05, 0.2) * x + random.uniform(0.2, 0.8) * y + 3 * np.sin(x * random.uniform(0.02, 0.1))
        wave = np.maximum(np.sin(phase) - random.uniform(0.3, 0.9), 0) * 2
        grain = cv2.resize(random.random((height // 2, width // 2), np.float32), (width, height))
        strip = np.maximum(strip, np.minimum(wave * grain, 1) * random.uniform(0.1, 0.5))
    if random.random() < 0.3:
        strip = strip + random.normal(0, random.uniform(0.01, 0.12), strip.shape).astype(np.float32)
    if random.random() < 0.15:
        dots = random.random(strip.shape) > 1 - random.uniform(0.001, 0.012)
        specks = cv2.GaussianBlur(dots.astype(np.float32), (0, 0), 0.6) * random.uniform(0.5, 2)
        strip = np.maximum(strip, specks)
    strip = np.clip(strip * random.uniform(0.5, 1.2), 0, 1).astype(np.float32)
    if random.random() < 0.6:
        strip = np.where(strip < random.uniform(0, 0.3) * strip.max(), 0, strip)
    return np.asarray(strip, np.float32)
