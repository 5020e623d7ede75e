"""A path goes in, a verified model folder comes out; and the other way round.

A model folder holds ``model.onnx``, ``model.json`` and, where the network was quantized, ``model.int8.onnx``. Nothing
here runs the network, and nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digits.errors import ModelError
from digits.files import read_object, require_objects, sync_folder, sync_tree, to_json

WEIGHTS_FILE = "model.onnx"
INT8_FILE = "model.int8.onnx"
INT8 = "int8"  # the section of model.json about that file; what it says holds instead of what the rest says
DESCRIPTION_FILE = "model.json"
FORMAT_VERSION = 1
SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True)
class ModelFolder:
    """A verified model: ``info`` is model.json, the others the bytes of model.onnx and model.int8.onnx, if any."""

    path: Path
    info: Mapping[str, Any]
    weights: bytes
    int8: bytes | None = None


def open_model(path: str | os.PathLike[str] | None = None) -> ModelFolder:
    """Return the model in ``path``: a model folder, or a run folder that holds one; by default the shipped model.

    Raises:
        ModelError: nothing there, files missing or unreadable, an unknown format, or weights that
            do not match their hash.
    """
    if not (path is None or isinstance(path, str | os.PathLike)):
        kind = type(path).__name__
        raise ModelError(f"expected the path of a run or model folder, got {kind}; leave it out for the shipped model")
    folder = SHIPPED if path is None else _find(Path(path))
    info = _read_description(folder / DESCRIPTION_FILE)
    weights = _read_weights(folder / WEIGHTS_FILE, info)
    int8 = _read_weights(folder / INT8_FILE, info[INT8]) if INT8 in info else None
    return ModelFolder(folder, info, weights, int8)


def write_model(path: Path, weights: bytes, description: Mapping[str, Any], *, int8: bytes | None = None) -> None:
    """Write a model folder: ``path`` is never half written. A kill while replacing may leave the old one beside it.

    Args:
        path: the folder to make; a model folder already there is replaced.
        weights: the bytes of the ONNX file; their hash is added to the description.
        description: everything else that model.json says; its section "int8" is what is different with ``int8``.
        int8: the same network in 8-bit integers.
    """
    rest = {key: value for key, value in description.items() if key not in ("format", "weights", INT8)}
    info = {"format": FORMAT_VERSION, "weights": _fingerprint(WEIGHTS_FILE, weights), **rest}
    if int8 is not None:
        info[INT8] = {**description.get(INT8, {}), "weights": _fingerprint(INT8_FILE, int8)}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    old = partial.with_name(f"{partial.name}-old")  # a folder cannot take a full folder's place in one step
    try:
        partial.chmod(0o755)
        (partial / WEIGHTS_FILE).write_bytes(weights)
        if int8 is not None:
            (partial / INT8_FILE).write_bytes(int8)
        (partial / DESCRIPTION_FILE).write_text(to_json(info), encoding="utf-8")
        sync_tree(partial)
        if path.exists():
            os.replace(path, old)
        os.replace(partial, path)
        sync_folder(path.parent)
    except BaseException:
        if old.exists() and not path.exists():
            os.replace(old, path)
        shutil.rmtree(partial, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _find(path: Path) -> Path:
    try:
        for folder in (path, path / "model"):
            if (folder / DESCRIPTION_FILE).is_file():
                return folder
    except OSError as error:
        raise _unreadable(f"a model or run folder at {path}", error) from error
    if not path.exists():
        raise ModelError(f"expected a model or run folder at {path}; nothing is there; check the path")
    raise ModelError(
        f"expected {DESCRIPTION_FILE} in {path} or {path / 'model'}; neither has it; "
        "give a run folder made by `digits train`, or its model folder"
    )


def _read_description(path: Path) -> dict[str, Any]:
    try:
        info = read_object(path)
        if info.get("format") == FORMAT_VERSION:
            require_objects(info, "dataset", "dataset.sizes", "recipe", "recipe.augmentation", "versions", "measured")
    except OSError as error:
        raise _unreadable(f"a model description in {path}", error) from error
    except ValueError as error:
        raise ModelError(f"expected a model description in {path}; {error}; export the model anew") from error
    if (found := info.get("format")) != FORMAT_VERSION:
        raise ModelError(f"expected format {FORMAT_VERSION} in {path}, got {found}; use a digits release that knows it")
    for section in (info, info.get(INT8, info)):
        weights = section.get("weights") if isinstance(section, dict) else None
        if not isinstance(weights, dict) or not isinstance(weights.get("sha256"), str):
            raise ModelError(f"expected the SHA-256 of the weights in {path}; it is missing; export the model anew")
    return info


def _read_weights(path: Path, section: Mapping[str, Any]) -> bytes:
    """Return the bytes of ``path``, which must have the hash that ``section`` of model.json says."""
    try:
        weights = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"expected the weights at {path}; nothing is there; copy the model folder again") from error
    except OSError as error:
        raise _unreadable(f"the weights at {path}", error) from error
    expected, actual = section["weights"]["sha256"], hashlib.sha256(weights).hexdigest()
    if actual != expected:
        raise ModelError(
            f"expected {path} to have SHA-256 {expected}, got {actual}; "
            "the file was changed or damaged: copy the model folder again"
        )
    return weights


def _fingerprint(name: str, weights: bytes) -> dict[str, Any]:
    return {"file": name, "sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}


def _unreadable(what: str, error: OSError) -> ModelError:
    return ModelError(f"expected {what}; {error.strerror or error}; check the path and its rights")
