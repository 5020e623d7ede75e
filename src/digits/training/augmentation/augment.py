"""Training images go in, the same digits a little differently written come out, as the network's input.

The hand first (styles.py), then geometry (one affine or one elastic map per image, by OpenCV: 8 or 40 µs), then the
pen's width, then, for a share of the images, the paper and the camera (appearance.py). Validation and test images never
come here.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import ByteArray, FloatArray, IntArray
from digits.training.augmentation.appearance import worsen
from digits.training.augmentation.styles import restyle
from digits.training.recipe import Augmentation

CENTRE_PX = 13.5  # the middle of 28 pixels numbered from 0
ELASTIC_GRID = 5  # random displacements on a 5×5 grid, bicubic between: a smooth field as in Simard et al. 2003


def augment(
    images: ByteArray, augmentation: Augmentation, random: np.random.Generator, *, labels: IntArray | None = None
) -> FloatArray:
    """Return float32 (n, 28, 28, 1) in [0, 1] from uint8 (n, 28, 28); the same state of ``random`` gives the same.

    Args:
        images: light on black, as in MNIST.
        augmentation: the variations and their strengths.
        random: the source of the variations.
        labels: int64 (n,) in 0-9; needed to restyle, since only a 7 gets a bar.
    """
    if augmentation.is_off:
        return as_input(images)
    if augmentation.restyled_share and labels is not None:
        images = images.copy()
        for i in np.flatnonzero(random.random(len(images)) < augmentation.restyled_share):
            images[i] = restyle(images[i], int(labels[i]), random)
    matrices = _affine_matrices(len(images), augmentation, random)
    if augmentation.elastic_px:
        varied = _bend(images, matrices, augmentation.elastic_px, random)
    else:
        varied = np.empty_like(images)
        for image, matrix, target in zip(images, matrices, varied, strict=True):
            cv2.warpAffine(image, matrix, (28, 28), dst=target, flags=cv2.INTER_LINEAR)
    _change_stroke_width(varied, augmentation.stroke_share, random)
    inputs = as_input(varied)
    for i in np.flatnonzero(random.random(len(images)) < augmentation.worsened_share):
        inputs[i, ..., 0] = worsen(inputs[i, ..., 0], random)
    return inputs


def as_input(images: ByteArray) -> FloatArray:
    """Return float32 (n, 28, 28, 1) in [0, 1] from uint8 (n, 28, 28)."""
    values = images.astype(np.float32)
    values /= 255
    return values[..., np.newaxis]


def _affine_matrices(count: int, augmentation: Augmentation, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return (count, 2, 3): rotation × shear × scale about the centre, then a shift."""

    def uniform(reach: float) -> npt.NDArray[np.float64]:
        return random.uniform(-reach, reach, count)

    angle = np.deg2rad(uniform(augmentation.rotation_deg))
    scale_x, scale_y = 1 + uniform(augmentation.scale), 1 + uniform(augmentation.scale)
    shear = uniform(augmentation.shear)
    shift_x, shift_y = uniform(augmentation.shift_px), uniform(augmentation.shift_px)
    cos, sin = np.cos(angle), np.sin(angle)
    matrices = np.empty((count, 2, 3))
    matrices[:, 0, 0], matrices[:, 0, 1] = cos * scale_x, (cos * shear - sin) * scale_y
    matrices[:, 1, 0], matrices[:, 1, 1] = sin * scale_x, (sin * shear + cos) * scale_y
    centre = np.array([CENTRE_PX, CENTRE_PX])
    matrices[:, :, 2] = centre - matrices[:, :, :2] @ centre + np.stack([shift_x, shift_y], axis=1)
    return matrices


def _bend(
    images: ByteArray, matrices: npt.NDArray[np.float64], reach_px: float, random: np.random.Generator
) -> ByteArray:
    """Map each image by its matrix and a smooth random displacement of up to about ``reach_px``, in one sampling."""
    columns, rows = np.meshgrid(np.arange(28, dtype=np.float32), np.arange(28, dtype=np.float32))
    grid = np.stack([columns.ravel(), rows.ravel(), np.ones(28 * 28, np.float32)])
    sources = (matrices.astype(np.float32) @ grid).reshape(-1, 2, 28, 28)
    shape = len(images), ELASTIC_GRID, ELASTIC_GRID, 2
    displacements = random.uniform(-reach_px, reach_px, shape).astype(np.float32)
    bent = np.empty_like(images)
    for image, source, displacement, target in zip(images, sources, displacements, bent, strict=True):
        field = cv2.resize(displacement, (28, 28), interpolation=cv2.INTER_CUBIC)
        cv2.remap(image, source[0] + field[..., 0], source[1] + field[..., 1], cv2.INTER_LINEAR, dst=target)
    return bent


def _change_stroke_width(images: ByteArray, share: float, random: np.random.Generator) -> None:
    """Make the strokes of a ``share`` of the images thinner or thicker, in place, by up to a pixel on either side."""
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    for i in np.flatnonzero(random.random(len(images)) < share):
        image = images[i]
        strength = random.uniform(0, 1)
        # Half of a full erosion is the most that leaves a thin stroke legible.
        changed = cv2.dilate(image, kernel) if random.random() < 0.5 else cv2.erode(image, kernel)
        limit = strength if changed.sum() > image.sum() else strength / 2
        images[i] = cv2.addWeighted(image, 1 - limit, changed, limit, 0)
