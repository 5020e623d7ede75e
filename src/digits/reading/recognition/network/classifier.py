"""Frames go in, the network's raw probabilities and features come out: the only importer of onnxruntime.

Nothing here calibrates or refuses; that is calibration.py.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# onnxruntime 1.31 reports usage to its makers unless told not to, before it is imported. What is read here is private.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

from digits.errors import ModelError, shorten
from digits.reading.quantiles import median
from digits.reading.recognition.frame_batch import as_frames
from digits.reading.recognition.network.cores import available_cores
from digits.reading.recognition.network.external_data import require_own_data
from digits.reading.result import FloatArray

INPUT_NAME = "frames"
OUTPUT_NAMES = ("probabilities", "features")
# 32 frames keep the largest activations (200 KB a frame in float32, 50 KB in int8) near the core's own cache.
BATCH_SIZE = 32


class MissingOperatorError(ModelError):
    """This platform's onnxruntime lacks an operator of the model."""


class Classifier:
    """A network in an ONNX session.

    Args:
        model: the bytes of an ONNX file with input ``frames`` (n, 28, 28, 1), float32 in [0, 1] or uint8 in 0-255, and
            outputs ``probabilities`` (n, 10) and ``features`` (n, 32), or 32 a member of an ensemble.
        threads: how many the session may use; by default one for each core that this process is granted.

    Raises:
        ModelError: not an ONNX file, or one with other inputs or outputs.
    """

    def __init__(self, model: bytes, *, threads: int | None = None) -> None:
        self.threads = threads
        self._model = model
        self._session = open_session(model, threads=threads)
        inputs = [node.name for node in self._session.get_inputs()]
        outputs = [node.name for node in self._session.get_outputs()]
        if inputs != [INPUT_NAME] or not set(OUTPUT_NAMES) <= set(outputs):
            raise ModelError(
                f"expected a model with input {INPUT_NAME} and outputs {', '.join(OUTPUT_NAMES)}, "
                f"got {inputs} and {outputs}; export it with `digits export`"
            )
        self._as_input = _as_bytes if self._session.get_inputs()[0].type == "tensor(uint8)" else _as_floats

    def __reduce__(self) -> tuple[Callable[[], Classifier], tuple[()]]:
        """A session cannot be sent to another process, the file it was opened from can."""
        return partial(Classifier, self._model, threads=self.threads), ()

    def run(self, frames: npt.NDArray[np.generic]) -> tuple[FloatArray, FloatArray]:
        """Return probabilities float32 (n, 10) and features float32 (n, 32) of ``frames``.

        Args:
            frames: uint8 (n, 28, 28) in 0-255, or float32 (n, 28, 28) in [0, 1]; light on black, as MNIST.

        Raises:
            ImageError: another shape, dtype or range.
        """
        frames = as_frames(frames)
        if len(frames) <= BATCH_SIZE:
            return self._run_batch(frames)
        parts = [self._run_batch(frames[start : start + BATCH_SIZE]) for start in range(0, len(frames), BATCH_SIZE)]
        probabilities, features = (np.concatenate(outputs) for outputs in zip(*parts, strict=True))
        return probabilities, features

    def _run_batch(self, frames: npt.NDArray[np.generic]) -> tuple[FloatArray, FloatArray]:
        probabilities, features = self._session.run(OUTPUT_NAMES, {INPUT_NAME: self._as_input(frames)})
        return probabilities, features


class Tracer:
    """A network opened layer by layer: any of its outputs, and what each node costs.

    Args:
        model: the bytes of an ONNX file with input ``frames`` (n, 28, 28, 1), float32, its layers among the outputs.
    """

    def __init__(self, model: bytes) -> None:
        self._model = model
        self._session = _start(model, self._options())

    def run(self, frames: npt.NDArray[np.generic]) -> dict[str, FloatArray]:
        """Return every output by name for ``frames``, as ``Classifier.run`` takes them."""
        frames = as_frames(frames)
        names = [node.name for node in self._session.get_outputs()]
        return dict(zip(names, self._session.run(names, {INPUT_NAME: _as_floats(frames)}), strict=True))

    def seconds(self, frames: npt.NDArray[np.generic], *, repeats: int = 5) -> dict[str, float]:
        """Return the median time of each node in seconds, by its name, over ``repeats`` runs after one to warm up."""
        frames = as_frames(frames)
        with tempfile.TemporaryDirectory() as folder:
            options = self._options()
            options.enable_profiling = True
            options.profile_file_prefix = str(Path(folder) / "nodes")
            session = _start(self._model, options)
            for _ in range(repeats + 1):
                session.run(list(OUTPUT_NAMES), {INPUT_NAME: _as_floats(frames)})
            with open(session.end_profiling(), encoding="utf-8") as file:
                events = json.load(file)
        spent: dict[str, list[float]] = {}
        for event in events:
            name = event.get("name", "").removesuffix("_kernel_time")
            if event.get("cat") == "Node" and name != event["name"]:
                spent.setdefault(name, []).append(event["dur"] / 1e6)
        return {name: median(values[1:]) for name, values in spent.items()}

    def _options(self) -> onnxruntime.SessionOptions:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        # Fused layers have no output and no time of their own.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        return options


def open_session(model: bytes, *, threads: int | None) -> onnxruntime.InferenceSession:
    """Return an ONNX session on the processor.

    Raises:
        ModelError: not an ONNX file, or one with weights in other files.
        TypeError, ValueError: ``threads`` is no whole number, or less than one.
    """
    if threads is not None and (not isinstance(threads, int) or isinstance(threads, bool)):
        kind = type(threads).__name__
        raise TypeError(f"expected threads as a whole number, got {kind}; leave it out for one a core")
    if threads is not None and threads < 1:  # 0 is as many as onnxruntime likes
        raise ValueError(f"expected at least 1 thread, got {threads}; leave it out for one a core")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or available_cores()
    options.log_severity_level = 3
    return _start(model, options)


def _start(model: bytes, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    require_own_data(model)
    # What was looked through is an ONNX file. onnxruntime would take its own format too.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no public base class
        if type(error).__name__ == "NotImplemented" or "is not a registered function/op" in str(error):
            raise MissingOperatorError(
                f"expected an onnxruntime with every operator of the model, it says: {shorten(error)}; "
                "use precision 'float32' or another onnxruntime"
            ) from error
        raise ModelError(
            f"expected an ONNX model, onnxruntime says: {shorten(error)}; export the model again"
        ) from error


def open_spotter(model: bytes, *, threads: int | None) -> Callable[[npt.NDArray[np.uint8]], FloatArray]:
    """Return the network of spotter.py: from strips uint8 (n, 1, 40, width) to answers float32 (n, width / 2, 15).

    Raises:
        ModelError: not an ONNX file, or one with other inputs or outputs.
    """
    return _open_named(model, "spotter", "strips", threads)[1]


def open_detector(model: bytes, *, threads: int | None) -> Callable[[npt.NDArray[np.uint8]], FloatArray]:
    """Return the network of detection/detector.py: from grey uint8 (n, 1, height, width) to its answers.

    Raises:
        ModelError: not an ONNX file, or one with other inputs or outputs.
    """
    return _open_named(model, "detector", "grey", threads)[1]


def open_verifier(
    model: bytes, *, threads: int | None
) -> tuple[Callable[[npt.NDArray[np.float32]], FloatArray], dict[str, float]]:
    """Return the network of detection/verification.py, from regions float32 (n, 1, 40, 80) to answers float32 (n, 18).

    With it comes how both stages are weighed: the fields of ``Weighing`` by name.

    Raises:
        ModelError: not an ONNX file, one with other inputs or outputs, or without a weighing.
    """
    session, ask = _open_named(model, "verifier", "regions", threads)
    told = session.get_modelmeta().custom_metadata_map.get("measured", "{}")
    try:
        weighing = {str(name): float(value) for name, value in json.loads(told)["weighing"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(
            "expected a verifier that says how to weigh both stages, in its metadata under measured; "
            f"{error!r}; make one with python -m digits.training.verifier.train"
        ) from error
    return ask, weighing


def _open_named(
    model: bytes, name: str, given: str, threads: int | None
) -> tuple[onnxruntime.InferenceSession, Callable[[npt.NDArray[Any]], FloatArray]]:
    session = open_session(model, threads=threads)
    inputs, outputs = ([node.name for node in nodes] for nodes in (session.get_inputs(), session.get_outputs()))
    if inputs != [given] or "answers" not in outputs:
        raise ModelError(
            f"expected a {name} with input {given} and output answers, got {inputs} and {outputs}; "
            f"make one with python -m digits.training.{name}.train"
        )
    return session, lambda shown: np.asarray(session.run(("answers",), {given: shown})[0], np.float32)


def _as_floats(frames: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Return float32 (n, 28, 28, 1) in [0, 1]."""
    values = frames.astype(np.float32)
    if frames.dtype == np.uint8:
        values /= 255
    return values[..., np.newaxis]


def _as_bytes(frames: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Return uint8 (n, 28, 28, 1) in 0-255; values in [0, 1] are rounded to their nearest."""
    if frames.dtype != np.uint8:
        frames = np.rint(frames.astype(np.float32) * 255).astype(np.uint8)
    return frames[..., np.newaxis]
