"""In: a model folder and a frame. Out: its layers under Keras's names, what each costs, and its output for the frame.

It takes the float32 file apart; the int8 file is the same network with fused layers. Nothing here draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digits.errors import ModelError
from digits.evaluation.inspect.names import FRAMES, LEADING, NORMALIZATION, Layer, group, name_layers
from digits.model.folder import open_model
from digits.model.graph import Layer as Node
from digits.model.graph import expose, read_layers
from digits.reading.recognition.network.classifier import Tracer
from digits.reading.result import ByteArray, FloatArray

# Enough work that a layer's time stands out from the clock's; as many as the classifier takes at once.
TIMED_FRAMES = 32


@dataclass(frozen=True)
class Row:
    """A convolution or dense layer, counted with the layers that come ``with_it``: activation, pooling, normalization.

    ``shape`` is that of what they give for one frame, as Keras has it: height, width, channels. ``mflop`` counts
    products and sums in millions, ``time_share`` is in [0, 1].
    """

    name: str
    with_it: tuple[str, ...]
    shape: tuple[int, ...]
    parameters: int
    mflop: float
    time_share: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"shape": list(self.shape), "with_it": list(self.with_it)}


@dataclass(frozen=True, eq=False)
class Anatomy:
    """A network's ``layers`` and their ``outputs`` for one frame, by name; ``rows`` has one for each kernel.

    An output is (height, width, channels) or (units,).
    """

    rows: tuple[Row, ...]
    layers: tuple[Layer, ...]
    outputs: dict[str, FloatArray]

    def first_kernel(self) -> FloatArray:
        """Return the first convolution's kernel, (height, width, 1, filters), as Keras keeps it."""
        first = next(node for layer in self.layers for node in layer.nodes if node.kind == "Conv")
        return next(iter(first.weights.values())).transpose(2, 3, 1, 0)

    def pictured(self) -> dict[str, FloatArray]:
        """Return the outputs that look different: neither those that only reshape nor maps that are only rescaled."""
        is_same = {layer.name for layer in self.layers if layer.name in LEADING}
        is_same |= {
            layer.name for layer in self.layers if layer.is_normalization and self.outputs[layer.name].ndim == 3
        }
        return {name: values for name, values in self.outputs.items() if name not in is_same}


def dissect(path: Path | None, frame: ByteArray) -> Anatomy:
    """Take the model in ``path``, by default the shipped one, apart, and run ``frame`` uint8 (28, 28) through it.

    Raises:
        ModelError: no model there, or one that averages several networks.
    """
    model = open_model(path).weights
    nodes = read_layers(model)
    if sum(node.kind == "Softmax" for node in nodes) != 1:
        raise ModelError("expected one network, got an ensemble; inspect one of its members")
    tracer = Tracer(expose(model, [node.name for node in nodes]))
    outputs = {name: values[0] for name, values in tracer.run(frame[np.newaxis]).items()}
    seconds = tracer.seconds(np.repeat(frame[np.newaxis], TIMED_FRAMES, axis=0))
    layers = name_layers(nodes)
    rows = tuple(_row(layer, others, outputs, seconds) for layer, others in group(layers))
    return Anatomy(rows, layers, {layer.name: _as_keras(outputs[layer.output]) for layer in layers})


def _row(layer: Layer, others: Sequence[Layer], outputs: Mapping[str, FloatArray], seconds: Mapping[str, float]) -> Row:
    nodes = [node for one in (layer, *others) for node in one.nodes]
    # The last that follows gives the result; those that lead come before.
    following = [one for one in others if one.name not in LEADING]
    return Row(
        name=layer.name,
        with_it=tuple(one.name for one in others if one.name != FRAMES),
        shape=_as_keras(outputs[(following or [layer])[-1].output]).shape,
        parameters=sum(node.parameters for node in nodes),
        mflop=sum(_flop(node, outputs[node.name]) for node in nodes) / 1e6,
        time_share=sum(seconds.get(node.name, 0.0) for node in nodes) / sum(seconds.values()),
    )


def _as_keras(values: FloatArray) -> FloatArray:
    """ONNX has channels first, Keras last."""
    return np.moveaxis(values, 0, -1) if values.ndim == 3 else values


def _flop(node: Node, output: FloatArray) -> int:
    """Count a product and a sum as two; nodes other than convolution, dense and normalization count as nothing."""
    kernel = next(iter(node.weights.values()), None)
    if node.kind == "Conv" and kernel is not None:
        return 2 * output.size * math.prod(kernel.shape[1:])
    if node.kind == "Gemm" and kernel is not None:
        return 2 * kernel.size
    return 2 * output.size if node.kind == NORMALIZATION else 0
