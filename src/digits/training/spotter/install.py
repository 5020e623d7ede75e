"""Puts the ONNX file of a spotter into a model folder, and a description of that spotter into its model.json.

The description comes from the file itself: train.py and weight_averaging.py keep settings, data, versions and figures
in its metadata. The shipped model got its spotter this way.

Usage: python -m digits.training.spotter.install FILE MODEL_FOLDER
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from onnx import load_from_string

from digits.errors import ModelError
from digits.model.folder import open_model, write_model
from digits.reading.recognition.network.classifier import open_spotter

PURPOSE = "finds the digits of a row, and has half of the say in what each of them is"


def main(arguments: Sequence[str] | None = None) -> None:
    """Put the file into the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="a spotter's ONNX file")
    parser.add_argument("folder", type=Path, help="a model folder, such as runs/latest/model")
    chosen = parser.parse_args(arguments)
    if not chosen.file.is_file():
        parser.error(f"expected a spotter's ONNX file; there is none at {chosen.file}; check the path")
    try:
        install(chosen.file.read_bytes(), chosen.folder)
    except ModelError as error:
        parser.error(str(error))


def install(spotter: bytes, folder: Path) -> None:
    """Rewrite the model in ``folder`` with ``spotter`` instead of the spotter that it had.

    Raises:
        ModelError: no model folder, or no file of a spotter.
    """
    model = open_model(folder)
    open_spotter(spotter, threads=1)
    known = model.info.get("networks") or {}
    write_model(
        model.path,
        model.weights,
        {**model.info, "networks": {**known, "spotter": describe(spotter)}},
        int8=model.int8,
        networks={**model.networks, "spotter": spotter},
    )


def describe(spotter: bytes) -> dict[str, Any]:
    """Return a spotter's entry in model.json without its hash: its purpose, and how it was made and measured.

    "can_be_rebuilt" is false if a training began with a file of which only the SHA-256 is known.
    """
    try:
        stored = {each.key: json.loads(each.value) for each in load_from_string(spotter).metadata_props}
    except (DecodeError, ValueError) as error:
        raise ModelError(f"expected a spotter's ONNX file; {error}; make one with train.py") from error
    told: set[str] = set()
    history = _without_repeats(stored, told)
    can_be_rebuilt = all(begun in ("", *told) for begun in _beginnings(history))
    return {"purpose": PURPOSE, "can_be_rebuilt": can_be_rebuilt, **history}


def _without_repeats(stored: dict[str, Any], told: set[str]) -> dict[str, Any]:
    """Describe each file that went into a mean once; after that, its SHA-256 is enough."""
    if "averaged" not in stored:
        return stored
    members = []
    for member in stored["averaged"]:
        sha256 = member["sha256"]
        members.append({"sha256": sha256} if sha256 in told else _without_repeats(member, told))
        told.add(sha256)
    return {**stored, "averaged": members}


def _beginnings(history: dict[str, Any]) -> list[str]:
    """Return the SHA-256 of each file that a training began with; "" for one that began from nothing."""
    if "averaged" in history:
        return [begun for member in history["averaged"] for begun in _beginnings(member)]
    return [history["settings"]["begin_with"]] if "settings" in history else []
