"""Things on a sheet that are no writing: rings, stamps, logos, bar codes, stray strokes, holes, folds, shadows."""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import FloatArray
from digits.training.detector.composing.marks.pens import arc, draw_strokes, shaken, smooth
from digits.training.detector.composing.sheet import Ink, Random


def stray_strokes(ink: Ink, height_px: float, random: Random) -> None:
    """Draw long lines and curves across a sheet, arrows, brackets, underlines."""
    for _ in range(int(random.integers(1, 4))):
        start, long = random.uniform(0, ink.width, 2), random.uniform(2.5, 10) * height_px
        way = random.normal(0, 1, 2)
        end = start + long * way / max(float(np.hypot(*way)), 1e-3)
        points = np.stack([start, (start + end) / 2 + random.normal(0, 0.15 * long, 2), end])
        pen = max(1.0, random.uniform(0.04, 0.12) * height_px)
        draw_strokes(
            ink.pixels, [smooth(points, 24) if random.random() < 0.6 else points[::2]], pen, random.uniform(0.4, 1)
        )


def ring(ink: Ink, x: float, y: float, reach: float, random: Random) -> None:
    """Draw a ring around something, as people mark an answer; larger than any digit inside."""
    begin = random.uniform(0, 6.3)
    radii = (reach * random.uniform(1.0, 1.4), reach * random.uniform(0.9, 1.2))
    points = shaken(arc((x, y), radii, begin, begin + random.uniform(5.8, 7)), 0.03 * reach, random)
    draw_strokes(ink.pixels, [points], max(1.0, random.uniform(0.03, 0.1) * reach))


def scribble(height_px: float, random: Random) -> Ink:
    """Return a tangle of a pen, as when something is blackened or a pen is tried."""
    size, turns = height_px * random.uniform(0.8, 3), int(random.integers(10, 40))
    pixels = np.zeros((int(1.6 * size) + 8, int(3.2 * size) + 8), np.float32)
    kind = random.random()
    if kind < 0.4:
        x = np.linspace(0.3 * size, random.uniform(1.2, 2.8) * size, turns)
        points = np.stack(
            [x, size * (0.8 + random.uniform(0.2, 0.6, turns) * np.where(np.arange(turns) % 2, 1, -1))], 1
        )
    elif kind < 0.7:
        t = np.linspace(0, turns, 8 * turns)
        drift = random.uniform(0, 1.6) * size * t / turns
        points = np.stack(
            [0.9 * size + drift + 0.5 * size * np.cos(t * 2), 0.8 * size + 0.5 * size * np.sin(t * 2.1)], 1
        )
    else:
        points = random.uniform(0.2, 1.3, (turns // 2 + 4, 2)) * size
    points = smooth(points, 6 * len(points)) if random.random() < 0.6 else points
    draw_strokes(pixels, [points], max(1.0, random.uniform(0.04, 0.14) * height_px))
    return Ink(pixels)


def doodle(height_px: float, random: Random) -> Ink:
    """Return a little drawing: a face, a house, a star, a flower, a spiral, an arrow, a box, some hearts."""
    size = height_px * random.uniform(1.2, 4)
    pixels = np.zeros((int(1.5 * size) + 6, int(1.5 * size) + 6), np.float32)
    middle = 0.75 * size
    t = np.linspace(0, 2 * np.pi, 40)
    circle = 0.5 * np.stack([np.cos(t), np.sin(t)], axis=1)
    turn = random.uniform(0, 6.3)
    star = np.array([[np.cos(turn + k * 0.8 * np.pi), np.sin(turn + k * 0.8 * np.pi)] for k in range(6)]) * 0.55
    square = np.array([[-0.5, -0.4], [0.5, -0.4], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.4]])
    eyes = [np.array([[x, -0.15], [x + 0.03, -0.1]]) for x in (-0.18, 0.18)]
    petals = np.stack([np.cos(t), np.sin(t)], 1) * (0.35 + 0.18 * np.cos(5 * t))[:, None]
    spiral = np.stack([np.cos(3 * t), np.sin(3 * t)], 1) * (t / 12)[:, None]
    heart = np.stack([16 * np.sin(t) ** 3, -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t))], 1) / 34
    choices = (
        [circle, *eyes, 0.25 * np.stack([np.cos(t[4:17]), np.sin(t[4:17])], 1)],
        [square, np.array([[-0.6, -0.4], [0, -0.8], [0.6, -0.4]]), square * 0.25],
        [star],
        [petals, 0.3 * circle, np.array([[0, 0.5], [0.05, 0.95]])],
        [spiral],
        [np.array([[-0.6, 0], [0.6, 0]]), np.array([[0.3, -0.25], [0.6, 0], [0.3, 0.25]])],
        [square, np.array([[-0.5, -0.4], [0.5, 0.5]]), np.array([[0.5, -0.4], [-0.5, 0.5]])],
        [heart],
        [circle, circle * 0.5, np.array([[-0.5, 0], [0.5, 0]]), np.array([[0, -0.5], [0, 0.5]])],
        [circle * [1, 0.4], np.array([[0.5, 0], [0.8, -0.25], [0.8, 0.25], [0.5, 0]]), *eyes[:1]],
        [np.array([[-0.5, 0.4], [-0.2, -0.4], [0.1, 0.2], [0.25, -0.1], [0.6, 0.4], [-0.5, 0.4]])],
        [
            np.array([[0, -0.7], [0, 0.1]]),
            *(np.array([[0, 0.1], [x, 0.7]]) for x in (-0.3, 0.3)),
            circle * 0.4 - [0, 0.85],
        ],
    )
    strokes = choices[random.integers(len(choices))]
    warp = np.eye(2) + random.normal(0, 0.15, (2, 2))
    pen = max(1.0, float(np.exp(random.uniform(np.log(0.02), np.log(0.08)))) * size)
    draw_strokes(pixels, [shaken(each @ warp.T * size + middle, 0.015 * size, random) for each in strokes], pen)
    return Ink(pixels)


def bar_code(height_px: float, random: Random) -> Ink:
    """Return bars, or squares as of a QR code, without figures below."""
    module, count = max(1, round(random.uniform(0.06, 0.2) * height_px)), int(random.integers(20, 60))
    if random.random() < 0.5:
        bars = np.repeat(random.integers(0, 2, count), module).astype(np.float32)
        return Ink(np.repeat(bars[None], max(2, round(random.uniform(1, 4) * height_px)), axis=0))
    side = int(random.integers(17, 33))
    code = random.integers(0, 2, (side, side)).astype(np.float32)
    for y, x in ((0, 0), (0, side - 7), (side - 7, 0)):
        code[y : y + 7, x : x + 7] = 1
        code[y + 1 : y + 6, x + 1 : x + 6] = 0
        code[y + 2 : y + 5, x + 2 : x + 5] = 1
    return Ink(np.kron(code, np.ones((module, module), np.float32)))


def stamp(piece: Ink, height_px: float, random: Random) -> Ink:
    """Return ``piece`` with a frame around it, blotchy as a stamp's ink is; its targets are no more."""
    margin = int(random.uniform(0.3, 1) * height_px)
    pixels = np.pad(piece.pixels, margin)
    height, width = pixels.shape
    thick = max(1, round(random.uniform(0.05, 0.15) * height_px))
    if random.random() < 0.5:
        cv2.rectangle(pixels, (1, 1), (width - 2, height - 2), 1.0, thick)
    else:
        pixels = np.pad(pixels, (((width - height) // 4 if width > height else 0,) * 2, (0, 0)))
        centre, axes = (width // 2, pixels.shape[0] // 2), (width // 2 - 2, pixels.shape[0] // 2 - 2)
        cv2.ellipse(pixels, centre, (max(1, axes[0]), max(1, axes[1])), 0, 0, 360, 1.0, thick, cv2.LINE_AA)
    blotches = cv2.resize(random.uniform(0, 1.6, (6, 8)).astype(np.float32), (pixels.shape[1], pixels.shape[0]))
    return Ink(np.asarray(pixels * np.clip(blotches, 0, 1), np.float32))


def shape(height_px: float, random: Random) -> Ink:
    """Return a filled shape, as of a logo, a garment or a thing; now and then with something cut out."""
    size = height_px * random.uniform(0.6, 5)
    side = int(1.4 * size) + 4
    pixels = np.zeros((side, side), np.float32)
    t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = 0.5 * size * np.clip(1 + np.cumsum(random.normal(0, 0.12, 24)) * np.sin(t / 2), 0.3, 1.3)
    points = np.stack([np.cos(t) * random.uniform(0.4, 1), np.sin(t)], axis=1) * radius[:, None] + side / 2
    corners = points[:: int(random.integers(1, 6))].astype(np.int32)
    cv2.fillPoly(pixels, [corners], 1.0, cv2.LINE_AA)
    if random.random() < 0.4:
        hole = ((points - side / 2) * random.uniform(0.2, 0.7) + side / 2 + random.normal(0, 0.1 * size, 2)).astype(
            np.int32
        )
        cv2.fillPoly(pixels, [hole], 0.0, cv2.LINE_AA)
    if random.random() < 0.5:
        grain = cv2.resize(random.uniform(0.3, 1, (5, 5)).astype(np.float32), (side, side))
        pixels = pixels * grain
    return Ink(np.asarray(pixels, np.float32))


def light(field: FloatArray, random: Random) -> FloatArray:
    """Return a sheet under uneven light, with folds, shadows and their edges, stains; it is float32 in [0, 1]."""
    side = field.shape[0]
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / np.float32(side)
    if random.random() < 0.5:
        clouds = cv2.resize(
            random.uniform(-1, 1, (3, 3)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC
        )
        field = field * (1 + clouds * np.float32(random.uniform(0, 0.35)))
    for _ in range(int(random.integers(1, 3)) if random.random() < 0.25 else 0):  # the edge of a shadow
        angle, reach = random.uniform(0, 6.3), random.uniform(-0.4, 0.4)
        away = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) - reach
        soft = np.float32(np.exp(random.uniform(np.log(0.002), np.log(0.1))))
        field = field * (1 - np.float32(random.uniform(0.15, 0.6)) / (1 + np.exp(np.clip(away / soft, -30, 30))))
    if random.random() < 0.12:  # a fold
        angle, reach = random.choice([0.0, np.pi / 2]) + random.normal(0, 0.05), random.uniform(-0.4, 0.4)
        away = ((x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) - reach) * side
        field = field * (1 - np.float32(random.uniform(0.05, 0.4)) * np.exp(-np.abs(away) / random.uniform(1, 6)))
    if random.random() < 0.08:  # holes of a binder
        for _ in range(int(random.integers(1, 4))):
            at = tuple(int(value) for value in random.integers(0, side, 2))
            field = field.copy()
            cv2.circle(field, at, int(random.integers(6, 26)), float(random.uniform(0, 0.6)), -1, cv2.LINE_AA)
    return np.asarray(np.clip(field, 0, 1), np.float32)
