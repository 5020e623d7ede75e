"""In: a recipe. Out: the weights that its training begins with, where they are not random, and their record."""

from __future__ import annotations

from typing import Any

from digits.model.folder import SHIPPED as SHIPPED_FOLDER
from digits.model.folder import open_model
from digits.training.export.export import network_of
from digits.training.recipe import SHIPPED, Recipe


def initial_weights(recipe: Recipe, *, threads: int | None = None) -> list[Any] | None:
    """Return the arrays for ``keras.Model.set_weights``; None for random weights.

    They are taken from the ONNX file in this package, whose hash is checked; no Keras file is needed.
    """
    if recipe.start != SHIPPED:
        return None
    return list(network_of(open_model(SHIPPED_FOLDER), threads=threads).get_weights())


def describe_start(recipe: Recipe) -> dict[str, Any] | None:
    """Return which weights these are, for config.json and model.json: origin, SHA-256, and what they learned from."""
    if recipe.start != SHIPPED:
        return None
    info = open_model(SHIPPED_FOLDER).info
    return {"from": SHIPPED, "sha256": info["weights"]["sha256"], "dataset": info["dataset"]["name"]}
