"""In: the nodes of an ONNX file. Out: the layers of the network that they make up, under the names they have in Keras.

The exporter names each weight after its layer, as in ``conv1.kernel``. Nodes without weights are named here as
``training.network.architecture`` names them: ``relu2`` and ``pool2`` belong to the second convolution. Dropout has no
node: it does nothing when a network reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from digits.model.graph import Layer as Node

# What a node's layer is called, and what numbers it: convolutions that were passed, or its own kind.
FRAMES = "frames"
PLAIN = {"Reshape": FRAMES, "Flatten": "flatten", "Relu": "relu{relus}", "MaxPool": "pool{convolutions}"}
NORMALIZATION = "BatchNormalization"
# They bring values into the form that the layer after them needs.
LEADING = (FRAMES, "flatten")


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer as Keras has it, by name, and the nodes that compute it, in order; the output is that of the last."""

    name: str
    nodes: tuple[Node, ...]

    @property
    def output(self) -> str:
        return self.nodes[-1].name

    @property
    def is_normalization(self) -> bool:
        return self.nodes[-1].kind == NORMALIZATION


def name_layers(nodes: Sequence[Node]) -> tuple[Layer, ...]:
    """Return the layers of the network, in order; a softmax is part of the layer that feeds it, as in Keras."""
    found: list[Layer] = []
    seen: Counter[str] = Counter()
    for node in nodes:
        seen[node.kind] += 1
        if node.kind == "Softmax" and found:
            found[-1] = Layer(found[-1].name, (*found[-1].nodes, node))
        else:
            found.append(Layer(_name(node, seen), (node,)))
    return tuple(found)


def group(layers: Sequence[Layer]) -> tuple[tuple[Layer, tuple[Layer, ...]], ...]:
    """Return each convolution and dense layer with all layers that come with it: those that follow it, or lead to it.

    Activation, pooling and normalization follow; ``flatten`` leads.
    """
    groups: list[tuple[Layer, tuple[Layer, ...]]] = []
    leading: tuple[Layer, ...] = ()
    for layer in layers:
        has_kernel = bool(layer.nodes[0].weights) and not layer.is_normalization
        if layer.name in LEADING:
            leading = (*leading, layer)
        elif has_kernel or not groups:
            groups.append((layer, leading))
            leading = ()
        else:
            groups[-1] = (groups[-1][0], (*groups[-1][1], layer))
    return tuple(groups)


def _name(node: Node, seen: Counter[str]) -> str:
    if node.weights:
        return next(iter(node.weights)).partition(".")[0]
    name = PLAIN.get(node.kind, node.name)
    return name.format(relus=seen["Relu"], convolutions=seen["Conv"])
