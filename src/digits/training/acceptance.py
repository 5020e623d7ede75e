"""Held-out digits, a digit network and a spotter go in; how sure they were and where they were wrong comes out.

``digits train`` keeps that in the model folder, so that a user can choose how sure an answer must be
(model/acceptance.py). A model folder of an earlier release, and one whose spotter was exchanged, wants it anew.

Usage: python -m digits.training.acceptance MODEL_FOLDER [--data MNIST]
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from digits.data import Dataset, load_dataset
from digits.data.sample import NAME as MNIST_SAMPLE
from digits.errors import DigitsError, ModelError
from digits.model.acceptance import ALONE, BOTH, SECTION
from digits.model.folder import INT8, ModelFolder, open_model
from digits.model.networks import network_of
from digits.reading.recognition.acceptance import AGREED, trace
from digits.reading.recognition.calibration import Confidence
from digits.reading.recognition.multi_view import look_twice
from digits.reading.recognition.network.classifier import Classifier, open_spotter
from digits.reading.recognition.pooling import agree
from digits.reading.result import ByteArray, FloatArray, IntArray
from digits.reading.spotting.spotter import name_frames
from digits.training.rewriting import folder_parser, rewrite

# Of more held-out digits, so many, evenly spread.
MOST = 5000
SEEN = "the spotter was trained on most of these digits, so the bound is too high"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both precisions of the model in a folder."""
    parser = folder_parser(__doc__)
    chosen = parser.parse_args(arguments)
    try:
        model, dataset = open_model(chosen.folder), load_dataset(chosen.data)
        _require_held_out(model, dataset)
        floats, integers = (
            Measure(dataset, network_of(model, "spotter", is_int8=is_int8)) for is_int8 in (False, True)
        )
        info = dict(model.info)
        info[SECTION] = floats(model.weights, info)
        if model.int8 is not None:
            info[INT8] = {**info[INT8], SECTION: integers(model.int8, info[INT8])}
    except DigitsError as error:
        parser.error(str(error))
    rewrite(model, info, model.networks)


class Measure:
    """Says how sure networks are of the digits that ``dataset`` holds out; the spotter is asked once for all.

    Args:
        dataset: what the digit network was trained on.
        spotter: its ONNX file.
        threads: how many cores a network may use; by default all.
    """

    def __init__(self, dataset: Dataset, spotter: bytes, threads: int | None = None) -> None:
        count = len(dataset.validation)
        self._examples = dataset.validation.take(np.linspace(0, count - 1, min(count, MOST)).astype(np.int64))
        self._seen = name_frames(self._examples.images, open_spotter(spotter, threads=threads))
        self._spotter = hashlib.sha256(spotter).hexdigest()
        self._notice = SEEN if dataset.name == MNIST_SAMPLE else None
        self._threads = threads

    def __call__(self, weights: bytes, section: Mapping[str, Any]) -> dict[str, Any]:
        """Return the section "acceptance" of model.json for one precision.

        Args:
            weights: the digit network's ONNX file.
            section: of model.json, about this precision, with its temperature.
        """
        classifier, confidence = Classifier(weights, threads=self._threads), Confidence(float(section["temperature"]))

        def classify(frames: ByteArray) -> FloatArray:
            return confidence.calibrate(classifier.run(frames)[0])

        images, labels = self._examples.images, self._examples.labels
        alone = classify(images)
        looked = look_twice(images, classify, first=alone)
        both = agree(looked, self._seen, np.zeros(len(labels), bool))
        is_alike = looked.argmax(axis=1) == self._seen.argmax(axis=1)
        wrong = both[is_alike].argmax(axis=1) != labels[is_alike]
        return {
            "spotter": self._spotter,
            ALONE: _curve(alone, labels),
            BOTH: _curve(both, labels),
            AGREED: {"answered": int(is_alike.sum()), "wrong": int(wrong.sum())},
            "notice": self._notice,
        }


def _curve(probabilities: FloatArray, labels: IntArray) -> dict[str, Any]:
    return trace(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels).to_dict()


def _require_held_out(model: ModelFolder, dataset: Dataset) -> None:
    """Raise ModelError unless the validation digits are those that the model was not trained on."""
    known = ((model.info.get("dataset") or {}).get("part_sha256") or {}).get("validation")
    if known is not None and known != dataset.validation.sha256:
        raise ModelError(
            f"expected the data that this model was trained on, with the digits that were held out; {dataset.name} has "
            "others; give what it was trained on with --data, or train again"
        )


if __name__ == "__main__":
    main()
