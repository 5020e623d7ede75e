"""The ways to run the network: each takes a folder and a thread count and gives back two functions.

The first turns uint8 frames (n, 28, 28) into what the runtime reads, and is not timed; the second is. Imports are
inside, because each contestant runs in a process of its own and openvino's may have nothing but openvino and numpy.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

BATCH_SIZE = 256
REFERENCE = "onnxruntime float32"
Ways = tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _reader(precision: str) -> Callable[[Path, int], Ways]:
    def prepare(files: Path, threads: int) -> Ways:
        import digits

        return lambda frames: frames, digits.load(files / "model", threads=threads, precision=precision).classify_frames

    return prepare


def _onnxruntime(file: str, to_input: Callable[[Any], Any]) -> Callable[[Path, int], Ways]:
    def prepare(files: Path, threads: int) -> Ways:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(files / "model" / file, options, providers=["CPUExecutionProvider"])
        return to_input, lambda inputs: session.run(None, {"frames": inputs})

    return prepare


def _openvino(precision: str | None) -> Callable[[Path, int], Ways]:
    def prepare(files: Path, threads: int) -> Ways:
        import openvino

        settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
        if precision:
            settings["INFERENCE_PRECISION_HINT"] = precision
        request = openvino.Core().compile_model(files / "model" / "model.onnx", "CPU", settings).create_infer_request()
        return _floats, lambda inputs: request.infer({"frames": inputs})

    return prepare


def _litert(files: Path, threads: int) -> Ways:
    from ai_edge_litert.interpreter import Interpreter

    from digits.model.folder import open_model
    from digits.training.export.export import export

    path = files / f"{threads}.tflite"
    export(open_model(files / "model"), "litert", path)
    interpreter = Interpreter(str(path), num_threads=threads)
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    allocated: list[tuple[int, ...]] = [()]

    def run(inputs: Any) -> Any:
        if inputs.shape != allocated[0]:
            interpreter.resize_tensor_input(source, inputs.shape)
            interpreter.allocate_tensors()
            allocated[0] = inputs.shape
        interpreter.set_tensor(source, inputs)
        interpreter.invoke()
        return interpreter.get_tensor(target)

    return _floats, run


def _keras(method: str) -> Callable[[Path, int], Ways]:
    def prepare(files: Path, threads: int) -> Ways:
        from digits.model.folder import open_model
        from digits.training.export.export import network_of

        model = network_of(open_model(files / "model"), threads=threads)
        options = {"verbose": 0, "batch_size": BATCH_SIZE} if method == "predict" else {}
        return _floats, lambda inputs: getattr(model, method)(inputs, **options)

    return prepare


def _floats(frames: Any) -> Any:
    return (frames.astype(np.float32) / 255)[..., np.newaxis]


def _bytes(frames: Any) -> Any:
    return frames[..., np.newaxis]


CONTESTANTS: dict[str, Callable[[Path, int], Ways]] = {
    REFERENCE: _onnxruntime("model.onnx", _floats),
    "onnxruntime int8": _onnxruntime("model.int8.onnx", _bytes),
    "digits float32": _reader("float32"),
    "digits int8": _reader("int8"),
    "openvino float32": _openvino("f32"),
    "openvino default": _openvino(None),  # bfloat16 where the CPU has units for it
    "litert float32": _litert,
    "keras predict_on_batch": _keras("predict_on_batch"),
    "keras predict": _keras("predict"),
}
