"""A path goes in, a verified model folder comes out; and the other way round.

A model folder holds ``model.onnx`` and ``model.json``. Nothing here runs the network, and nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digits.errors import ModelError
from digits.files import to_json

WEIGHTS_FILE = "model.onnx"
DESCRIPTION_FILE = "model.json"
FORMAT_VERSION = 1
SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True)
class ModelFolder:
    """A verified model: ``info`` is model.json, ``weights`` the bytes of model.onnx."""

    path: Path
    info: Mapping[str, Any]
    weights: bytes


def open_model(path: str | os.PathLike[str] | None = None) -> ModelFolder:
    """Return the model in ``path``: a model folder, or a run folder that holds one; by default the shipped model.

    Raises:
        ModelError: nothing there, files missing or unreadable, an unknown format, or weights that
            do not match their hash.
    """
    folder = SHIPPED if path is None else _find(Path(path))
    info = _read_description(folder / DESCRIPTION_FILE)
    weights_path = folder / WEIGHTS_FILE
    try:
        weights = weights_path.read_bytes()
    except OSError as error:
        raise ModelError(f"expected the weights at {weights_path}; {error.strerror}; export the model anew") from error
    expected, actual = info["weights"]["sha256"], hashlib.sha256(weights).hexdigest()
    if actual != expected:
        raise ModelError(
            f"expected {weights_path} to have SHA-256 {expected}, got {actual}; "
            "the file was changed or damaged: copy the model folder again"
        )
    return ModelFolder(folder, info, weights)


def write_model(path: Path, weights: bytes, description: Mapping[str, Any]) -> None:
    """Write a model folder in one step: ``path`` is either as it was before, or complete.

    Args:
        path: the folder to make; a model folder already there is replaced.
        weights: the bytes of the ONNX file; their hash is added to the description.
        description: everything else that model.json says.
    """
    info = {
        "format": FORMAT_VERSION,
        "weights": {
            "file": WEIGHTS_FILE,
            "sha256": hashlib.sha256(weights).hexdigest(),
            "bytes": len(weights),
        },
        **{key: value for key, value in description.items() if key not in ("format", "weights")},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    partial.chmod(0o755)
    (partial / WEIGHTS_FILE).write_bytes(weights)
    (partial / DESCRIPTION_FILE).write_text(to_json(info), encoding="utf-8")
    if path.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{path.name}-old-", dir=path.parent))
        os.replace(path, old)
        os.replace(partial, path)
        shutil.rmtree(old)
    else:
        os.replace(partial, path)


def _find(path: Path) -> Path:
    for folder in (path, path / "model"):
        if (folder / DESCRIPTION_FILE).is_file():
            return folder
    if not path.exists():
        raise ModelError(f"expected a model or run folder at {path}; nothing is there; check the path")
    raise ModelError(
        f"expected {DESCRIPTION_FILE} in {path} or {path / 'model'}; neither has it; "
        "give a run folder made by `digits train`, or its model folder"
    )


def _read_description(path: Path) -> dict[str, Any]:
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"expected a model description in {path}; {error}; export the model anew") from error
    if not isinstance(info, dict) or info.get("format") != FORMAT_VERSION:
        found = info.get("format") if isinstance(info, dict) else type(info).__name__
        raise ModelError(f"expected format {FORMAT_VERSION} in {path}, got {found}; use a digits release that knows it")
    if not isinstance(info.get("weights"), dict) or not isinstance(info["weights"].get("sha256"), str):
        raise ModelError(f"expected the SHA-256 of the weights in {path}; it is missing; export the model anew")
    return info
