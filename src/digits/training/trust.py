"""Held-out digits and a digit network go in; the least trust that a digit needs comes out (reading/recognition/trust).

``digits train`` does this for each network. A model folder whose verifier was exchanged wants it anew.

Usage: python -m digits.training.trust MODEL_FOLDER [--data MNIST]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from digits.data import load_dataset
from digits.errors import DigitsError
from digits.model.folder import INT8, open_model
from digits.model.graph import read_trust
from digits.model.networks import network_of
from digits.reading.detection.verification import REGION_HEIGHT, REGION_WIDTH, cut_around_ink
from digits.reading.networks import Networks
from digits.reading.recognition.calibration import ENOUGH
from digits.reading.recognition.frame import find_digit
from digits.reading.recognition.network.classifier import Classifier
from digits.reading.result import ByteArray, FloatArray
from digits.training.rewriting import folder_parser, rewrite

# Of held-out digits so many may be refused as none; so many are looked at; so large is the canvas they are drawn on.
REFUSED_SHARE, MOST, CANVAS_PX = 0.003, 2500, 140


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit both precisions of the model in a folder."""
    parser = folder_parser(__doc__)
    chosen = parser.parse_args(arguments)
    try:
        model, images = open_model(chosen.folder), load_dataset(chosen.data).validation.images
        presence = presence_of(images, network_of(model, "verifier", is_int8=False))
        info = dict(model.info)
        info["refusal"] = {**info["refusal"], "min_trust": fit_trust(model.weights, images, presence)}
        if model.int8 is not None:
            presence = presence_of(images, network_of(model, "verifier", is_int8=True))
            least = fit_trust(model.int8, images, presence, output_layer=model.weights)
            info[INT8] = {**info[INT8], "refusal": {**info[INT8]["refusal"], "min_trust": least}}
    except DigitsError as error:
        parser.error(str(error))
    rewrite(model, info, model.networks)


def presence_of(images: ByteArray, verifier: bytes) -> FloatArray:
    """Return how sure the verifier is of held-out digits, each drawn by itself: float32 (n,), n at most 2,500.

    Args:
        images: as MNIST has them, uint8 (n, 28, 28), light on black.
        verifier: its ONNX file.
    """
    return Networks(_nobody, {"verifier": verifier}, None).present_in(singles_of(images[:MOST]))


def fit_trust(
    weights: bytes, images: ByteArray, presence: FloatArray, *, output_layer: bytes | None = None
) -> float | None:
    """Return the trust that all but 0.3 % of held-out digits have; None where they are too few to tell.

    Args:
        weights: the digit network's ONNX file.
        images: the held-out digits, uint8 (n, 28, 28).
        presence: what ``presence_of`` says of them.
        output_layer: the float32 file of a quantized network, which has its last layer's weights.
    """
    trust = read_trust(output_layer or weights)
    if trust is None or len(presence) < ENOUGH:
        return None
    _, features = Classifier(weights).run(images[: len(presence)])
    score = replace(trust, least=-math.inf).score(features, presence)
    return math.floor(1e4 * float(np.quantile(score, REFUSED_SHARE))) / 1e4


def singles_of(images: ByteArray) -> ByteArray:
    """Return the regions of digits by themselves, uint8 (n, 40, 80), drawn as on a canvas.

    Args:
        images: as MNIST has them, uint8 (n, 28, 28), light on black.
    """
    regions = np.empty((len(images), REGION_HEIGHT, REGION_WIDTH), np.uint8)
    for region, image in zip(regions, images, strict=True):
        drawn = cv2.resize(255 - image, (CANVAS_PX, CANVAS_PX), interpolation=cv2.INTER_CUBIC)
        grey = np.asarray(drawn / np.float32(255), np.float32)
        region[:] = cut_around_ink(grey, find_digit(grey))
    return regions


def _nobody(_: Any) -> Any:
    raise AssertionError("the digit network is not asked")


if __name__ == "__main__":
    main()
