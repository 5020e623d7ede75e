"""Held-out digits and a digit network go in; the least trust that a digit needs comes out (reading/recognition/trust).

``digits train`` does this for each network. A model folder whose verifier was exchanged wants it anew.

Usage: python -m digits.training.trust MODEL_FOLDER [--data MNIST]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from digits.data import load_dataset
from digits.errors import DigitsError
from digits.model.folder import INT8, open_model
from digits.model.graph import read_trust
from digits.model.networks import network_of
from digits.reading.detection.verification import REGION_HEIGHT, REGION_WIDTH
from digits.reading.networks import Networks
from digits.reading.recognition.calibration import ENOUGH
from digits.reading.recognition.network.classifier import Classifier
from digits.reading.recognition.single_picture import look_at
from digits.reading.result import ByteArray, FloatArray
from digits.training.rewriting import folder_parser, rewrite

# Of held-out digits so many may be refused as none; so many are looked at; so large is the canvas they are drawn on.
REFUSED_SHARE, MOST, CANVAS_PX = 0.003, 5000, 140


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit both precisions of the model in a folder."""
    parser = folder_parser(__doc__)
    chosen = parser.parse_args(arguments)
    try:
        model = open_model(chosen.folder)
        seen = see_alone(load_dataset(chosen.data).validation.images)
        info = dict(model.info)
        least = fit_trust(model.weights, seen, network_of(model, "verifier", is_int8=False))
        info["refusal"] = {**info["refusal"], "min_trust": least}
        if model.int8 is not None:
            verifier = network_of(model, "verifier", is_int8=True)
            least = fit_trust(model.int8, seen, verifier, output_layer=model.weights)
            info[INT8] = {**info[INT8], "refusal": {**info[INT8]["refusal"], "min_trust": least}}
    except DigitsError as error:
        parser.error(str(error))
    rewrite(model, info, model.networks)


@dataclass(frozen=True, eq=False)
class SeenAlone:
    """What reading makes of digits that are drawn one by one.

    ``frames`` uint8 (n, 28, 28) for the digit network; ``regions`` uint8 (n, 40, 80) for the verifier.
    """

    frames: ByteArray
    regions: ByteArray

    def presence(self, verifier: bytes) -> FloatArray:
        """Return how sure a verifier, an ONNX file, is of each: float32 (n,) in [0, 1]."""
        return Networks(_nobody, {"verifier": verifier}, None).present_in(self.regions)


def see_alone(images: ByteArray) -> SeenAlone:
    """Draw digits as on a canvas, each by itself, 5,000 at most, and look at them as ``Reader.classify`` does.

    Args:
        images: as MNIST has them, uint8 (n, 28, 28), light on black.
    """
    some = images[:MOST]
    frames = np.empty((len(some), 28, 28), np.uint8)
    regions = np.empty((len(some), REGION_HEIGHT, REGION_WIDTH), np.uint8)
    for k, image in enumerate(some):
        drawn = cv2.resize(255 - image, (CANVAS_PX, CANVAS_PX), interpolation=cv2.INTER_CUBIC)
        looked = look_at(np.asarray(drawn / np.float32(255), np.float32))
        frames[k], regions[k] = looked.frame, looked.region
    return SeenAlone(frames, regions)


def fit_trust(weights: bytes, seen: SeenAlone, verifier: bytes, *, output_layer: bytes | None = None) -> float | None:
    """Return the trust that all but 0.3 % of held-out digits have; None where they are too few to tell.

    Args:
        weights: the digit network's ONNX file.
        seen: the held-out digits.
        verifier: its ONNX file.
        output_layer: the float32 file of a quantized network, which has its last layer's weights.
    """
    trust = read_trust(output_layer or weights)
    if trust is None or len(seen.frames) < ENOUGH:
        return None
    _, features = Classifier(weights).run(seen.frames)
    score = replace(trust, least=-math.inf).score(features, seen.presence(verifier))
    return math.floor(1e4 * float(np.quantile(score, REFUSED_SHARE))) / 1e4


def _nobody(_: Any) -> Any:
    raise AssertionError("the digit network is not asked")


if __name__ == "__main__":
    main()
