"""A model whose weights lie in another file is refused: the file's hash says nothing about them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

import digits
from digits.errors import ModelError
from digits.evaluation.inspect.layers import dissect
from digits.model.folder import open_model, write_model
from digits.reading.recognition.network.classifier import Classifier, Tracer, open_session
from digits.reading.recognition.network.external_data import WAYS_TO_TENSORS, require_own_data

onnx = pytest.importorskip("onnx", reason="makes models with onnx, which a light install lacks")
TensorProto, helper, numpy_helper = onnx.TensorProto, onnx.helper, onnx.numpy_helper
EXTERNAL = helper.make_tensor("w", TensorProto.FLOAT, [4], np.zeros(4))
EXTERNAL.ClearField("float_data")
EXTERNAL.data_location = TensorProto.EXTERNAL
EXTERNAL.external_data.add(key="location", value="weights.bin")
OWN = helper.make_tensor("w", TensorProto.FLOAT, [4], np.zeros(4))


def model_with(place: str, tensor: onnx.TensorProto) -> bytes:
    """Return a model that has ``tensor`` in one of the places where ONNX allows tensors."""
    constant = helper.make_node("Constant", [], ["c"], value=tensor)
    inner = helper.make_graph([], "inner", [], [], [tensor])
    model = helper.make_model(helper.make_graph([], "outer", [], []))
    sparse = onnx.SparseTensorProto(values=tensor, indices=OWN, dims=[9])
    if place == "initializer":
        model.graph.initializer.append(tensor)
    elif place == "sparse":
        model.graph.sparse_initializer.append(sparse)
    elif place == "constant":
        model.graph.node.append(constant)
    elif place == "graphs in graphs":
        within = helper.make_graph([helper.make_node("If", ["a"], ["b"], then_branch=inner)], "middle", [], [])
        model.graph.node.append(helper.make_node("If", ["a"], ["b"], then_branch=within, else_branch=within))
    elif place == "lists":
        model.graph.node.append(helper.make_node("Any", ["a"], ["b"], tensors=[OWN, tensor], graphs=[inner]))
    elif place == "function":
        model.functions.append(helper.make_function("own", "f", [], ["c"], [constant], []))
    elif place == "training":
        model.training_info.add().algorithm.CopyFrom(inner)
    return model.SerializeToString()


PLACES = ["initializer", "sparse", "constant", "graphs in graphs", "lists", "function", "training"]


@pytest.mark.parametrize("place", PLACES)
def test_weights_in_another_file_are_refused_wherever_they_are_named(place: str) -> None:
    require_own_data(model_with(place, OWN))
    with pytest.raises(ModelError, match=r"holds all its weights.* one file"):
        require_own_data(model_with(place, EXTERNAL))


def test_every_way_to_a_tensor_that_onnx_knows_is_looked_along() -> None:
    parts: dict[str, dict[int, str]] = {}
    unseen = [onnx.ModelProto.DESCRIPTOR]
    while unseen:
        message = unseen.pop()
        inner = [field for field in message.fields if field.message_type]
        parts[message.name] = {field.number: field.message_type.name for field in inner}
        unseen += [field.message_type for field in inner if field.message_type.name not in parts]
    leading = {"TensorProto"}
    while more := {name for name, inner in parts.items() if leading & set(inner.values())} - leading:
        leading |= more
    assert {
        name: {number: kind for number, kind in parts[name].items() if kind in leading}
        for name in leading - {"TensorProto"}
    } == WAYS_TO_TENSORS


def test_the_shipped_networks_hold_all_their_weights() -> None:
    model = open_model()
    for weights in (model.weights, model.int8, model.networks["spotter"]):
        assert weights
        require_own_data(weights)


@pytest.mark.parametrize("location", ["weights.bin", "../weights.bin"])
def test_a_model_folder_is_refused_though_its_hash_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    shipped = open_model()
    network = onnx.load_model_from_string(shipped.weights)
    kernel = next(tensor for tensor in network.graph.initializer if tensor.name == "conv1.kernel")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path(location).write_bytes(numpy_helper.to_array(kernel).tobytes())
    kernel.ClearField("raw_data")
    kernel.ClearField("float_data")
    kernel.data_location = TensorProto.EXTERNAL
    kernel.external_data.add(key="location", value=location)
    write_model(tmp_path / "here" / "model", network.SerializeToString(), shipped.info)
    folder = tmp_path / "here" / "model"
    blank = np.zeros((28, 28), np.uint8)
    from digits.training.export.export import network_of

    for use in (digits.load, lambda path: dissect(path, blank), lambda path: network_of(open_model(path))):
        with pytest.raises(ModelError, match="another file"):
            use(folder)


def test_every_session_looks_first() -> None:
    hostile = model_with("initializer", EXTERNAL)
    for open_it in (Classifier, Tracer, lambda model: open_session(model, threads=1)):
        with pytest.raises(ModelError, match="another file"):
            open_it(hostile)


def test_a_field_number_whose_upper_bits_onnxruntime_drops_hides_nothing() -> None:
    model = onnx.load_model_from_string(open_model().weights)
    graph = model.graph.SerializeToString()
    model.ClearField("graph")
    size = bytes([len(graph) & 0x7F | 0x80, len(graph) >> 7 & 0x7F | 0x80, len(graph) >> 14])
    key = bytes([0x3A | 0x80, 0x80, 0x80, 0x80, 0x10])  # 2**32 above that of a model's graph
    disguised = model.SerializeToString() + key + size + graph
    assert onnxruntime.InferenceSession(disguised, providers=["CPUExecutionProvider"]).get_outputs()
    with pytest.raises(ModelError, match="too large"):
        Classifier(disguised)


def test_the_format_of_onnxruntime_alone_is_refused(tmp_path: Path) -> None:
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "model.ort")
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(open_model().weights, options, providers=["CPUExecutionProvider"])
    own_format = (tmp_path / "model.ort").read_bytes()
    onnxruntime.InferenceSession(own_format, providers=["CPUExecutionProvider"])
    with pytest.raises(ModelError, match="expected an ONNX model"):
        Classifier(own_format)


@given(st.binary(max_size=300))
def test_whatever_else_the_bytes_are_the_only_error_is_a_model_error(data: bytes) -> None:
    with suppress(ModelError):
        require_own_data(data)
