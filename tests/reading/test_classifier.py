"""The session refuses what is not this network."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from digits.errors import ModelError
from digits.reading.classifier import Classifier, available_cores


def test_bytes_that_are_no_onnx_file_are_a_model_error() -> None:
    with pytest.raises(ModelError, match="expected an ONNX model"):
        Classifier(b"\x00\x01 not a model")


def test_another_network_is_a_model_error_that_names_its_inputs() -> None:
    frames = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 784])
    same = helper.make_tensor_value_info("same", TensorProto.FLOAT, ["n", 784])
    graph = helper.make_graph([helper.make_node("Identity", ["pixels"], ["same"])], "other", [frames], [same])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    with pytest.raises(ModelError, match="pixels"):
        Classifier(model.SerializeToString())


def test_at_least_one_core_is_available() -> None:
    assert available_cores() >= 1


def test_the_shipped_file_is_what_the_contract_says() -> None:
    from digits.model.folder import open_model

    model = onnx.load_model_from_string(open_model().weights)
    assert model.opset_import[0].version >= 18
    assert [node.name for node in model.graph.output] == ["probabilities", "features"]
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param  # any batch size
    trained = [c for c in model.graph.initializer if c.data_type == TensorProto.FLOAT]
    assert sum(int(np.prod(c.dims)) for c in trained) == 168_106
