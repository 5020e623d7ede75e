"""Puts the ONNX file of a spotter, detector or verifier into a model folder, and a description into its model.json.

The description comes from the file itself: their train.py, and weight_averaging.py, keep settings, data, versions and
figures in its metadata. The shipped model got its networks this way. The network in 8-bit integers that belongs to the
one before is gone; ``python -m digits.training.quantize`` makes another.

Usage: python -m digits.training.install FILE MODEL_FOLDER
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from onnx import load_from_string

from digits.errors import ModelError
from digits.model.folder import int8_name, open_model
from digits.reading.recognition.network.classifier import open_detector, open_spotter, open_verifier
from digits.training.export.onnx_graph import notes_in
from digits.training.rewriting import rewrite

PURPOSES = {
    "spotter": "finds the digits of a row, and has half of the say in what each of them is",
    "detector": "finds the digits of pages with ruled cells, and has a quarter of the say in what each of them is",
    "verifier": "looks again at what the detector found, and has a quarter of the say in what each of it is",
}
OPENERS: dict[str, Callable[..., object]] = {
    "spotter": open_spotter,
    "detector": open_detector,
    "verifier": open_verifier,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Put the file into the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="the ONNX file of a spotter, detector or verifier")
    parser.add_argument("folder", type=Path, help="a model folder, such as runs/latest/model")
    chosen = parser.parse_args(arguments)
    if not chosen.file.is_file():
        parser.error(
            f"expected the ONNX file of a spotter, detector or verifier; there is none at {chosen.file}; check the path"
        )
    try:
        install(chosen.file.read_bytes(), chosen.folder)
    except ModelError as error:
        parser.error(str(error))


def install(network: bytes, folder: Path) -> None:
    """Rewrite the model in ``folder`` with ``network`` instead of the one of its kind that it had.

    Raises:
        ModelError: no model folder, or no file of a spotter, detector or verifier.
    """
    model = open_model(folder)
    name = kind_of(network)
    OPENERS[name](network, threads=1)
    known = model.info.get("networks") or {}
    info = {**model.info, "networks": {**known, name: describe(network)}}
    others = {each: content for each, content in model.networks.items() if each != int8_name(name)}
    rewrite(model, info, {**others, name: network})


def kind_of(network: bytes) -> str:
    """Return which network an ONNX file holds, a name of ``model.folder.NETWORKS``.

    Raises:
        ModelError: it holds none of them.
    """
    try:
        name = load_from_string(network).graph.name
    except DecodeError as error:
        raise ModelError(f"expected an ONNX file; {error}; make one with train.py") from error
    if name not in OPENERS:
        raise ModelError(
            f"expected a spotter, a detector or a verifier, got a network called {name}; make one with train.py"
        )
    return str(name)


def describe(network: bytes) -> dict[str, Any]:
    """Return a network's entry in model.json without its hash: its purpose, and how it was made and measured.

    "can_be_rebuilt" is false if a training began with a file of which only the SHA-256 is known.
    """
    try:
        stored = notes_in(network)
    except (DecodeError, ValueError) as error:
        raise ModelError(
            f"expected the ONNX file of a spotter, detector or verifier; {error}; make one with train.py"
        ) from error
    told: set[str] = set()
    history = _without_repeats(stored, told)
    can_be_rebuilt = all(begun in ("", *told) for begun in _beginnings(history))
    return {"purpose": PURPOSES[kind_of(network)], "can_be_rebuilt": can_be_rebuilt, **history}


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
    """Return the SHA-256 of each file that a training began with and does not tell; "" where it began from nothing."""
    if "averaged" in history:
        return [begun for member in history["averaged"] for begun in _beginnings(member)]
    if "earlier" in history:
        return _beginnings(history["earlier"])
    return [history["settings"].get("begin_with", "")] if "settings" in history else []


if __name__ == "__main__":
    main()
