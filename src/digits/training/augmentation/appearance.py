"""Frames go in, the same digits on worse paper come out: faint, shaded, blurred, noisy, partly covered.

These are generic families, each with a strength drawn for every image; they use no code or images of a published
corruption benchmark. Geometry is in augment.py.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from digits.reading.result import FloatArray

Random = np.random.Generator


def worsen(image: FloatArray, random: Random) -> FloatArray:
    """Return float32 (28, 28) in [0, 1]: ``image`` after one to three of the families below, in physical order.

    Ink is covered or fades first, then the paper shows, then the camera blurs, then the sensor adds noise.
    """
    chosen = set(random.choice(len(FAMILIES), size=random.integers(1, 4), replace=False).tolist())
    for number, family in enumerate(FAMILIES):
        if number in chosen:
            image = family(image, random)
    return np.clip(image, 0, 1, out=image)


def _cover(image: FloatArray, random: Random) -> FloatArray:
    """Draw one or two straight or bent lines, or wipe out a small patch."""
    image = image.copy()
    if random.random() < 0.3:
        size = random.integers(3, 9, 2)
        y, x = random.integers(0, 28 - size[0]), random.integers(0, 28 - size[1])
        image[y : y + size[0], x : x + size[1]] = random.choice([0.0, random.uniform(0, 1)])
        return image
    for _ in range(random.integers(1, 3)):
        corners = random.integers(-4, 32, (random.integers(2, 5), 2)).astype(np.int32)
        shade = random.choice([0.0, 1.0, random.uniform(0, 1)], p=[0.2, 0.5, 0.3])
        cv2.polylines(image, [corners], False, float(shade), 1 + (random.random() < 0.15), cv2.LINE_AA)
    return image


def _fade(image: FloatArray, random: Random) -> FloatArray:
    """Scale the ink, or bend its grey levels."""
    if random.random() < 0.5:
        return image * np.float32(random.uniform(0.25, 1))
    return np.power(image, np.float32(np.exp(random.uniform(-0.9, 0.9))))


def _shade(image: FloatArray, random: Random) -> FloatArray:
    """Raise the paper's level: evenly, by a slope, or in soft clouds; the ink keeps what contrast is left."""
    level = random.uniform(0.1, 0.85)
    kind = random.integers(0, 3)
    if kind == 0:
        field = np.full((28, 28), level, np.float32)
    else:
        grid = random.uniform(0, 1, (2, 2) if kind == 1 else (int(random.integers(3, 8)),) * 2)
        field = level * np.clip(cv2.resize(grid.astype(np.float32), (28, 28), interpolation=cv2.INTER_CUBIC), 0, 1)
    if random.random() < 0.5:
        return np.asarray(image + field, np.float32)  # light added: what exceeds white is lost
    return np.asarray(field + image * (1 - field), np.float32)


def _turn_negative(image: FloatArray, random: Random) -> FloatArray:
    """Swap ink and paper: everywhere, or on one side of a line."""
    if random.random() < 0.4:
        return 1 - image
    swapped = image.copy()
    start, end = np.sort(random.integers(0, 29, 2))
    band = np.s_[start:end] if random.random() < 0.5 else np.s_[:, start:end]
    swapped[band] = 1 - swapped[band]
    return swapped


def _blur(image: FloatArray, random: Random) -> FloatArray:
    """Out of focus, moved, or seen through rough glass."""
    kind = random.integers(0, 3)
    if kind == 0:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), random.uniform(0.4, 1.6)), np.float32)
    if kind == 1:
        length = int(random.integers(3, 10))
        kernel = np.zeros((9, 9), np.float32)
        angle = random.uniform(0, np.pi)
        reach = np.array([np.cos(angle), np.sin(angle)]) * (length - 1) / 2
        ends = np.rint(np.stack([4 - reach, 4 + reach])).astype(np.int32)
        cv2.line(kernel, ends[0].tolist(), ends[1].tolist(), 1.0)
        return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.float32)
    reach_px = random.uniform(0.3, 1.6)
    rows, columns = np.mgrid[0:28, 0:28].astype(np.float32)
    rows += random.uniform(-reach_px, reach_px, (28, 28)).astype(np.float32)
    columns += random.uniform(-reach_px, reach_px, (28, 28)).astype(np.float32)
    return np.asarray(cv2.remap(image, columns, rows, cv2.INTER_LINEAR), np.float32)


def _add_noise(image: FloatArray, random: Random) -> FloatArray:
    """Grain everywhere, grain that grows with light, single wrong pixels, or specks."""
    kind = random.integers(0, 4)
    if kind == 0:
        return np.asarray(image + random.normal(0, random.uniform(0.03, 0.3), (28, 28)), np.float32)
    if kind == 1:
        return np.asarray(random.poisson(np.clip(image, 0, 1) * (rate := random.uniform(4, 40))) / rate, np.float32)
    wrong = random.random((28, 28)) < random.uniform(0.01, 0.25)
    if kind == 3:  # fewer, larger
        wrong = (
            cv2.dilate((random.random((28, 28)) < random.uniform(0.002, 0.03)).astype(np.uint8), np.ones((2, 2))) > 0
        )
    return np.where(wrong, random.random((28, 28)) < 0.5, image).astype(np.float32)


# In the order in which they happen on the way from pen to picture.
FAMILIES: tuple[Callable[[FloatArray, Random], FloatArray], ...] = (
    _cover,
    _fade,
    _shade,
    _turn_negative,
    _blur,
    _add_noise,
)
