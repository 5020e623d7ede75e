"""A trained network goes in, a file for Keras comes out; plain ``load_model`` opens it, without this package.

``.keras`` is Keras 3's own format, which no earlier Keras opens. ``.h5`` is older than both, but Keras 3 writes
arguments into it that Keras 2 refuses, so its description is written here, with arguments that both know. Runs no
network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from digits.training.backend import quiet

# What this network sets; both generations have the same defaults for the rest.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "InputLayer": (),
    "Conv2D": ("filters", "kernel_size", "padding", "data_format"),
    "ReLU": (),
    "MaxPooling2D": ("data_format",),
    "Dropout": ("rate",),
    "BatchNormalization": ("momentum",),
    "Flatten": ("data_format",),
    "Dense": ("units", "activation"),
}


def save_keras_file(model: Any, path: Path) -> None:
    """Write ``model``, a chain of the layers above compiled by ``compile_plainly``, to ``path``: .h5 or .keras."""
    with quiet():
        if path.suffix != ".h5":
            model.save(path)
            return
        model.save(path, include_optimizer=False)
    import h5py  # Keras brings it

    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = json.dumps(_description(model))
        file.attrs["training_config"] = json.dumps(_training(model))


def _description(model: Any) -> dict[str, Any]:
    """Return the layers as Keras 2 writes them: each takes the one output of the layer before it."""
    layers: list[dict[str, Any]] = []
    for layer in model.layers:
        kind, config = type(layer).__name__, layer.get_config()
        kept = {name: config[name] for name in ARGUMENTS[kind]}
        if kind == "InputLayer":
            kept["batch_input_shape"] = config["batch_shape"]
        inbound = [[[layers[-1]["name"], 0, 0, {}]]] if layers else []
        described = {"name": layer.name, "dtype": "float32", **kept}
        layers.append({"class_name": kind, "name": layer.name, "config": described, "inbound_nodes": inbound})
    ends = {"input_layers": [[layers[0]["name"], 0, 0]], "output_layers": [[layers[-1]["name"], 0, 0]]}
    return {"class_name": "Functional", "config": {"name": model.name, "layers": layers, **ends}}


def _training(model: Any) -> dict[str, Any]:
    """Return what Keras compiles the loaded network with: plain Adam that starts afresh, for one-hot labels."""
    return {
        "optimizer_config": {"class_name": "Adam", "config": {"learning_rate": float(model.optimizer.learning_rate)}},
        "loss": {"class_name": "CategoricalCrossentropy", "config": {}},
        "metrics": [{"class_name": "CategoricalAccuracy", "config": {"name": "accuracy"}}],
        "weighted_metrics": None,
        "loss_weights": None,
    }
