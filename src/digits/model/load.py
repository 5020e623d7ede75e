"""A path goes in, a reader comes out."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final, Literal, get_args

from digits.errors import ModelError
from digits.model.acceptance import accept as choose_accepted
from digits.model.folder import INT8, INT8_FILE, ModelFolder, open_model
from digits.model.graph import read_trust
from digits.model.networks import complete_networks
from digits.reading.reader import Reader
from digits.reading.recognition.acceptance import Asked
from digits.reading.recognition.calibration import Confidence
from digits.reading.recognition.network.classifier import (
    Classifier,
    MissingOperatorError,
    open_detector,
    open_spotter,
    open_verifier,
)
from digits.reading.recognition.trust import Trust

FLOAT32: Final = "float32"
Precision = Literal["float32", "int8"]


def load(
    path: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    precision: Precision | None = None,
    networks: Mapping[str, str | os.PathLike[str]] | None = None,
    accept: Asked | None = None,
) -> Reader:
    """Return a reader with the model in ``path``; by default the one that ships with this package.

    Args:
        path: a run folder such as ``runs/latest``, or a model folder.
        threads: how many cores the network may use; by default all that this process may use, also in a container.
        precision: "float32", or "int8": 3.8 times as fast with VNNI or AMX, 1.6 times with AVX2 alone, the networks for
            pages 1.5 to 3 times; by default int8 where the folder and this platform's onnxruntime have it.
        networks: ONNX files by name, to replace networks that ``path`` has besides its digit network. "spotter" finds
            the digits of a row and helps to classify each of them; "detector" lays out pages and reads ruled cells, and
            "verifier" looks again at what it saw, and at pictures of one digit.
        accept: how sure an answer must be, by the accuracy, between 0 and 1, that answers have at least on digits like
            the held-out ones; or "agreed": what both networks name alike. ``info["accept"]`` tells what that costs.

    Returns:
        a reader whose ``info`` is model.json for this precision, with all networks that take part.

    Raises:
        ModelError: no model there, not in this precision, one that does not match its own description, or one whose
            held-out digits do not bear out ``accept``.
        TypeError: an argument of another type.
        ValueError: an unknown precision or network, fewer than one thread, or no accuracy.
    """
    if precision is not None and precision not in get_args(Precision):
        raise ValueError(f"expected precision {FLOAT32!r} or {INT8!r}, got {precision!r}; give one of these or none")
    folder = open_model(path)
    classifier, info = _open_classifier(folder, precision, threads)
    exchanged = {} if networks is None else networks
    helpers, described = complete_networks(folder, exchanged, is_int8=info["precision"] == INT8)
    if exchanged:  # those of a folder were tried when it was made
        _try(helpers, threads)
    confidence, about = _accepting(_confidence(folder, info), {**info, "networks": described}, accept)
    return Reader(classifier, helpers, confidence, about, _trust(folder, info))


def _try(networks: Mapping[str, bytes], threads: int | None) -> None:
    """Raise ModelError unless each network is what its name says."""
    open_spotter(networks["spotter"], threads=threads)
    open_detector(networks["detector"], threads=threads)
    open_verifier(networks["verifier"], threads=threads)


def _accepting(confidence: Confidence, info: dict[str, Any], accept: Asked | None) -> tuple[Confidence, dict[str, Any]]:
    """Return ``confidence`` with the threshold that is chosen, and ``info`` with what that costs."""
    if accept is None:
        return confidence, info
    chosen = choose_accepted(info, accept)
    about = {**info, "accept": chosen.to_dict()}
    if chosen.threshold is None:
        return replace(confidence, must_agree=True), about
    return replace(confidence, min_confidence=chosen.threshold), about


def _open_classifier(
    folder: ModelFolder, precision: Precision | None, threads: int | None
) -> tuple[Classifier, Mapping[str, Any]]:
    """Open int8 if both the folder and this platform's onnxruntime have it, else float32."""
    weights, info = _choose(folder, precision)
    try:
        return Classifier(weights, threads=threads), info
    except MissingOperatorError:
        if precision is not None or info["precision"] == FLOAT32:
            raise
        _say_that_int8_is_missing()
        weights, info = _choose(folder, FLOAT32)
        return Classifier(weights, threads=threads), info


@cache  # once, however many readers are loaded
def _say_that_int8_is_missing() -> None:
    logging.getLogger(__name__).warning(
        "onnxruntime on this platform lacks operators of the int8 model; reading in float32, which is slower"
    )


def _choose(folder: ModelFolder, precision: str | None) -> tuple[bytes, Mapping[str, Any]]:
    rest = {key: value for key, value in folder.info.items() if key != INT8}
    if folder.int8 is not None and precision != FLOAT32:
        return folder.int8, {**rest, **folder.info[INT8], "precision": INT8}
    if precision == INT8:
        raise ModelError(
            f"expected {INT8_FILE} in {folder.path}, which model.json does not name; use {FLOAT32!r} or train again"
        )
    return folder.weights, {**rest, "precision": FLOAT32}


def _trust(folder: ModelFolder, info: Mapping[str, Any]) -> Trust | None:
    """Return what tells whether a picture is like a digit; None for a model that does not say how much it must be."""
    least = info["refusal"].get("min_trust")
    if not isinstance(least, (int, float)) or (last_layer := read_trust(folder.weights)) is None:
        return None
    return replace(last_layer, least=float(least))


def _confidence(folder: ModelFolder, info: Mapping[str, Any]) -> Confidence:
    try:
        temperature, least = float(info["temperature"]), float(info["refusal"]["min_confidence"])
        if not 0.01 <= temperature <= 100 or not 0 <= least <= 1:  # false for NaN too
            raise ValueError(f"temperature {temperature}, min_confidence {least}")
        return Confidence(temperature, least)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelError(
            f"expected temperature and refusal thresholds in {folder.path}/model.json; {error!r}; export it again"
        ) from error
