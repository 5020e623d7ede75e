"""MNIST test digits in pictures as people take them: off-centre, of other sizes, inverted, in shadow, on noise.

Images and a seed go in, pictures come out; nothing here reads them.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Random = np.random.Generator
WHITE = 255


def paste(kind: str, images: Image, seed: int = 0) -> list[Image]:
    """Return a picture, uint8 (height, width), of each of ``images``, uint8 (n, 28, 28), light on black."""
    random = np.random.default_rng(seed)
    return [KINDS[kind](image, random) for image in images]


def _off_centre(image: Image, random: Random) -> Image:
    """Dark on white, 56×56, 2 to 10 px away from the middle both ways."""
    y, x = 14 + random.integers(2, 11, 2) * random.choice([-1, 1], 2)
    picture = np.full((56, 56), WHITE, np.uint8)
    picture[y : y + 28, x : x + 28] = WHITE - image
    return picture


def _sized(image: Image, random: Random) -> Image:
    """Dark on white, 8 to 60 px tall, anywhere on a sheet of at least 100×100."""
    ink = image[np.ix_(_extent(image.any(axis=1)), _extent(image.any(axis=0)))]
    height = int(random.integers(8, 61))
    width = max(1, round(ink.shape[1] * height / ink.shape[0]))
    method = cv2.INTER_AREA if height < ink.shape[0] else cv2.INTER_CUBIC
    picture = np.full((100, max(100, width + 8)), WHITE, np.uint8)
    y, x = (int(random.integers(0, room + 1)) for room in (100 - height, picture.shape[1] - width))
    picture[y : y + height, x : x + width] = WHITE - cv2.resize(ink, (width, height), interpolation=method)
    return picture


def _inverted(image: Image, _random: Random) -> Image:
    """Dark on white, otherwise as it is."""
    return WHITE - image


def _in_shadow(image: Image, random: Random) -> Image:
    """Three times as large, on paper of which a part lies in a shadow with a straight edge, hard or soft."""
    ink = np.pad(cv2.resize(image, (84, 84)), 28) / np.float32(255)
    y, x = np.mgrid[0:140, 0:140].astype(np.float32) / 140 - 0.5
    angle = random.uniform(0, 2 * np.pi)
    distance = np.cos(angle) * x + np.sin(angle) * y - random.uniform(-0.3, 0.3)
    light = 1 - random.uniform(0.3, 0.6) / (1 + np.exp(-distance / random.uniform(0.02, 0.2)))
    return np.asarray(235 * light * (1 - 0.75 * ink), np.uint8)


def _on_noise(image: Image, random: Random) -> Image:
    """Twice as large, grey on grey, with Gaussian noise of 5 to 30 grey levels."""
    ink = np.pad(cv2.resize(image, (56, 56)), 14) / np.float32(255)
    noise = random.normal(0, random.uniform(5, 30), ink.shape)
    return np.asarray(np.clip(220 - 180 * ink + noise, 0, 255), np.uint8)


def _extent(occupied: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    places = np.flatnonzero(occupied)
    return np.arange(places[0], places[-1] + 1)


KINDS: dict[str, Callable[[Image, Random], Image]] = {
    "off-centre": _off_centre,
    "8-60 px tall": _sized,
    "inverted": _inverted,
    "in shadow": _in_shadow,
    "on noise": _on_noise,
}
