"""Grey fields without writing: paper, wood, stone, cloth, skin, photographs; float32 in [0, 1], 1 white.

Photographs without any file are "dead leaves": shapes that cover each other, with sizes of a power law, which have the
statistics of natural pictures (Lee, Mumford and Huang, "Occlusion models for natural images", IJCV 2001).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from digits.reading.result import FloatArray
from digits.training.detector.composing.sheet import Random


def noise(side: int, grain_px: tuple[float, float], random: Random) -> FloatArray:
    """Return smooth noise (side, side) of mean 0 and spread 1, its grains so wide and high."""
    wide, high = (max(2, int(side / max(1.0, grain)) + 2) for grain in grain_px)
    field = random.normal(0, 1, (high, wide)).astype(np.float32)
    return np.asarray(cv2.resize(field, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)


def fractal(side: int, random: Random, *, stretch: float = 1.0) -> FloatArray:
    """Return noise of all grains, coarse ones stronger; mean 0, spread about 1."""
    field, strength, grain = np.zeros((side, side), np.float32), 1.0, side / 3
    roughness = random.uniform(0.45, 0.75)
    while grain > 1.5:
        field += np.float32(strength) * noise(side, (grain * stretch, grain), random)
        strength, grain = strength * roughness, grain / 2
    return np.asarray(field / max(float(field.std()), 1e-3), np.float32)


def plain(side: int, random: Random) -> FloatArray:
    """Return paper: nearly even, a little cloudy or grainy."""
    field = np.full((side, side), random.uniform(0.7, 1), np.float32)
    if random.random() < 0.5:
        field += np.float32(random.uniform(0, 0.03)) * fractal(side, random)
    if random.random() < 0.3:
        field += np.float32(random.uniform(0, 0.04)) * random.normal(0, 1, (side, side)).astype(np.float32)
    return field


def wood(side: int, random: Random) -> FloatArray:
    """Return boards: rings cut lengthwise, bent by noise, and fine streaks."""
    y = np.mgrid[0:side, 0:side][0].astype(np.float32)
    rings = (y + 30 * noise(side, (side, side / 4), random)) / np.float32(random.uniform(6, 40))
    field = 0.5 + 0.12 * np.sin(rings + noise(side, (80, 8), random)) + 0.06 * fractal(side, random, stretch=12)
    if random.random() < 0.4:
        for row in range(int(random.integers(0, 90)), side, int(random.integers(60, 250))):
            field[row : row + int(random.integers(1, 5))] *= 0.4
    return _some_levels(field, random)


def stone(side: int, random: Random) -> FloatArray:
    """Return marble or granite: veins where noise changes its sign, grains."""
    veins = np.exp(-np.abs(fractal(side, random)) * random.uniform(4, 20))
    grains = noise(side, (random.uniform(1.5, 6),) * 2, random)
    return _some_levels(
        0.2 * fractal(side, random) - veins * random.uniform(0, 1.2) + random.uniform(0, 0.3) * grains, random
    )


def cloth(side: int, random: Random) -> FloatArray:
    """Return a weave, checked or striped."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    thread = random.uniform(2, 7)
    field = np.sin(2 * np.pi * x / thread) * np.sin(2 * np.pi * y / thread + np.pi * ((x // thread) % 2))
    field = field * random.uniform(0.1, 0.5) + 0.15 * fractal(side, random)
    if random.random() < 0.6:
        stripe = random.uniform(10, 80)
        field += random.uniform(0.2, 1) * (np.sin(2 * np.pi * x / stripe + 0.5 * noise(side, (60, 60), random)) > 0.3)
        if random.random() < 0.5:
            field += random.uniform(0.2, 1) * (np.sin(2 * np.pi * y / stripe) > 0.3)
    return _some_levels(field, random)


def skin(side: int, random: Random) -> FloatArray:
    """Return a soft surface with shading, pores and creases."""
    field = 0.6 * noise(side, (side / 2, side / 2), random) + 0.1 * noise(side, (3, 3), random)
    creases = np.exp(-np.abs(fractal(side, random)) * 12) * random.uniform(0, 0.5)
    return _some_levels(field - creases, random)


def dead_leaves(side: int, random: Random) -> FloatArray:
    """Return shapes that cover each other, each with its own grey and grain."""
    field = np.full((side, side), random.uniform(0, 1), np.float32)
    for _ in range(int(random.integers(40, 400))):
        size = min(side / 2, 4 * (1 - random.random()) ** -0.7 * random.uniform(0.5, 2))
        x, y = random.uniform(0, side, 2)
        grey, kind = float(random.uniform(0, 1)), random.random()
        if kind < 0.4:
            axes = (max(1, int(size)), max(1, int(size * random.uniform(0.2, 1))))
            cv2.ellipse(field, (int(x), int(y)), axes, float(random.uniform(0, 180)), 0, 360, grey, -1, cv2.LINE_AA)
        else:
            corners = random.normal(0, size, (int(random.integers(3, 7)), 2)) + np.array([x, y])
            cv2.fillConvexPoly(field, cv2.convexHull(corners.astype(np.int32)), grey, cv2.LINE_AA)
    field += np.float32(random.uniform(0, 0.1)) * fractal(side, random)
    return np.asarray(cv2.GaussianBlur(field, (0, 0), random.uniform(0.4, 2)), np.float32)


def photo(side: int, photos: Sequence[FloatArray], random: Random) -> FloatArray:
    """Return a part of one of ``photos``, float32 in [0, 1], mirrored and scaled; dead leaves where there is none."""
    if not photos or random.random() < 0.5:
        return dead_leaves(side, random)
    picture = photos[int(random.integers(len(photos)))]
    part = int(random.uniform(0.25, 1) * min(picture.shape))
    top, left = (int(random.integers(0, length - part + 1)) for length in picture.shape)
    field = cv2.resize(picture[top : top + part, left : left + part], (side, side), interpolation=cv2.INTER_LINEAR)
    field = field[:, ::-1] if random.random() < 0.5 else field
    return np.ascontiguousarray(np.rot90(field, int(random.integers(4))) if random.random() < 0.3 else field)


def halftone(side: int, random: Random) -> FloatArray:
    """Return a printed grey: dots whose size follows a soft picture."""
    step, angle = random.uniform(3, 9), random.uniform(0, np.pi)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    across, down = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    screen = np.cos(2 * np.pi * across / step) + np.cos(2 * np.pi * down / step)
    return np.asarray(
        1 - (screen > 0.8 * noise(side, (side / 3, side / 3), random)) * random.uniform(0.2, 0.9), np.float32
    )


def guilloche(side: int, random: Random) -> FloatArray:
    """Return the fine waving lines of cheques and banknotes."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    field = np.zeros((side, side), np.float32)
    for _ in range(int(random.integers(1, 4))):
        step, wave = random.uniform(4, 20), random.uniform(20, 150)
        angle = random.uniform(0, np.pi)
        across = x * np.cos(angle) + y * np.sin(angle)
        along = y * np.cos(angle) - x * np.sin(angle)
        phase = 2 * np.pi * (across + random.uniform(0, 12) * np.sin(2 * np.pi * along / wave)) / step
        field = np.maximum(field, np.clip((np.sin(phase) - random.uniform(0.2, 0.9)) * 4, 0, 1))
    return np.asarray(1 - field * random.uniform(0.08, 0.4), np.float32)


def some_background(side: int, photos: Sequence[FloatArray], random: Random) -> FloatArray:
    """Return what lies around or under a sheet, or what is photographed where there is none."""
    kind = random.integers(7)
    if kind < 4:
        return (wood, stone, cloth, skin)[kind](side, random)
    return photo(side, photos, random) if kind < 6 else _some_levels(fractal(side, random), random)


def some_paper(side: int, random: Random) -> FloatArray:
    """Return what is written on."""
    field, kind = plain(side, random), random.random()
    if kind < 0.12:
        field = field * guilloche(side, random)
    elif kind < 0.16:
        field = field * (1 - 0.5 * (1 - halftone(side, random)))
    elif kind < 0.28:
        field = 0.75 * field + 0.25 * some_background(side, (), random) * random.uniform(0.3, 1)
    elif kind < 0.32:
        field = some_background(side, (), random)
    return field


def _some_levels(field: FloatArray, random: Random) -> FloatArray:
    low, high = np.quantile(field[::4, ::4], [0.02, 0.98])
    level, contrast = random.uniform(0.25, 0.85), random.uniform(0.1, 0.6)
    return np.asarray(np.clip(level + contrast * ((field - low) / max(high - low, 1e-3) - 0.5), 0, 1), np.float32)
