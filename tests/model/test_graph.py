"""The layers that are read are those of the network, as onnx reads them, and opening them changes no answer."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data import Dataset
from digits.errors import ModelError
from digits.model.folder import open_model
from digits.model.graph import expose, read_layers
from digits.reading.recognition.network.classifier import Classifier, Tracer

onnx = pytest.importorskip("onnx", reason="compares with onnx, which a light install lacks")
helper, numpy_helper, TensorProto = onnx.helper, onnx.numpy_helper, onnx.TensorProto


def test_layers_and_weights_are_those_that_onnx_reads() -> None:
    model = open_model().weights
    graph = onnx.load_from_string(model).graph
    constants = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    layers = read_layers(model)
    assert [(layer.name, layer.kind) for layer in layers] == [(node.output[0], node.op_type) for node in graph.node]
    for layer, node in zip(layers, graph.node, strict=True):
        expected = {name: constants[name] for name in node.input if name in constants}
        expected = {name: values for name, values in expected.items() if values.dtype == np.float32}
        assert layer.weights.keys() == expected.keys()
        for name, values in layer.weights.items():
            np.testing.assert_array_equal(values, expected[name])


def test_the_layers_hold_every_parameter_of_the_network() -> None:
    layers = read_layers(open_model().weights)
    assert sum(layer.parameters for layer in layers) == 168_106
    assert [layer.kind for layer in layers].count("Conv") == 4
    assert (layers[0].kind, layers[-1].kind) == ("Reshape", "Softmax")


def test_weights_written_as_a_list_of_floats_are_read_too() -> None:
    kernel = helper.make_tensor("kernel", TensorProto.FLOAT, [2, 300], np.arange(600, dtype=np.float32))
    borders = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 2]) for name in ("x", "y")]
    node = helper.make_node("MatMul", ["x", "kernel"], ["y"])
    model = helper.make_model(helper.make_graph([node], "small", borders[:1], borders[1:], [kernel]))
    (layer,) = read_layers(model.SerializeToString())
    np.testing.assert_array_equal(layer.weights["kernel"], np.arange(600).reshape(2, 300))


def test_opened_layers_leave_the_answer_as_it_is(sample: Dataset) -> None:
    model, frames = open_model().weights, sample.test.images[:20]
    names = [layer.name for layer in read_layers(model)]
    outputs = Tracer(expose(model, names)).run(frames)
    assert set(names) <= outputs.keys()
    probabilities, features = Classifier(model).run(frames)
    np.testing.assert_allclose(outputs["probabilities"], probabilities, atol=1e-5)
    np.testing.assert_allclose(outputs["features"], features, atol=1e-3)


def test_what_was_appended_is_what_onnx_understands() -> None:
    model = open_model().weights
    name = "a layer of a name that takes more than one byte to count " * 3
    outputs = onnx.load_from_string(expose(model, ["conv_1", name, "features"])).graph.output
    assert [output.name for output in outputs] == ["probabilities", "features", "conv_1", name]


def test_every_node_has_a_time(sample: Dataset) -> None:
    model = open_model().weights
    names = [layer.name for layer in read_layers(model)]
    seconds = Tracer(expose(model, names)).seconds(sample.test.images[:8], repeats=2)
    assert set(seconds) == set(names)
    assert all(spent >= 0 for spent in seconds.values())
    assert max(seconds, key=seconds.__getitem__).startswith("conv")


@given(st.binary(max_size=200))
def test_what_is_no_onnx_file_is_a_model_error_if_any(data: bytes) -> None:
    with suppress(ModelError):
        read_layers(data)


@pytest.mark.parametrize("data", [b"", b"\x3a\x02\x0a\x00", b"\x3a" + b"\xff" * 1_000_000, b"\x3b\x00"])
def test_bytes_without_a_graph_or_with_a_node_without_output_are_a_model_error(data: bytes) -> None:
    with pytest.raises(ModelError, match="export the model again"):
        read_layers(data)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_half_a_file_is_a_model_error(share: float) -> None:
    model = open_model().weights
    with pytest.raises(ModelError, match="export the model again"):
        read_layers(model[: int(len(model) * share)])
