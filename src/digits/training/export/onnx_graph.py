"""Trained weights go in, the bytes of an ONNX file come out.

The graph is written layer by layer with ``onnx.helper`` rather than converted: the layers are fixed, and this way the
names, the opset and the layout are ours. Parity with Keras is tested on 10,000 images. It holds no calibration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from digits.reading.recognition.network.classifier import INPUT_NAME, OUTPUT_NAMES
from digits.reading.result import FloatArray
from digits.training.network.architecture import CLASSES, CONVOLUTIONS, DENSE_UNITS

OPSET = 18
IR_VERSION = 8  # the first that holds opset 18: the older the version, the more runtimes read the file
BN_EPSILON = 1e-3  # Keras's default


def onnx_bytes(model: Any, metadata: Mapping[str, str]) -> bytes:
    """Return an ONNX file of the network.

    Args:
        model: a Keras model made by ``build_network``, of any precision.
        metadata: key and value strings stored in the file.

    Returns:
        a model from ``frames`` float32 (n, 28, 28, 1) in [0, 1] to ``probabilities`` (n, 10) and ``features`` (n, 32).
    """
    return _network(model).to_bytes(metadata)


class Graph:
    """Nodes and constants under construction; every node has one output, which is named here unless a name is given."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], *, output: str | None = None, **attributes: Any) -> str:
        from onnx import helper

        output = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def to_bytes(self, metadata: Mapping[str, str], *, input_type: int = 1, domain: str | None = None) -> bytes:
        """Return the checked ONNX file.

        Args:
            metadata: key and value strings stored in the file.
            input_type: the type of the frames, as a number of onnx's TensorProto.DataType; by default float32.
            domain: of operators other than ONNX's own, if there are any.
        """
        return self.write("CNN_mnist", *_borders(input_type), metadata, domain=domain)

    def write(
        self,
        name: str,
        inputs: list[Any],
        outputs: list[Any],
        metadata: Mapping[str, str],
        *,
        domain: str | None = None,
    ) -> bytes:
        """Return the checked ONNX file of a network called ``name`` from ``inputs`` to ``outputs`` (ValueInfoProto)."""
        import onnx
        from onnx import helper

        opsets = [helper.make_opsetid("", OPSET)] + ([helper.make_opsetid(domain, 1)] if domain else [])
        proto = helper.make_model(
            helper.make_graph(self.nodes, name, inputs, outputs, self.constants),
            opset_imports=opsets,
            ir_version=IR_VERSION,
            producer_name="digits",
        )
        helper.set_model_props(proto, dict(metadata))
        onnx.checker.check_model(proto, full_check=True)
        return bytes(proto.SerializeToString())


def _network(model: Any) -> Graph:
    graph = Graph()
    graph.constant("nchw", np.array([-1, 1, 28, 28], np.int64))
    value = graph.node("Reshape", [INPUT_NAME, "nchw"])  # one channel: the layout changes, no byte moves
    for number, (_, is_pooled) in enumerate(CONVOLUTIONS, start=1):
        value = _convolution(graph, value, model, number, is_pooled=is_pooled)
    value = graph.node("Flatten", [value])
    value = _dense(graph, value, model.get_layer("dense"), channels=CONVOLUTIONS[-1][0])
    value = graph.node("Relu", [value])
    features = _batch_normalization(graph, value, model.get_layer("features"), output=OUTPUT_NAMES[1])
    logits = _dense(graph, features, model.get_layer("probabilities"))
    graph.node("Softmax", [logits], output=OUTPUT_NAMES[0], axis=-1)
    return graph


def _borders(input_type: int) -> tuple[list[Any], list[Any]]:
    """Return what goes in and what comes out, as the graph declares it."""
    from onnx import TensorProto, helper

    outputs = {OUTPUT_NAMES[0]: CLASSES, OUTPUT_NAMES[1]: DENSE_UNITS}
    frames = helper.make_tensor_value_info(INPUT_NAME, input_type, ["n", 28, 28, 1])
    return [frames], [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", k]) for name, k in outputs.items()]


def _convolution(graph: Graph, value: str, model: Any, number: int, *, is_pooled: bool) -> str:
    kernel, bias = _weights(model.get_layer(f"conv{number}"))
    kernel_name = graph.constant(f"conv{number}.kernel", kernel.transpose(3, 2, 0, 1))  # HWIO -> OIHW
    bias_name = graph.constant(f"conv{number}.bias", bias)
    value = graph.node("Conv", [value, kernel_name, bias_name], kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    value = graph.node("Relu", [value])
    if is_pooled:
        value = graph.node("MaxPool", [value], kernel_shape=[2, 2], strides=[2, 2])
    return _batch_normalization(graph, value, model.get_layer(f"norm{number}"))


def _batch_normalization(graph: Graph, value: str, layer: Any, *, output: str | None = None) -> str:
    names = [
        graph.constant(f"{layer.name}.{part}", values)
        for part, values in zip(("gamma", "beta", "mean", "variance"), _weights(layer), strict=True)
    ]
    return graph.node("BatchNormalization", [value, *names], output=output, epsilon=BN_EPSILON)


def _dense(graph: Graph, value: str, layer: Any, *, channels: int | None = None) -> str:
    kernel, bias = _weights(layer)
    if channels is not None:  # Keras flattens height, width, channels; ONNX channels, height, width
        side = int(np.sqrt(kernel.shape[0] // channels))
        kernel = kernel.reshape(side, side, channels, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
    names = [graph.constant(f"{layer.name}.kernel", kernel), graph.constant(f"{layer.name}.bias", bias)]
    return graph.node("Gemm", [value, *names])


def _weights(layer: Any) -> list[FloatArray]:
    return [np.asarray(values, np.float32) for values in layer.get_weights()]


def notes_in(file: bytes) -> dict[str, Any]:
    """Return the metadata of an ONNX file whose values are JSON.

    Raises:
        google.protobuf.message.DecodeError: it is no ONNX file.
        ValueError: a value is no JSON.
    """
    from onnx import load_from_string

    return {each.key: json.loads(each.value) for each in load_from_string(file).metadata_props}


def with_notes(file: bytes, notes: Mapping[str, Any]) -> bytes:
    """Return an ONNX file whose metadata holds ``notes`` as JSON, in place of what it had by these names."""
    from onnx import helper, load_from_string

    proto = load_from_string(file)
    kept = {each.key: each.value for each in proto.metadata_props}
    helper.set_model_props(proto, kept | {name: json.dumps(value) for name, value in notes.items()})
    return bytes(proto.SerializeToString())
