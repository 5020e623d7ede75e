"""Detections go in; each is looked at again, larger and with what stands around it; they come out surer, or unlikelier.

The second stage of a two-stage detector, after Girshick et al., "Rich feature hierarchies for accurate object
detection" (CVPR 2014). The detector has to answer for every place, so it is small and sees little around a digit; the
verifier answers for some dozens of places, so it may be larger and sees whether the neighbours are letters. How it was
trained, and how both are weighed against each other, is in training/verifier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.detection.detections import KINDS, Detections
from digits.reading.detection.pyramid import as_grey_bytes
from digits.reading.ink.despeckling import FIRM_INK
from digits.reading.quantiles import median
from digits.reading.result import ByteArray, FloatArray

# From regions float32 (n, 1, 40, 80) to logits float32 (n, 18): nothing, the kinds of detections.py, and printed.
Verify = Callable[[FloatArray], FloatArray]
REGION_HEIGHT, REGION_WIDTH = 40, 80
# A digit is so high in its region.
DIGIT_PX = 20.0
ANSWERS = 1 + KINDS + 1
# So many regions are looked at together.
TOGETHER = 256
# Of a flat region no contrast is made.
LEAST_SPREAD = 6.0


@dataclass(frozen=True)
class Weighing:
    """How sure the stages are that something is there: logistic regressions on their log-odds.

    Attributes:
        detector, verifier, constant: of both stages together.
        verifier_alone, constant_alone: of the verifier, about a picture that the detector has not seen.
    """

    detector: float
    verifier: float
    constant: float
    verifier_alone: float = 1.0
    constant_alone: float = 0.0

    def presence(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """Return the probability that something is there, float32 (n,), from the log-odds of both stages."""
        odds = self.detector * first + self.verifier * second + self.constant
        return probability(np.asarray(odds, np.float32))

    def presence_alone(self, second: FloatArray) -> FloatArray:
        """Return the probability that something is there, float32 (n,), from the verifier's log-odds."""
        return probability(self.verifier_alone * second + self.constant_alone)


def probability(odds: npt.NDArray[np.floating]) -> FloatArray:
    """Return the probability that log-odds stand for, float32 (n,)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)


def log_odds(probabilities: FloatArray) -> FloatArray:
    """Return the logarithm of p / (1 - p), bounded, float32 (n,)."""
    some = np.clip(probabilities, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(some / (1 - some)), np.float32)


def verify(grey: ByteArray, seen: Detections, ask: Verify, weighing: Weighing) -> Detections:
    """Return the same detections with what both stages say of them.

    Args:
        grey: the picture, uint8 (height, width).
        seen: what the detector saw in it.
        ask: the verifier.
        weighing: of both stages.
    """
    if not len(seen):
        return seen
    logits = look_again(cut_regions(grey, seen.boxes), ask)
    presence = weighing.presence(log_odds(seen.presence), nothing_odds(logits))
    kinds = np.sqrt(np.maximum(seen.kinds, 1e-6) * np.maximum(kinds_of(logits), 1e-6))
    kinds = np.asarray(kinds / kinds.sum(axis=1, keepdims=True), np.float32)
    return Detections(seen.boxes, presence, kinds, probability(logits[:, -1]))


def look_again(regions: ByteArray, ask: Verify) -> FloatArray:
    """Return the verifier's logits of regions uint8 (n, 40, 80): float32 (n, 18)."""
    answers = [ask(as_shown(regions[i : i + TOGETHER])) for i in range(0, len(regions), TOGETHER)]
    return np.concatenate(answers) if answers else np.zeros((0, ANSWERS), np.float32)


def nothing_odds(logits: FloatArray) -> FloatArray:
    """Return the log-odds that something is there rather than nothing, float32 (n,)."""
    something = np.logaddexp.reduce(logits[:, 1 : 1 + KINDS], axis=1)
    return np.asarray(np.clip(something - logits[:, 0], -12, 12), np.float32)


def kinds_of(logits: FloatArray) -> FloatArray:
    """Return what it is, given that it is something: float32 (n, 16), rows sum to 1."""
    some = logits[:, 1 : 1 + KINDS]
    powers = np.exp(some - some.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def cut_regions(grey: ByteArray, boxes: FloatArray, *, beyond: int | None = None) -> ByteArray:
    """Return the surroundings of boxes, uint8 (n, 40, 80): each box's middle in the middle, its height 20 pixels.

    Args:
        grey: uint8 (height, width).
        boxes: float32 (n, 4): left, top, right, bottom.
        beyond: the grey beyond the picture's edges, 0-255; by default the edges go on.
    """
    border = {"borderMode": cv2.BORDER_REPLICATE} if beyond is None else {"borderValue": (beyond,)}
    levels, regions = [grey], np.zeros((len(boxes), REGION_HEIGHT, REGION_WIDTH), np.uint8)
    for region, (left, top, right, bottom) in zip(regions, boxes.tolist(), strict=True):
        scale = DIGIT_PX / max(bottom - top, 0.6 * (right - left), 2.0)
        level = int(np.clip(np.floor(-np.log2(scale) + 0.25), 0, 8))
        while len(levels) <= level and min(levels[-1].shape) > 1:
            levels.append(_halved(levels[-1]))
        level = min(level, len(levels) - 1)
        by = scale * 2**level
        x, y = ((left + right) / 2 + 0.5) / 2**level - 0.5, ((top + bottom) / 2 + 0.5) / 2**level - 0.5
        matrix = np.array(
            [[by, 0, (REGION_WIDTH - 1) / 2 - by * x], [0, by, (REGION_HEIGHT - 1) / 2 - by * y]], np.float64
        )
        cv2.warpAffine(levels[level], matrix, (REGION_WIDTH, REGION_HEIGHT), dst=region, **border)
    return regions


def cut_around_ink(grey: FloatArray, ink: FloatArray) -> ByteArray:
    """Return the region of a picture's one digit, uint8 (40, 80), on endless paper; without ink, of the whole picture.

    Args:
        grey: float32 (height, width) in [0, 1].
        ink: float32 (height, width) in [0, 1], 0 paper.
    """
    x, y, width, height = cv2.boundingRect((ink >= FIRM_INK).view(np.uint8))
    if not width:
        height, width = grey.shape
    box = np.array([[x - 0.5, y - 0.5, x + width - 0.5, y + height - 0.5]], np.float32)
    shown, is_paper = as_grey_bytes(grey), ink == 0
    paper = int(median(shown[is_paper] if is_paper.any() else shown))
    return np.asarray(cut_regions(shown, box, beyond=paper)[0], np.uint8)


def as_shown(regions: ByteArray) -> FloatArray:
    """Return regions as the verifier is shown them: float32 (n, 1, 40, 80), each of mean 0 and spread 1."""
    values = regions.astype(np.float32)
    mean = values.mean(axis=(1, 2), keepdims=True)
    spread = np.maximum(values.std(axis=(1, 2), keepdims=True), LEAST_SPREAD)
    return np.asarray((values - mean) / spread, np.float32)[:, None]


def _halved(grey: ByteArray) -> ByteArray:
    height, width = (max(1, side // 2) for side in grey.shape)
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
