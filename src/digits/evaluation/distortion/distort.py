"""In: frames and a strength. Out: the same digits shifted, turned, resized, redrawn, noised, faded, greyed or blurred.

Each family has one number that says how strong; a reader is measured at several (robustness.py). These are for
measuring only: training varies its images by code of its own. Nothing here classifies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.errors import DataError
from digits.reading.result import ByteArray

Random = np.random.Generator
Change = Callable[[ByteArray, float, Random], ByteArray]

SIZE_PX = 28
CENTRE_PX = (SIZE_PX - 1) / 2  # pixels are numbered from 0
# Strokes are redrawn on a grid this much finer, so that a width of 2 or 3 px can change by half a pixel.
STROKE_ZOOM = 4


@dataclass(frozen=True)
class Family:
    """One way to distort, and the strengths at which a reader is measured.

    The first of ``strengths`` leaves every image exactly as it is; the rest may lie on either side of it. ``meaning``
    labels an axis: the unit, and what it counts. ``least`` and ``most`` limit what ``change`` accepts; ``is_log`` makes
    equal factors of strength equal steps.
    """

    name: str
    unit: str
    meaning: str
    strengths: tuple[float, ...]
    change: Change
    least: float
    most: float
    is_log: bool = False

    @property
    def identity(self) -> float:
        return self.strengths[0]

    def distort(self, images: ByteArray, strength: float, *, seed: int = 0) -> ByteArray:
        """Return uint8 (n, 28, 28): ``images`` uint8 (n, 28, 28), light ink on black, distorted by ``strength``.

        Random choices (a direction, the noise) depend only on ``seed`` and the image's place: they are the same at
        every strength, so that a curve shows the effect of strength, not of chance. Raises ``DataError`` for other
        images, or a strength outside ``least`` to ``most``.
        """
        if images.dtype != np.uint8 or images.shape[1:] != (SIZE_PX, SIZE_PX):
            raise DataError(
                f"expected frames uint8 (n, {SIZE_PX}, {SIZE_PX}) to distort; got {images.dtype} {images.shape}; "
                "give MNIST-style frames"
            )
        if not self.least <= strength <= self.most:  # false for NaN too
            raise DataError(
                f"expected a {self.name} of {self.least:g} to {self.most:g} {self.unit}; got {strength}; "
                "choose one in this range"
            )
        if strength == self.identity:
            return images.copy()
        return self.change(images, strength, np.random.default_rng(seed))


def shift(images: ByteArray, distance_px: float, random: Random) -> ByteArray:
    """Move each image up, down, left or right, at random; ink that leaves the frame is lost, new pixels are black."""
    directions = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)])[random.integers(0, 4, len(images))]
    matrices = np.tile(np.eye(2, 3), (len(images), 1, 1))
    matrices[:, :, 2] = directions * distance_px
    return _warp(images, matrices)


def rotate(images: ByteArray, angle_deg: float, random: Random) -> ByteArray:
    """Turn each image about its centre, clockwise or counter-clockwise at random."""
    angles = np.deg2rad(angle_deg) * random.choice([-1, 1], len(images))
    matrices = np.empty((len(images), 2, 2))
    matrices[:, 0, 0] = matrices[:, 1, 1] = np.cos(angles)
    matrices[:, 1, 0] = np.sin(angles)
    matrices[:, 0, 1] = -matrices[:, 1, 0]
    return _warp(images, _about_centre(matrices))


def scale(images: ByteArray, factor: float, _random: Random) -> ByteArray:
    """Resize about the centre: smaller below 1, larger above; ink that leaves the frame is lost."""
    if factor < 1:  # a pixel of the small image stands for several: without the mean over them, strokes fall between
        images = _each(images, lambda image: _smooth(image, (1 / factor - 1) / 2))
    return _warp(images, _about_centre(np.tile(np.eye(2) * factor, (len(images), 1, 1))))


def change_stroke_width(images: ByteArray, change_px: float, _random: Random) -> ByteArray:
    """Make every stroke wider by ``change_px``, half of it on either side, or thinner where it is negative.

    Grey dilation or erosion by a disc on a grid four times finer, so widths change in steps of half a pixel. A stroke
    thinner than the change disappears.
    """
    radius = round(abs(change_px) / 2 * STROKE_ZOOM)
    rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    disc = (rows**2 + columns**2 <= radius**2).astype(np.uint8)
    move_edge = cv2.dilate if change_px > 0 else cv2.erode
    fine_px = SIZE_PX * STROKE_ZOOM

    def redraw(image: ByteArray) -> ByteArray:
        fine = cv2.resize(image, (fine_px, fine_px), interpolation=cv2.INTER_LINEAR)
        redrawn = cv2.resize(move_edge(fine, disc), (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA)
        return np.asarray(redrawn, np.uint8)

    return _each(images, redraw)


def add_noise(images: ByteArray, sd_percent: float, random: Random) -> ByteArray:
    """Add normal noise to every pixel, its standard deviation in per cent of full ink; cut off at black and white."""
    noise = random.standard_normal(images.shape, dtype=np.float32)
    return _rounded(images + noise * np.float32(sd_percent / 100 * 255))


def fade_ink(images: ByteArray, level_percent: float, _random: Random) -> ByteArray:
    """Leave ``level_percent`` of the ink on black paper. Frames hold whole grey levels: 1 % leaves three of them."""
    return _rounded(images * np.float32(level_percent / 100))


def raise_paper(images: ByteArray, level_percent: float, _random: Random) -> ByteArray:
    """Raise the paper to ``level_percent`` of full ink; the ink stays as it is, so contrast is what remains."""
    level = np.float32(level_percent / 100)
    return _rounded(images * (1 - level) + 255 * level)


def blur(images: ByteArray, sigma_px: float, _random: Random) -> ByteArray:
    """Blur by a Gaussian of standard deviation ``sigma_px``; beyond the frame the paper goes on."""
    return _each(images, lambda image: _smooth(image, sigma_px))


# Evenly spaced on the axis they are drawn on, from harmless to where a careful person hesitates too.
FAMILIES: tuple[Family, ...] = (
    Family("shift", "px", "px up, down, left or right", (0, 1, 2, 3, 4, 5, 6, 7), shift, 0, 28),
    Family("rotation", "deg", "deg to either side", (0, 10, 20, 30, 40, 50, 60), rotate, -180, 180),
    Family("scale", "×", "× the size", (1, 0.4, 0.55, 0.7, 0.85, 1.15, 1.3, 1.45), scale, 0.1, 10),
    Family("stroke width", "px", "px thinner or thicker", (0, -2, -1, 1, 2, 3, 4), change_stroke_width, -8, 20),
    Family("noise", "%", "sd in % of full ink", (0, 10, 20, 30, 40, 50, 60), add_noise, 0, 1000),
    Family("contrast", "%", "% of the ink, on black", (100, 50, 25, 12, 6, 3), fade_ink, 0, 100, is_log=True),
    Family("paper", "%", "paper's level in % of full ink", (0, 15, 30, 45, 60, 75, 90), raise_paper, 0, 100),
    Family("blur", "px", "sigma in px", (0, 0.5, 1, 1.5, 2, 2.5, 3), blur, 0, 28),
)


def _about_centre(matrices: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (n, 2, 3): each of ``matrices`` (n, 2, 2) with the shift that keeps the image's centre where it is."""
    centre = np.full(2, CENTRE_PX)
    return np.concatenate([matrices, (centre - matrices @ centre)[:, :, np.newaxis]], axis=2)


def _warp(images: ByteArray, matrices: npt.NDArray[np.float64]) -> ByteArray:
    warped = np.empty_like(images)
    for image, matrix, target in zip(images, matrices, warped, strict=True):
        cv2.warpAffine(image, matrix, (SIZE_PX, SIZE_PX), dst=target, flags=cv2.INTER_LINEAR)
    return warped


def _smooth(image: ByteArray, sigma_px: float) -> ByteArray:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px, borderType=cv2.BORDER_CONSTANT), np.uint8)


def _each(images: ByteArray, change: Callable[[ByteArray], ByteArray]) -> ByteArray:
    changed = np.empty_like(images)
    for image, target in zip(images, changed, strict=True):
        target[...] = change(image)
    return changed


def _rounded(values: npt.NDArray[np.float32]) -> ByteArray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
