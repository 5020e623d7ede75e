"""The networks that a reader asks, each opened when it is first asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from digits.reading.detection.detections import Detections
from digits.reading.detection.detector import Detect
from digits.reading.detection.verification import (
    Verify,
    Weighing,
    cut_regions,
    kinds_of,
    look_again,
    nothing_odds,
    verify,
)
from digits.reading.quantiles import median
from digits.reading.recognition.network.classifier import open_detector, open_spotter, open_verifier
from digits.reading.result import ByteArray, FloatArray
from digits.reading.spotting.spotter import Spot
from digits.reading.steps import Classify


class Networks:
    """The digit network, the spotter, the detector, and the verifier, which is the detector's second stage.

    Args:
        classify: the digit network, calibrated.
        files: the ONNX files of the others, by name.
        threads: how many cores each may use; None for all that this process may use.
    """

    def __init__(self, classify: Classify, files: Mapping[str, bytes], threads: int | None) -> None:
        self.classify = classify
        self.files = dict(files)
        self._threads = threads

    @cached_property
    def spot(self) -> Spot:
        """The spotter."""
        return open_spotter(self.files["spotter"], threads=self._threads)

    def detect(self, grey: ByteArray) -> FloatArray:
        """Ask the detector about pictures uint8 (n, 1, height, width)."""
        return self._detector(grey)

    def recheck(self, grey: ByteArray, seen: Detections) -> Detections:
        """Return what the detector saw in a picture, uint8 (height, width), after the verifier's look at it."""
        return verify(grey, seen, *self._verifier)

    def ask_about(self, grey: ByteArray, boxes: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what the verifier says of boxes float32 (n, 4) of a picture, uint8 (height, width).

        How sure it is that there is a digit or a sign, float32 (n,) in [0, 1], and what it is if it is anything,
        float32 (n, 16) as ``Detections.kinds``. Beyond its edges the picture is as it mostly is: a digit that the edge
        touches does not go on there.
        """
        ask, weighing = self._verifier
        logits = look_again(cut_regions(grey, boxes, beyond=int(median(grey[::4, ::4]))), ask)
        return weighing.presence_alone(nothing_odds(logits)), kinds_of(logits)

    def present_in(self, regions: ByteArray) -> FloatArray:
        """Return how sure the verifier is that regions uint8 (n, 40, 80) hold digits: float32 (n,) in [0, 1]."""
        ask, weighing = self._verifier
        logits = look_again(regions, ask)
        is_digit = kinds_of(logits)[:, :10].sum(axis=1)
        return np.asarray(weighing.presence_alone(nothing_odds(logits)) * is_digit, np.float32)

    @cached_property
    def _detector(self) -> Detect:
        return open_detector(self.files["detector"], threads=self._threads)

    @cached_property
    def _verifier(self) -> tuple[Verify, Weighing]:
        ask, weighing = open_verifier(self.files["verifier"], threads=self._threads)
        return ask, Weighing(**weighing)
