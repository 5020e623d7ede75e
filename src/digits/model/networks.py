"""The networks that reading uses besides the digit network: from a model folder, shipped, or given as files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digits.errors import ModelError
from digits.model.folder import INT8, NETWORKS, SHIPPED, ModelFolder, fingerprint, int8_name, open_model


def complete_networks(
    folder: ModelFolder, exchanged: Mapping[str, str | os.PathLike[str]], *, is_int8: bool
) -> tuple[dict[str, bytes], dict[str, dict[str, Any]]]:
    """Return all of NETWORKS by name, and a description of each that says where it comes from.

    A folder of format 1 has none of them; its reader gets those that ship with this release.

    Args:
        folder: the source of the networks that ``exchanged`` does not name.
        exchanged: ONNX files by name.
        is_int8: whether a network is wanted in 8-bit integers where it is there so.

    Raises:
        ModelError: a file of ``exchanged`` cannot be read.
        TypeError, ValueError: ``exchanged`` is not a mapping, or names an unknown network.
    """
    _check(exchanged)
    weights: dict[str, bytes] = {}
    known: dict[str, dict[str, Any]] = {}
    for name in NETWORKS:
        if name in exchanged:
            path = Path(exchanged[name])
            weights[name] = _read(path)
            known[name] = {"from": str(path), "weights": fingerprint(path.name, weights[name])}
            continue
        home = folder if name in folder.networks else open_model(SHIPPED)
        origin = "the model folder" if home is folder else "the shipped model"
        known[name] = {"from": origin, **home.info["networks"][name]}
        weights[name] = home.networks[name]
        if is_int8 and (small := int8_name(name)) in home.networks:
            weights[name] = home.networks[small]
            known[name] |= {INT8: home.info["networks"][small], "weights": home.info["networks"][small]["weights"]}
    return weights, known


def network_of(folder: ModelFolder, name: str, *, is_int8: bool) -> bytes:
    """Return a network of NETWORKS that reads with a model, as ``complete_networks`` finds it."""
    return complete_networks(folder, {}, is_int8=is_int8)[0][name]


def _check(exchanged: object) -> None:
    if not isinstance(exchanged, Mapping):
        kind = type(exchanged).__name__
        raise TypeError(f"expected networks as a dict, got {kind}; give files by name: {{'spotter': 'my.onnx'}}")
    if unknown := [name for name in exchanged if name not in NETWORKS]:
        raise ValueError(
            f"expected networks named {', '.join(NETWORKS)}, got {unknown[0]!r}; give your digit network as the path"
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"expected the ONNX file of a network at {path}; {error.strerror or error}; check the path"
        ) from error
