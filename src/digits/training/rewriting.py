"""A model in its folder goes in; the same with another description or other networks is there, whole, afterwards."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
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


def folder_parser(description: str | None) -> argparse.ArgumentParser:
    """Return what parses the arguments of a command that rewrites a model folder by the data it was trained on."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a model folder, such as runs/latest/model")
    parser.add_argument("--data", type=Path, help="what it was trained on, as digits train takes it")
    return parser


def rewrite(model: ModelFolder, info: Mapping[str, Any], networks: Mapping[str, bytes]) -> None:
    """Write a model anew where it is, with another description and other networks; keep what lies beside."""
    own = {DESCRIPTION_FILE, WEIGHTS_FILE, INT8_FILE, *map(weights_file, ALL_NETWORKS)}
    beside = {path.name: path.read_bytes() for path in model.path.iterdir() if path.is_file() and path.name not in own}
    write_model(model.path, model.weights, info, int8=model.int8, networks=networks)
    for file, content in beside.items():  # a card, figures
        (model.path / file).write_bytes(content)
