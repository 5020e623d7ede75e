"""Layers are called what Keras calls them, whatever ONNX calls their nodes."""

from __future__ import annotations

import pytest

from digits.evaluation.inspect.names import group, name_layers
from digits.model.folder import open_model
from digits.model.graph import Layer as Node
from digits.model.graph import read_layers


@pytest.mark.slow
def test_layers_are_those_of_the_keras_network_but_for_dropout() -> None:
    from digits.training.network.architecture import build_network
    from digits.training.recipe import find_recipe

    network = build_network(find_recipe("spec"))
    expected = [layer.name for layer in network.layers if not layer.name.startswith("dropout")]
    layers = name_layers(read_layers(open_model().weights))
    assert [layer.name for layer in layers] == expected
    held = {layer.name: sum(node.parameters for node in layer.nodes) for layer in layers}
    assert held == {layer.name: layer.count_params() for layer in network.layers if layer.name in held}


def test_each_kernel_has_a_group_with_what_comes_with_it() -> None:
    grouped = group(name_layers(read_layers(open_model().weights)))
    assert [(layer.name, [one.name for one in others]) for layer, others in grouped] == [
        ("conv1", ["frames", "relu1", "norm1"]),
        ("conv2", ["relu2", "pool2", "norm2"]),
        ("conv3", ["relu3", "pool3", "norm3"]),
        ("conv4", ["relu4", "pool4", "norm4"]),
        ("dense", ["flatten", "relu5", "features"]),
        ("probabilities", []),
    ]


def test_a_node_that_no_layer_is_known_for_keeps_its_own_name() -> None:
    (layer,) = name_layers([Node("erf_3", "Erf", {})])
    assert (layer.name, layer.output) == ("erf_3", "erf_3")
