"""A model folder goes in, the same network in another format comes out, checked to give the same answers.

The weights are taken from model.onnx, whose hash is verified, so no Keras file is ever loaded here.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digits.errors import MissingExtraError, ModelError, RunError, shorten
from digits.files import require_free
from digits.model.folder import ModelFolder
from digits.reading.recognition.network.classifier import Classifier
from digits.reading.recognition.network.external_data import require_own_data
from digits.reading.result import FloatArray
from digits.training.augmentation.augment import as_input
from digits.training.backend import prepare, quiet
from digits.training.export.keras_file import save_keras_file
from digits.training.network.architecture import CONVOLUTIONS, build_network, compile_plainly
from digits.training.recipe import RECIPES

# Float32 sums taken in another order differ by about 1e-6 on a probability; ten times that is a wrong layer.
PARITY_TOLERANCE = 1e-5
PARITY_FRAMES = 256
Runner = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Exported:
    """The file's path and the largest difference between its probabilities and the model folder's own."""

    path: Path
    format: str
    largest_difference: float
    frames: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "format": self.format,
            "largest_difference": self.largest_difference,
            "frames": self.frames,
        }


def export(
    folder: ModelFolder,
    format_name: str,
    path: Path | None = None,
    *,
    threads: int | None = None,
    force: bool = False,
) -> Exported:
    """Write the network in ``folder`` as ``format_name`` (one of ``FORMATS``) to ``path`` and check it.

    Args:
        path: a file, or for "savedmodel" a folder; by default ``CNN_mnist`` with the format's ending, here.
        force: replace what is there.

    Raises:
        RunError: an unknown format, a name with another format's ending, or ``path`` must not be replaced.
        ModelError: the written file's probabilities differ by more than 1e-5; nothing is left behind.
        MissingExtraError: what the format needs is not installed.
    """
    if format_name not in FORMATS:
        raise RunError(
            f"expected one of the formats {', '.join(FORMATS)}; got {shorten(repr(format_name))}; choose one of these"
        )
    ending, write = FORMATS[format_name]
    path = path or Path(f"CNN_mnist{ending}")
    _check_ending(path, format_name, ending)
    _check_place(path, format_name, force=force)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as temporary:
        written = Path(temporary) / f"CNN_mnist{ending}"
        run = write(folder, written, threads)
        with quiet():
            difference = _largest_difference(folder, run, threads)
        _check_difference(format_name, difference)
        if path.is_dir():  # a folder cannot take a full folder's place in one step
            os.replace(path, Path(temporary) / "replaced")
        os.replace(written, path)
    return Exported(path, format_name, difference, PARITY_FRAMES)


def _check_difference(format_name: str, difference: float) -> None:
    if not difference <= PARITY_TOLERANCE:  # true for NaN too
        raise ModelError(
            f"expected {format_name} to agree with model.onnx within {PARITY_TOLERANCE}, "
            f"but the largest difference is {difference:.2g}; report this with the output of `digits --version`"
        )


def _check_ending(path: Path, format_name: str, ending: str) -> None:
    """Refuse another format's ending: other programs tell a file's format by its ending."""
    others = [name for name, (other, _) in FORMATS.items() if path.name.lower().endswith(other)]
    if others and format_name not in others:
        wanted = "without a file's ending" if format_name == "savedmodel" else f"that ends in {ending}"
        raise RunError(
            f"expected a name {wanted} for format {format_name}; got {path.name}; "
            f"rename it, or ask for --format {others[0]}"
        )


def _check_place(path: Path, format_name: str, *, force: bool) -> None:
    require_free([path], force=force, are_folders=format_name == "savedmodel")
    if path.exists() and format_name == "savedmodel" and not (path / "saved_model.pb").is_file():
        raise RunError(
            f"expected {path} to be a SavedModel that may be replaced; it is not; give another place with --out"
        )


def network_of(folder: ModelFolder, *, threads: int | None = None) -> Any:
    """Return the ``keras.Model`` with the weights of ``folder``, float32, compiled with plain Adam.

    Raises:
        MissingExtraError: Keras, TensorFlow or onnx is not installed.
        ModelError: the ONNX file is not this network, or its weights lie in other files.
    """
    require_own_data(folder.weights)
    prepare(threads=threads, bfloat16=False)
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_model_from_string(folder.weights).graph
    arrays = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    if sum(node.op_type == "Softmax" for node in graph.node) > 1:
        raise ModelError("expected one network, got an ensemble; export one of its members, or all of it as onnx")
    model = build_network(RECIPES["spec"])
    try:
        for layer in model.layers:
            parts = _layer_arrays(layer.name, arrays)
            if parts:
                layer.set_weights(parts)
    except (KeyError, ValueError) as error:
        raise ModelError(
            f"expected the weights of CNN_mnist in {folder.path}; {error}; export the run again"
        ) from error
    compile_plainly(model)
    return model


def _layer_arrays(name: str, arrays: dict[str, Any]) -> list[Any]:
    """Undo what onnx_graph.py did to this layer's arrays."""
    if name.startswith("conv"):
        return [arrays[f"{name}.kernel"].transpose(2, 3, 1, 0), arrays[f"{name}.bias"]]
    if name.startswith("norm") or name == "features":
        return [arrays[f"{name}.{part}"] for part in ("gamma", "beta", "mean", "variance")]
    if name in ("dense", "probabilities"):
        kernel = arrays[f"{name}.kernel"]
        if name == "dense":
            channels = CONVOLUTIONS[-1][0]
            side = int(np.sqrt(kernel.shape[0] // channels))
            kernel = kernel.reshape(channels, side, side, -1).transpose(1, 2, 0, 3).reshape(kernel.shape)
        return [kernel, arrays[f"{name}.bias"]]
    return []


def _largest_difference(folder: ModelFolder, run: Runner, threads: int | None) -> float:
    """Compare on noise of every strength, which drives the units harder than digits do."""
    random = np.random.default_rng(0)
    strength = random.uniform(0, 255, (PARITY_FRAMES, 1, 1))
    frames = (random.uniform(0, 1, (PARITY_FRAMES, 28, 28)) * strength).astype(np.uint8)
    expected, _ = Classifier(folder.weights, threads=threads).run(frames)
    return float(np.abs(run(as_input(frames)) - expected).max())


def _write_onnx(folder: ModelFolder, path: Path, threads: int | None) -> Runner:
    path.write_bytes(folder.weights)
    classifier = Classifier(path.read_bytes(), threads=threads)
    return lambda inputs: classifier.run(inputs[..., 0])[0]


def _write_keras(folder: ModelFolder, path: Path, threads: int | None) -> Runner:
    model = network_of(folder, threads=threads)
    import keras

    save_keras_file(model, path)
    with quiet():
        loaded = keras.models.load_model(path)
    return lambda inputs: np.asarray(loaded.predict_on_batch(inputs))


def _write_savedmodel(folder: ModelFolder, path: Path, threads: int | None) -> Runner:
    model = network_of(folder, threads=threads)
    import tensorflow

    with quiet():
        model.export(path, format="tf_saved_model", verbose=False)
        loaded = tensorflow.saved_model.load(str(path))
    return lambda inputs: np.asarray(loaded.serve(inputs))


def _write_litert(folder: ModelFolder, path: Path, threads: int | None) -> Runner:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise MissingExtraError("ai-edge-litert", "checking a LiteRT file", "train") from error
    model = network_of(folder, threads=threads)
    import tensorflow

    with quiet():
        path.write_bytes(tensorflow.lite.TFLiteConverter.from_keras_model(model).convert())
        interpreter = Interpreter(str(path), num_threads=threads)

    def run(inputs: FloatArray) -> FloatArray:
        source, target = (
            interpreter.get_input_details()[0]["index"],
            interpreter.get_output_details()[0]["index"],
        )
        interpreter.resize_tensor_input(source, inputs.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(source, inputs)
        interpreter.invoke()
        return np.asarray(interpreter.get_tensor(target))

    return run


FORMATS: dict[str, tuple[str, Callable[[ModelFolder, Path, int | None], Runner]]] = {
    "onnx": (".onnx", _write_onnx),
    "litert": (".tflite", _write_litert),
    "savedmodel": ("_savedmodel", _write_savedmodel),
    "h5": (".h5", _write_keras),
    "keras": (".keras", _write_keras),
}
