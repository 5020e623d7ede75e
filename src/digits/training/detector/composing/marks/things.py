"""Drawings and things that no list of examples holds: strokes put together at random, and bodies with parts."""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import FloatArray
from digits.training.detector.composing.marks.pens import Points, arc, draw_strokes, shaken, smooth
from digits.training.detector.composing.sheet import Ink, Random


def some_strokes(height_px: float, random: Random) -> Ink:
    """Return a drawing of three to nine strokes: rings, polygons, arcs, zigzags, lines, dots, in any arrangement.

    It is as large as a digit or up to three times that; now and then its right half is its left one's mirror image.
    """
    size = height_px * random.uniform(0.9, 3)
    strokes = [_some_stroke(random) for _ in range(int(random.integers(3, 10)))]
    if random.random() < 0.4:
        strokes += [each * np.array([-1.0, 1.0]) for each in strokes]
    pixels = np.zeros((int(1.7 * size) + 6, int(1.7 * size) + 6), np.float32)
    pen = max(1.0, float(np.exp(random.uniform(np.log(0.02), np.log(0.12)))) * size)
    draw_strokes(pixels, [shaken(each * size + 0.85 * size + 3, 0.012 * size, random) for each in strokes], pen)
    return Ink(pixels)


def _some_stroke(random: Random) -> Points:
    """Return one stroke about the origin, within 0.8 of it."""
    kind = random.integers(6)
    at = random.uniform(-0.45, 0.45, 2)
    reach = float(np.exp(random.uniform(np.log(0.06), np.log(0.45))))
    if kind == 0:
        start = random.uniform(0, 6.3)
        return arc((at[0], at[1]), (reach * random.uniform(0.5, 1.2), reach), start, start + random.uniform(4.5, 6.6))
    if kind == 1:
        angles = np.linspace(0, 2 * np.pi, int(random.integers(4, 8))) + random.uniform(0, 6.3)
        return np.asarray(at + reach * np.stack([np.cos(angles), np.sin(angles) * random.uniform(0.5, 1.2)], axis=1))
    if kind == 2:
        return smooth(at + random.uniform(-1, 1, (int(random.integers(3, 6)), 2)) * reach)
    if kind == 3:
        count = int(random.integers(4, 10))
        along = np.stack([np.linspace(-1, 1, count), np.where(np.arange(count) % 2, 0.35, -0.35)], axis=1) * reach
        turn = random.uniform(0, 6.3)
        return np.asarray(at + along @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]))
    if kind == 4:
        return np.stack([at, at + 0.02])
    return np.asarray(random.uniform(-0.7, 0.7, (2, 2)))


def thing(height_px: float, random: Random) -> Ink:
    """Return a thing as photographed by itself: a body, mostly symmetric, shaded, with parts, seams and holes."""
    size = int(height_px * random.uniform(0.8, 3)) + 8
    pixels = np.zeros((size, size), np.float32)
    for number in range(int(random.choice([1, 2, 3], p=[0.5, 0.3, 0.2]))):
        body = np.zeros((size, size), np.float32)
        cv2.fillPoly(body, [(_outline(random, small=number > 0) * size).astype(np.int32)], 1.0, cv2.LINE_AA)
        level = random.uniform(0.3, 1)
        pixels = pixels * (1 - body) + body * level * _shading(size, random)
    for _ in range(int(random.integers(0, 5))):  # seams, stripes, laces
        ends = random.uniform(0.1, 0.9, (2, 2)) * size
        seam = np.zeros((size, size), np.float32)
        draw_strokes(seam, [smooth(np.stack([ends[0], ends.mean(axis=0) + random.normal(0, 2, 2), ends[1]]))], 1.0)
        pixels *= 1 - np.float32(random.uniform(0.2, 0.8)) * seam
    if random.random() < 0.3:
        hole = np.zeros((size, size), np.float32)
        cv2.fillPoly(hole, [(_outline(random, small=True) * size).astype(np.int32)], 1.0, cv2.LINE_AA)
        pixels *= 1 - hole
    return Ink(np.asarray(np.clip(pixels, 0, 1), np.float32))


def _outline(random: Random, *, small: bool) -> Points:
    """Return the outline of a body in the unit square; mostly its right half is its left one's mirror image."""
    count = int(random.integers(3, 9))
    widths = random.uniform(0.08, 0.48, count)
    rows = np.sort(random.uniform(0.05, 0.95, count))
    if random.random() < 0.6:
        widths = np.repeat(widths, 2)[:count]
    left = np.stack([0.5 - widths, rows], axis=1)
    right = np.stack([0.5 + (widths if random.random() < 0.7 else random.uniform(0.08, 0.48, count)), rows], axis=1)
    points = np.concatenate([left, right[::-1]])
    if random.random() < 0.4:
        points = points[:, ::-1]
    if small:
        points = (points - 0.5) * random.uniform(0.2, 0.6, 2) + random.uniform(0.3, 0.7, 2)
    if random.random() < 0.5:
        points = smooth(np.concatenate([points, points[:1]]), 6 * len(points))
    return np.asarray(points)


def _shading(size: int, random: Random) -> FloatArray:
    """Return light on a body: a slope, folds, or a weave, float32 (size, size) in [0.2, 1]."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / np.float32(size)
    slope = 1 - random.uniform(0, 0.5) * (x * random.choice([-1, 1]) + y * random.uniform(-1, 1) + 0.5)
    if random.random() < 0.5:
        slope = slope * (1 - random.uniform(0, 0.4) * (np.sin(random.uniform(4, 40) * (x + 0.3 * y)) > 0.3))
    if random.random() < 0.5:
        grain = cv2.resize(random.uniform(0.5, 1, (7, 7)).astype(np.float32), (size, size))
        slope = slope * grain
    return np.asarray(np.clip(slope, 0.2, 1), np.float32)
