"""What a pen writes that is no digit: points, commas, slashes, dashes, crosses, ticks, crossings-out."""

from __future__ import annotations

import cv2
import numpy as np

from composing.sheet import Ink, Random

# Strokes are drawn so many times as large, and averaged.
FINE = 4


def strokes(height: float, width: float, lines: list[list[tuple[float, float]]], pen_px: float) -> Ink:
    """Return the ink, float32 (height, width), of lines through points (x, y) in px."""
    canvas = np.zeros((max(1, round(height)) * FINE, max(1, round(width)) * FINE), np.uint8)
    for points in lines:
        path = np.rint((np.array(points) + 0.5) * FINE).astype(np.int32)
        cv2.polylines(canvas, [path], False, 255, max(1, round(pen_px * FINE)), cv2.LINE_AA)
    small = cv2.resize(canvas, None, fx=1 / FINE, fy=1 / FINE, interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def separator(mark: str, size_px: float, pen_px: float, random: Random) -> Ink:
    """Return a mark of ".,:/-" in a strip as high as the digits beside it are."""
    high, jitter = size_px, lambda spread: float(random.normal(0, spread * size_px))
    if mark == ".":
        wide, lines = pen_px * 1.6 + 2, [[(pen_px, high - pen_px), (pen_px + 0.3, high - pen_px + 0.4)]]
        return strokes(high, wide, lines, pen_px * 1.5)
    if mark == ",":
        lean = size_px * random.uniform(0.05, 0.14)
        low = high + size_px * random.uniform(0.1, 0.22)
        return strokes(low + pen_px, lean + 2 * pen_px, [[(lean + pen_px, high - pen_px * 1.5), (pen_px, low)]], pen_px)
    if mark == ":":
        x, top, low = pen_px, high * 0.32 + jitter(0.03), high * 0.74 + jitter(0.03)
        points = [[(x, top), (x + 0.3, top + 0.4)], [(x, low), (x, low + 0.4)]]
        return strokes(high, 2 * pen_px + 1, points, pen_px * 1.4)
    if mark == "/":
        lean = size_px * random.uniform(0.3, 0.55)
        ends = [(lean + pen_px, pen_px + abs(jitter(0.03))), (pen_px, high * 1.08)]
        return strokes(high * 1.12 + pen_px, lean + 2 * pen_px, [ends], pen_px)
    long = size_px * random.uniform(0.3, 0.5)
    y = high * 0.52 + jitter(0.04)
    return strokes(high, long + 2 * pen_px, [[(pen_px, y), (long + pen_px, y + jitter(0.03))]], pen_px)


def cross(size_px: float, pen_px: float, random: Random) -> Ink:
    """Return an X."""
    a, b, c, d = (float(value) for value in random.uniform(0, 0.14, 4) * size_px)
    lines = [
        [(pen_px + a, pen_px + b), (size_px - c, size_px - d)],
        [(size_px - b, pen_px + c), (pen_px + d, size_px - a)],
    ]
    return strokes(size_px + 2 * pen_px, size_px + 2 * pen_px, lines, pen_px)


def tick(size_px: float, pen_px: float, random: Random) -> Ink:
    """Return a tick."""
    foot = size_px * random.uniform(0.25, 0.4)
    start = (pen_px, size_px * random.uniform(0.5, 0.65))
    end = (size_px * random.uniform(0.85, 1.0), pen_px + size_px * random.uniform(0, 0.15))
    return strokes(size_px + 2 * pen_px, size_px + 2 * pen_px, [[start, (foot, size_px), end]], pen_px)


def struck_out(number: Ink, pen_px: float, random: Random) -> Ink:
    """Return the ink of a number with a line, two lines, a cross or a zigzag through it."""
    high, wide = number.shape
    way, y = int(random.integers(4)), high * random.uniform(0.4, 0.6)
    tilt = high * random.uniform(-0.2, 0.2)
    if way == 0:
        lines = [[(0, y + tilt), (wide, y - tilt)]]
    elif way == 1:
        lines = [
            [(0, y + tilt - high * 0.1), (wide, y - tilt - high * 0.1)],
            [(0, y + tilt + high * 0.1), (wide, y - tilt)],
        ]
    elif way == 2:
        lines = [[(0, high * 0.05), (wide, high * 0.95)], [(0, high * 0.9), (wide, high * 0.1)]]
    else:
        count = max(4, round(wide / high * 7))
        ends = [high * (0.15 if k % 2 else 0.85) + random.normal(0, 0.05 * high) for k in range(count + 1)]
        lines = [[(wide * k / count, y) for k, y in enumerate(ends)]]
    return np.maximum(number, strokes(high, wide, lines, pen_px)[:high, :wide])
