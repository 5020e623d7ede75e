"""A model in its folder goes in; the same with another description or other networks is there, whole, afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digits.model.folder import (
    ALL_NETWORKS,
    DESCRIPTION_FILE,
    INT8_FILE,
    WEIGHTS_FILE,
    ModelFolder,
    weights_file,
    write_model,
)


def rewrite(model: ModelFolder, info: Mapping[str, Any], networks: Mapping[str, bytes]) -> None:
    """Write a model anew where it is, with another description and other networks; keep what lies beside."""
    own = {DESCRIPTION_FILE, WEIGHTS_FILE, INT8_FILE, *map(weights_file, ALL_NETWORKS)}
    beside = {path.name: path.read_bytes() for path in model.path.iterdir() if path.is_file() and path.name not in own}
    write_model(model.path, model.weights, info, int8=model.int8, networks=networks)
    for file, content in beside.items():  # a card, figures
        (model.path / file).write_bytes(content)
