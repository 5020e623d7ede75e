"""A trained network goes in, its files for inference come out: Keras's two formats and the model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from digits.data import Dataset
from digits.model.folder import write_model
from digits.reading.classifier import Classifier
from digits.reading.confidence import fit_confidence
from digits.reading.frame import BOX_SIZE_PX, FRAME_SIZE_PX
from digits.training.backend import Environment, quiet
from digits.training.onnx_graph import onnx_bytes
from digits.training.recipe import Recipe

KERAS_FILES = ("CNN_mnist.h5", "CNN_mnist.keras")
MODEL_FOLDER = "model"


def save_keras(model: Any, folder: Path) -> None:
    """Write ``CNN_mnist.h5`` and ``CNN_mnist.keras``; plain ``keras.models.load_model`` reads both."""
    with quiet():
        for name in KERAS_FILES:
            model.save(folder / name)


def save_model_folder(model: Any, folder: Path, *, recipe: Recipe, dataset: Dataset, environment: Environment) -> None:
    """Write ``model/`` with confidence fitted on the validation part, through the exported file itself."""
    weights = onnx_bytes(model, {"recipe": recipe.name, "dataset": dataset.name, "dataset_sha256": dataset.sha256})
    raw, _ = Classifier(weights, threads=environment.threads).run(dataset.validation.images)
    confidence = fit_confidence(raw, dataset.validation.labels)
    write_model(
        folder / MODEL_FOLDER,
        weights,
        {
            "labels": list(range(10)),
            "frame": {"size_px": FRAME_SIZE_PX, "box_px": BOX_SIZE_PX, "centre": "mass"},
            "temperature": confidence.temperature,
            "refusal": {"min_confidence": confidence.min_confidence},
            "recipe": recipe.to_dict(),
            # Where the data lay on the machine that trained is nobody else's business.
            "dataset": {key: value for key, value in dataset.to_dict().items() if key != "source"},
            "versions": environment.versions,
            "measured": None,
        },
    )
