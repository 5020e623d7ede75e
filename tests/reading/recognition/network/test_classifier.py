"""The session refuses what is not this network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import digits
from digits.errors import ModelError
from digits.reading.recognition.network.classifier import Classifier

onnx = pytest.importorskip("onnx", reason="makes models with onnx, which a light install lacks")
TensorProto, helper = onnx.TensorProto, onnx.helper


def test_bytes_that_are_no_onnx_file_are_a_model_error() -> None:
    with pytest.raises(ModelError, match="expected an ONNX model"):
        Classifier(b"\x00\x01 not a model")


@pytest.mark.parametrize("threads", [0, -1])
def test_fewer_threads_than_one_are_refused(threads: int) -> None:
    with pytest.raises(ValueError, match="at least 1 thread"):
        digits.load(threads=threads)


@pytest.mark.parametrize("threads", ["all", 1.5, True])
def test_threads_are_a_whole_number(threads: Any) -> None:
    with pytest.raises(TypeError, match="whole number"):
        digits.load(threads=threads)


def test_another_network_is_a_model_error_that_names_its_inputs() -> None:
    frames = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 784])
    same = helper.make_tensor_value_info("same", TensorProto.FLOAT, ["n", 784])
    graph = helper.make_graph([helper.make_node("Identity", ["pixels"], ["same"])], "other", [frames], [same])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    with pytest.raises(ModelError, match="pixels"):
        Classifier(model.SerializeToString())


def test_the_shipped_file_is_what_the_contract_says() -> None:
    from digits.model.folder import open_model

    model = onnx.load_model_from_string(open_model().weights)
    assert model.opset_import[0].version >= 18
    assert [node.name for node in model.graph.output] == ["probabilities", "features"]
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param  # any batch size
    trained = [c for c in model.graph.initializer if c.data_type == TensorProto.FLOAT]
    assert sum(int(np.prod(c.dims)) for c in trained) == 168_106


def test_many_frames_give_the_same_as_one_by_one_and_none_give_nothing() -> None:
    from digits.model.folder import open_model

    classifier = Classifier(open_model().weights, threads=1)
    frames = np.random.default_rng(0).integers(0, 256, (70, 28, 28)).astype(np.uint8)
    together = classifier.run(frames)
    alone = [classifier.run(frame[np.newaxis]) for frame in frames]
    for one, other in zip(together, map(np.concatenate, zip(*alone, strict=True)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    assert [output.shape for output in classifier.run(frames[:0])] == [(0, 10), (0, 32)]


def test_reading_leaves_nothing_in_a_persons_home(tmp_path: Path) -> None:
    code = "import digits, numpy as np; digits.load(threads=1).classify_frames(np.zeros((1, 28, 28), np.uint8))"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "ORT_"))}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment | {"HOME": str(tmp_path)})
    assert not list(tmp_path.rglob("*"))
