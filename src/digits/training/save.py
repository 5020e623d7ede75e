"""A trained network goes in, its files for inference come out: Keras's two formats and the model folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import Dataset, LabelledImages
from digits.model.acceptance import SECTION
from digits.model.folder import INT8, ModelFolder, open_model, write_model
from digits.model.networks import network_of
from digits.reading.recognition.calibration import Confidence, about_threshold, fit_confidence
from digits.reading.recognition.frame import BOX_SIZE_PX, FRAME_SIZE_PX
from digits.reading.recognition.network.classifier import Classifier
from digits.training.acceptance import Measure
from digits.training.augmentation.augment import augment
from digits.training.backend import Environment
from digits.training.export.ensemble import average_models
from digits.training.export.keras_file import save_keras_file
from digits.training.export.onnx_graph import onnx_bytes
from digits.training.export.quantization import int8_bytes
from digits.training.recipe import Recipe
from digits.training.start import describe_start
from digits.training.train import cold_statistics
from digits.training.trust import fit_trust, see_alone

KERAS_FILES = ("CNN_mnist.keras", "CNN_mnist.h5")
MODEL_FOLDER = "model"
CALIBRATION_FRAMES = 1000


def save_keras(model: Any, folder: Path) -> None:
    """Write ``CNN_mnist.keras`` and ``CNN_mnist.h5``; Keras 3 reads both, Keras 2 the second."""
    for name in KERAS_FILES:
        save_keras_file(model, folder / name)


def save_model_folder(model: Any, folder: Path, *, recipe: Recipe, dataset: Dataset, environment: Environment) -> None:
    """Write ``model/``: the network in float32 and int8."""
    weights = onnx_bytes(model, {"recipe": recipe.name, "dataset": dataset.name, "dataset_sha256": dataset.sha256})
    int8 = _quantized(weights, recipe, dataset.train)
    write_described(weights, int8, folder, recipe=recipe, dataset=dataset, environment=environment)


def save_ensemble(
    members: Sequence[ModelFolder], folder: Path, *, recipe: Recipe, dataset: Dataset, environment: Environment
) -> None:
    """Write ``model/``: one file in float32 and one in int8 that average the members' probabilities.

    Raises:
        ModelError: no members, or one without int8 weights.
    """
    metadata = {"recipe": recipe.name, "dataset": dataset.name, "dataset_sha256": dataset.sha256}
    weights = average_models([member.weights for member in members], metadata)
    int8 = average_models([member.int8 for member in members if member.int8 is not None], metadata)
    write_described(
        weights, int8, folder, recipe=recipe, dataset=dataset, environment=environment, members=len(members)
    )


def write_described(
    weights: bytes,
    int8: bytes,
    folder: Path,
    *,
    recipe: Recipe,
    dataset: Dataset,
    environment: Environment,
    members: int = 1,
) -> None:
    """Write both files with confidence fitted on the validation part, through each file itself.

    The networks that find digits on pages are the shipped ones.
    """
    shipped = open_model()
    own, own_int8 = _both_confidences(weights, int8, dataset, environment.threads, shipped)
    write_model(
        folder / MODEL_FOLDER,
        weights,
        {
            "labels": list(range(10)),
            "frame": {"size_px": FRAME_SIZE_PX, "box_px": BOX_SIZE_PX, "centre": "mass"},
            **own,
            "recipe": recipe.to_dict(),
            "members": members,
            # Where the data lay on the machine that trained is nobody else's business.
            "dataset": {key: value for key, value in dataset.to_dict().items() if key not in ("source", "path")}
            | {"brightest_pixel": int(dataset.train.images.max())},
            "initial_weights": describe_start(recipe),
            "versions": environment.versions,
            "training_notice": cold_statistics(recipe, len(dataset.train)),  # repeated wherever it is measured
            "measured": None,
            "int8": {**own_int8, "measured": None},
            "networks": shipped.info["networks"],
        },
        int8=int8,
        networks=shipped.networks,
    )


def _quantized(weights: bytes, recipe: Recipe, examples: LabelledImages) -> bytes:
    """Calibrate on training images as the network saw them, so that every kind of picture it knows finds room."""
    images = examples.images[:: max(1, len(examples) // CALIBRATION_FRAMES)]
    return int8_bytes(weights, augment(images, recipe.augmentation, np.random.default_rng(0)))


def limit_threshold(confidence: Confidence, count: int, *, known: float, known_count: int) -> Confidence:
    """Return ``confidence``, its threshold lowered to that of a known model if that rests on more held-out digits.

    One digit in five hundred is to be refused, so a threshold rests on the few least sure of the held-out digits. Where
    few are held out and happen to be clear, it comes out so high that it refuses what the network reads well elsewhere.

    Args:
        confidence: as ``fit_confidence`` fitted it on ``count`` digits.
        known: the known model's threshold, in [0, 1], fitted on ``known_count`` digits.
    """
    if count >= known_count:
        return confidence
    return replace(confidence, min_confidence=min(confidence.min_confidence, known))


def _both_confidences(
    weights: bytes, int8: bytes, dataset: Dataset, threads: int, shipped: ModelFolder
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return temperature, refusal and acceptance as model.json has them, of both precisions."""
    examples = dataset.validation
    seen = see_alone(examples.images)
    own = _confidence(weights, examples, threads, shipped.info, shipped.info)
    own["refusal"]["min_trust"] = fit_trust(weights, seen, shipped.networks["verifier"])
    own_int8 = _confidence(int8, examples, threads, shipped.info, shipped.info[INT8])
    verifier = network_of(shipped, "verifier", is_int8=True)
    own_int8["refusal"]["min_trust"] = fit_trust(int8, seen, verifier, output_layer=weights)
    own[SECTION] = Measure(dataset, shipped.networks["spotter"], threads)(weights, own)
    own_int8[SECTION] = Measure(dataset, network_of(shipped, "spotter", is_int8=True), threads)(int8, own_int8)
    return own, own_int8


def _confidence(
    weights: bytes, examples: LabelledImages, threads: int, known: Mapping[str, Any], section: Mapping[str, Any]
) -> dict[str, Any]:
    """Return temperature and refusal as model.json has them; ``section`` of ``known`` is about the same precision."""
    raw, _ = Classifier(weights, threads=threads).run(examples.images)
    fitted, count = fit_confidence(raw, examples.labels), len(examples)
    most, known_count = section["refusal"]["min_confidence"], known["dataset"]["sizes"]["validation"]
    limited = limit_threshold(fitted, count, known=most, known_count=known_count)
    refusal = {"min_confidence": limited.min_confidence, "notice": about_threshold(limited, count)}
    return {"temperature": limited.temperature, "refusal": refusal}
