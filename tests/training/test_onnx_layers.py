"""The layers that are read are those of the network, and opening them changes no answer."""

from __future__ import annotations

import numpy as np
import pytest

from digits.data import Dataset
from digits.errors import MissingExtraError
from digits.model.folder import open_model
from digits.reading.classifier import Classifier, Tracer
from digits.training.onnx_layers import expose, read_layers


def test_the_layers_hold_every_parameter_of_the_network() -> None:
    layers = read_layers(open_model().weights)
    assert sum(layer.parameters for layer in layers) == 168_106
    assert [layer.kind for layer in layers].count("Conv") == 4
    assert (layers[0].kind, layers[-1].kind) == ("Reshape", "Softmax")


def test_opened_layers_leave_the_answer_as_it_is(sample: Dataset) -> None:
    model, frames = open_model().weights, sample.test.images[:20]
    names = [layer.name for layer in read_layers(model)]
    outputs = Tracer(expose(model, names)).run(frames)
    assert set(names) <= outputs.keys()
    probabilities, features = Classifier(model).run(frames)
    np.testing.assert_allclose(outputs["probabilities"], probabilities, atol=1e-5)
    np.testing.assert_allclose(outputs["features"], features, atol=1e-3)


def test_every_node_has_a_time(sample: Dataset) -> None:
    model = open_model().weights
    names = [layer.name for layer in read_layers(model)]
    seconds = Tracer(expose(model, names)).seconds(sample.test.images[:8], repeats=2)
    assert set(seconds) == set(names)
    assert all(spent >= 0 for spent in seconds.values())
    assert max(seconds, key=seconds.__getitem__).startswith("conv")


def test_without_onnx_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.training.onnx_layers.find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"onnx .*digits\[train\]"):
        read_layers(b"")
