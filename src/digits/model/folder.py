"""A path goes in, a verified model folder comes out; and the other way round.

A model folder holds all networks that reading uses: ``model.onnx``; ``model.int8.onnx``, the same network in 8-bit
integers, if it was quantized; and those of NETWORKS, which find the digits on pages, in floats and, if they were
quantized, in 8-bit integers. ``model.json`` holds the SHA-256 and a description of each.
Format 1 had the digit network only. Nothing here runs a network or unpickles anything.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from digits.errors import ModelError, shorten
from digits.files import read_object, require_objects, sync_folder, sync_tree, to_json
from digits.model.other_formats import recognize

WEIGHTS_FILE = "model.onnx"
INT8_FILE = "model.int8.onnx"
INT8: Final = "int8"  # the section of model.json about that file; what it says holds instead of what the rest says
DESCRIPTION_FILE = "model.json"
# The networks beside the digit network, by name; NAME.onnx holds the weights, NAME.int8.onnx those in 8-bit integers.
NETWORKS = ("spotter", "detector", "verifier")
ALL_NETWORKS = (*NETWORKS, *(f"{name}-{INT8}" for name in NETWORKS))
FORMAT_VERSION, OLD_FORMAT_VERSION = 2, 1
SHIPPED = Path(__file__).parent / "shipped"
# What is an object in model.json wherever it is there.
OBJECTS = (
    "acceptance", "dataset", "dataset.sizes", "recipe", "recipe.augmentation", "versions", "measured", "networks",
)  # fmt: skip


@dataclass(frozen=True)
class ModelFolder:
    """A verified model: ``info`` is model.json, the others are the bytes of its files.

    Attributes:
        weights: model.onnx.
        int8: model.int8.onnx, if there is one.
        networks: those of ALL_NETWORKS that the folder has, by name; none of them in a folder of format 1.
    """

    path: Path
    info: Mapping[str, Any]
    weights: bytes
    int8: bytes | None = None
    networks: Mapping[str, bytes] = field(default_factory=dict)


def open_model(path: str | os.PathLike[str] | None = None) -> ModelFolder:
    """Return the model in ``path``: a model folder or a run folder that holds one; by default the shipped model.

    Raises:
        ModelError: nothing there, files missing or unreadable, an unknown format, or weights that
            do not match their hash.
        TypeError: ``path`` is no path.
    """
    if not (path is None or isinstance(path, str | os.PathLike)):
        kind = type(path).__name__
        raise TypeError(f"expected the path of a run or model folder, got {kind}; leave it out for the shipped model")
    folder = SHIPPED if path is None else _find(Path(path))
    info = _read_description(folder / DESCRIPTION_FILE)
    weights = _read_weights(folder / WEIGHTS_FILE, info)
    int8 = _read_weights(folder / INT8_FILE, info[INT8]) if INT8 in info else None
    sections = info.get("networks") or {}
    networks = {
        name: _read_weights(folder / weights_file(name), sections[name]) for name in ALL_NETWORKS if name in sections
    }
    return ModelFolder(folder, info, weights, int8, networks)


def weights_file(name: str) -> str:
    """Return the file name of a network of ALL_NETWORKS."""
    return f"{name.replace(f'-{INT8}', f'.{INT8}')}.onnx"


def int8_name(name: str) -> str:
    """Return what a network of NETWORKS is called in 8-bit integers, a name of ALL_NETWORKS."""
    return f"{name}-{INT8}"


def write_model(
    path: Path,
    weights: bytes,
    description: Mapping[str, Any],
    *,
    int8: bytes | None = None,
    networks: Mapping[str, bytes] | None = None,
) -> None:
    """Write a model folder: ``path`` is never half written. A kill while replacing may leave the old one beside it.

    Args:
        path: the folder to make; a model folder already there is replaced.
        weights: the bytes of the ONNX file; their hash is added to the description.
        description: the rest of model.json; its section "int8" holds what differs for ``int8``, its section "networks"
            describes each of ``networks``.
        int8: the same network in 8-bit integers.
        networks: those of ALL_NETWORKS that belong to this model, by name. A reader takes missing ones from the shipped
            model.
    """
    files = {WEIGHTS_FILE: weights}
    rest = {key: value for key, value in description.items() if key not in ("format", "weights", INT8, "networks")}
    info = {"format": FORMAT_VERSION, "weights": fingerprint(WEIGHTS_FILE, weights), **rest}
    if int8 is not None:
        files[INT8_FILE] = int8
        info[INT8] = {**description.get(INT8, {}), "weights": fingerprint(INT8_FILE, int8)}
    known = description.get("networks") or {}
    info["networks"] = {}
    for name, content in (networks or {}).items():
        files[weights_file(name)] = content
        info["networks"][name] = {**known.get(name, {}), "weights": fingerprint(weights_file(name), content)}
    _write_folder(path, files | {DESCRIPTION_FILE: to_json(info).encode()})


def _write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of these files in place of ``path``, in one step as far as the system allows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    old = partial.with_name(f"{partial.name}-old")  # a folder cannot take a full folder's place in one step
    try:
        partial.chmod(0o755)
        for name, content in files.items():
            (partial / name).write_bytes(content)
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
        if not path.exists():
            raise ModelError(f"expected a model or run folder at {shorten(path)}; nothing is there; check the path")
        found, holder = recognize(path), _model_near(path)
    except OSError as error:
        raise _unreadable(f"a model or run folder at {shorten(path)}", error) from error
    remedy = "check the path, or train a network with `digits train`"
    if holder:
        remedy = f"give {holder}"
    elif found.opener:
        remedy = (
            f"digits opens only its own folders: open this with {found.opener}, train a network with `digits train`, "
            "or leave the path out for the shipped model"
        )
    raise ModelError(
        f"expected a run folder made by `digits train`, or its model folder; {shorten(path)} is {found.kind}; {remedy}"
    )


def _model_near(path: Path) -> Path | None:
    """Return the newest run in ``path``, or else the run or model folder that contains it."""
    if runs := [file.parent.parent for file in path.glob(f"*/model/{DESCRIPTION_FILE}")]:
        return max(runs, key=lambda run: run.stat().st_mtime)
    here = path.absolute().parent
    return path.parent if any((folder / DESCRIPTION_FILE).is_file() for folder in (here, here / "model")) else None


def _read_description(path: Path) -> dict[str, Any]:
    try:
        info = read_object(path)
        if info.get("format") in (FORMAT_VERSION, OLD_FORMAT_VERSION):
            require_objects(info, *OBJECTS, *(f"networks.{name}" for name in ALL_NETWORKS))
    except OSError as error:
        raise _unreadable(f"a model description in {path}", error) from error
    except ValueError as error:
        raise ModelError(f"expected a model description in {path}; {error}; export the model again") from error
    if (found := info.get("format")) not in (FORMAT_VERSION, OLD_FORMAT_VERSION):
        raise ModelError(
            f"expected format {OLD_FORMAT_VERSION} or {FORMAT_VERSION} in {path}, got {found}; "
            "use a digits release that supports it"
        )
    for section in (info, info.get(INT8, info), *(info.get("networks") or {}).values()):
        weights = section.get("weights") if isinstance(section, dict) else None
        if not isinstance(weights, dict) or not isinstance(weights.get("sha256"), str):
            raise ModelError(f"expected the SHA-256 of the weights in {path}; it is missing; export the model again")
    return info


def _read_weights(path: Path, section: Mapping[str, Any]) -> bytes:
    """Return the bytes of ``path``, which must match the hash in ``section`` of model.json."""
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


def fingerprint(name: str, weights: bytes) -> dict[str, Any]:
    """Return a file's entry in model.json: its name, its size in bytes, and its SHA-256, which reveals damage."""
    return {"file": name, "sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}


def _unreadable(what: str, error: OSError) -> ModelError:
    return ModelError(f"expected {what}; {error.strerror or error}; check the path and its permissions")
