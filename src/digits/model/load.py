"""A path goes in, a reader comes out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from digits.errors import ModelError
from digits.model.folder import INT8, INT8_FILE, ModelFolder, open_model
from digits.reading.classifier import Classifier
from digits.reading.confidence import Confidence
from digits.reading.reader import Reader

FLOAT32 = "float32"


def load(
    path: str | os.PathLike[str] | None = None, *, threads: int | None = None, precision: str | None = None
) -> Reader:
    """Return a reader with the model in ``path``; by default the one that ships with this package.

    Args:
        path: a run folder such as ``runs/latest``, or a model folder.
        threads: how many cores the network may use; by default all that this process is granted, in a container too.
        precision: "float32", or "int8", which is several times as fast; by default int8 where the folder has it.

    Returns:
        a reader whose ``info`` is model.json as it holds for this precision.

    Raises:
        ModelError: no model there, not in this precision, or one that does not match its own description.
    """
    folder = open_model(path)
    weights, info = _choose(folder, precision)
    return Reader(Classifier(weights, threads=threads), _confidence(folder, info), info)


def _choose(folder: ModelFolder, precision: str | None) -> tuple[bytes, Mapping[str, Any]]:
    if precision not in (None, FLOAT32, INT8):
        raise ModelError(f"expected precision {FLOAT32} or {INT8}, got {precision!r}; give one of these or none")
    rest = {key: value for key, value in folder.info.items() if key != INT8}
    if folder.int8 is not None and precision != FLOAT32:
        return folder.int8, {**rest, **folder.info[INT8], "precision": INT8}
    if precision == INT8:
        raise ModelError(
            f"expected {INT8_FILE} in {folder.path}, but model.json names none; use precision {FLOAT32!r} or train anew"
        )
    return folder.weights, {**rest, "precision": FLOAT32}


def _confidence(folder: ModelFolder, info: Mapping[str, Any]) -> Confidence:
    try:
        temperature, least = float(info["temperature"]), float(info["refusal"]["min_confidence"])
        if not 0.01 <= temperature <= 100 or not 0 <= least <= 1:  # false for NaN too
            raise ValueError(f"temperature {temperature}, min_confidence {least}")
        return Confidence(temperature, least)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelError(
            f"expected temperature and refusal thresholds in {folder.path}/model.json; {error!r}; export the model anew"
        ) from error
