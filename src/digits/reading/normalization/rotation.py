"""Ink of a turned or skewed page goes in; by how much to turn it comes out, and the turned page.

Which way may be up is told by the network: it reads a sample of the page in all four directions, and upright digits
leave it least in doubt; orientation.py decides. The skew that is left is found by how well digits stand in rows.
Nothing here corrects perspective.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.ink.connected_components import Parts, digit_height
from digits.reading.recognition.frame import frame_digit
from digits.reading.result import ByteArray, FloatArray, IntArray
from digits.reading.steps import Classify

# How many parts the network reads in four directions.
SAMPLE = 48
# The verifier is asked about a page on its side (orientation.py) unless the digit network doubts that by so many nats
# more.
LEAST_GAIN = -1.0
# The network is asked about each part for itself: one that is no digit in any direction must not outvote the others.
LEAST_BELIEF = 0.5
# A stroke this much wider than high is a 1 or a 7 on its side, and as doubtful as this many nats. Digits that touch are
# wide too, but not as low as so many strokes.
FLAT, THIN_STROKES, FLAT_DOUBT = 1.6, 5, 0.5
# Neighbours in a row are nearer than rows are; this many nats where all say the same.
AXIS_DOUBT = 0.3
# A picture so much wider than high, and less than so many digits high, shows a line or two that lie as it does.
LANDSCAPE, FEW_ROWS = 1.2, 4
MOST_SKEW_DEG, SKEW_STEP_DEG = 18.0, 0.5
# Skew is looked for where at least so many neighbours stand in rows, and corrected from this angle on.
LEAST_PAIRS, LEAST_SKEW_DEG = 3, 1.5
MOST_SKEW_PARTS = 250
# By quarter turns counter-clockwise.
ROTATIONS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


def find_quarters(parts: Parts, classify: Classify) -> int:
    """Return whether the page may lie on its side: 1 or 3 quarter turns counter-clockwise set it upright then, else 0.

    Args:
        classify: from frames uint8 (n, 28, 28) to probabilities float32 (n, 10).
    """
    chosen = typical_parts(parts)
    if not len(chosen):
        return 0
    frames = np.stack([frame_digit(parts.crop(i)) for i in chosen])
    doubts = _shape_doubts(parts, chosen)
    doubts[0::2] += frame_doubts(np.stack([frames, np.rot90(frames, 2, axes=(1, 2))]), classify)[0].mean(axis=1)
    level, least_gain = float(doubts[0::2].min()), LEAST_GAIN / len(frames)
    if level - float(doubts[1::2].min()) <= least_gain:  # the network's doubt only adds to theirs
        return 0
    doubts[1::2] += frame_doubts(np.stack([np.rot90(frames, k, axes=(1, 2)) for k in (1, 3)]), classify)[0].mean(axis=1)
    k = 1 if doubts[1] <= doubts[3] else 3
    return k if level - float(doubts[k]) > least_gain else 0


def _shape_doubts(parts: Parts, chosen: IntArray) -> npt.NDArray[np.float64]:
    """Return what speaks against each direction before any digit is looked at, in nats, at least 0: float64 (4,)."""
    doubts = np.zeros(4)
    widths, heights = parts.boxes[chosen, 2], parts.boxes[chosen, 3]
    is_stroke = np.minimum(widths, heights) <= THIN_STROKES * parts.stroke_px
    doubts[0::2] += FLAT_DOUBT * float(np.mean(is_stroke & (widths > FLAT * heights)))
    doubts[1::2] += FLAT_DOUBT * float(np.mean(is_stroke & (heights > FLAT * widths)))
    upright_share = _level_share(parts, chosen)
    doubts[0::2] += AXIS_DOUBT * (1 - upright_share)
    doubts[1::2] += AXIS_DOUBT * upright_share
    height, width = parts.labels.shape
    if width > LANDSCAPE * height and height < FEW_ROWS * digit_height(parts):
        doubts[1::2] = np.inf
    return doubts


def frame_doubts(frames: ByteArray, classify: Classify) -> tuple[npt.NDArray[np.float64], IntArray]:
    """Return the network's doubt about each frame, in nats, and what it takes it for, both (sets, n).

    Args:
        frames: uint8 (sets, n, 28, 28).
        classify: as in ``find_quarters``.
    """
    beliefs = classify(np.ascontiguousarray(frames.reshape(-1, *frames.shape[2:]))).reshape(*frames.shape[:2], 10)
    doubts = -np.log(np.maximum(beliefs.max(axis=2), LEAST_BELIEF))
    return np.asarray(doubts, np.float64), np.asarray(beliefs.argmax(axis=2), np.int64)


def _level_share(parts: Parts, chosen: IntArray) -> float:
    """Return the share of parts whose nearest neighbour lies beside it, not over or under it."""
    if len(chosen) < 2:
        return 1.0
    left, top, widths, heights = parts.boxes[chosen].T.astype(np.float64)
    centre_x, centre_y = left + widths / 2, top + heights / 2
    across = np.abs(centre_x[:, None] - centre_x) - (widths[:, None] + widths) / 2
    down = np.abs(centre_y[:, None] - centre_y) - (heights[:, None] + heights) / 2
    distance = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    np.fill_diagonal(distance, np.inf)
    nearest = distance.argmin(axis=1)
    each = np.arange(len(chosen))
    return float(np.mean(across[each, nearest] >= down[each, nearest]))


def find_skew(parts: Parts) -> float:
    """Return the angle in degrees, counter-clockwise positive, by which to turn the page so that its rows are level."""
    height = digit_height(parts)
    chosen = typical_parts(parts, MOST_SKEW_PARTS)
    if len(chosen) < 3:
        return 0.0
    x = parts.boxes[chosen, 0] + parts.boxes[chosen, 2] / 2
    y = parts.boxes[chosen, 1] + parts.boxes[chosen, 3] / 2
    across, down = x[None, :] - x[:, None], y[None, :] - y[:, None]
    # Only to the right, and no further than where the next column of the page may begin.
    near = (across > 0.2 * height) & (across < 8 * height) & (np.abs(down) < np.tan(np.radians(20)) * across + height)
    across, down = across[near], down[near]
    if len(across) < LEAST_PAIRS:
        return 0.0
    angles = np.arange(-MOST_SKEW_DEG, MOST_SKEW_DEG + SKEW_STEP_DEG / 2, SKEW_STEP_DEG)
    slopes = np.tan(np.radians(angles))
    scores = np.array([np.exp(-(((down - slope * across) / (0.2 * height)) ** 2)).sum() for slope in slopes])
    scores = np.convolve(scores, [0.25, 0.5, 0.25], mode="same")
    best = int(scores.argmax())
    level = scores[len(angles) // 2]
    if abs(angles[best]) < LEAST_SKEW_DEG or scores[best] < 1.3 * level + 2 or best in (0, len(angles) - 1):
        return 0.0
    return float(angles[best])


def turn(image: FloatArray, angle: float, *, paper: float = 0.0) -> FloatArray:
    """Return ``image`` turned counter-clockwise by ``angle`` degrees, on a canvas that holds all of it.

    Args:
        image: float32 (height, width).
        angle: quarter turns are exact; the rest is interpolated.
        paper: the value of what comes in at the corners.
    """
    quarters = round(angle / 90)
    if quarters % 4:
        image = np.asarray(cv2.rotate(image, ROTATIONS[quarters % 4]), np.float32)
    rest = angle - 90 * quarters
    if rest == 0:
        return image
    height, width = image.shape
    cosine, sine = abs(np.cos(np.radians(rest))), abs(np.sin(np.radians(rest)))
    new_width, new_height = round(width * cosine + height * sine), round(height * cosine + width * sine)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), rest, 1.0)
    matrix[:, 2] += (new_width - width) / 2, (new_height - height) / 2
    turned = cv2.warpAffine(image, matrix, (new_width, new_height), flags=cv2.INTER_LINEAR, borderValue=(paper,))
    return np.asarray(turned, np.float32)


def typical_parts(parts: Parts, most: int = SAMPLE) -> IntArray:
    """Return indices of parts of the usual size, spread over the page."""
    height = digit_height(parts)
    extent = np.maximum(parts.boxes[:, 3], parts.boxes[:, 2])
    chosen = np.flatnonzero((extent > 0.5 * height) & (extent < 2.2 * height) & (parts.areas >= 12))
    if len(chosen) > most:
        chosen = chosen[np.linspace(0, len(chosen) - 1, most).astype(np.int64)]
    return np.asarray(chosen, np.int64)
