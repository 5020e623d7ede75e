"""In: a model folder and a frame. Out: its layers: shape, weights, arithmetic, share of time, and output for the frame.

It takes the float32 file apart; the int8 file is the same network with fused layers. Nothing here draws.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digits.errors import ModelError
from digits.evaluation.inspect.graph import Layer, expose, read_layers
from digits.model.folder import open_model
from digits.reading.classifier import Tracer
from digits.reading.result import ByteArray, FloatArray

# Enough work that a layer's time stands out from the clock's; as many as the classifier takes at once.
TIMED_FRAMES = 32


@dataclass(frozen=True)
class Row:
    """A layer: ``shape`` of its output for one frame, ``mflop`` of its products and sums, ``time_share`` in [0, 1]."""

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    mflop: float
    time_share: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"shape": list(self.shape)}


@dataclass(frozen=True, eq=False)
class Anatomy:
    """A network's layers in order, their weights, and their outputs for one frame, without the batch."""

    rows: tuple[Row, ...]
    layers: tuple[Layer, ...]
    outputs: dict[str, FloatArray]

    def first_kernel(self) -> FloatArray:
        """Return the first convolution's kernel, (height, width, 1, filters), as Keras keeps it."""
        first = next(layer for layer in self.layers if layer.kind == "Conv")
        return next(iter(first.weights.values())).transpose(2, 3, 1, 0)

    def pictured(self) -> dict[str, FloatArray]:
        """Return each layer's output but those that only reshape: (height, width, channels) or (units,)."""
        shown = [row.name for row in self.rows if len(row.shape) in (1, 3) and row.kind not in ("Reshape", "Flatten")]
        return {name: np.moveaxis(self.outputs[name], 0, -1) for name in shown}


def dissect(path: Path | None, frame: ByteArray) -> Anatomy:
    """Take the model in ``path``, by default the shipped one, apart, and run ``frame`` uint8 (28, 28) through it.

    Raises:
        ModelError: no model there, or one that averages several networks.
    """
    model = open_model(path).weights
    layers = read_layers(model)
    if sum(layer.kind == "Softmax" for layer in layers) != 1:
        raise ModelError("expected one network, got an ensemble; inspect one of its members")
    tracer = Tracer(expose(model, [layer.name for layer in layers]))
    outputs = {name: values[0] for name, values in tracer.run(frame[np.newaxis]).items()}
    seconds = tracer.seconds(np.repeat(frame[np.newaxis], TIMED_FRAMES, axis=0))
    total = sum(seconds.values())
    rows = tuple(
        Row(
            name=layer.name,
            kind=layer.kind,
            shape=outputs[layer.name].shape,
            parameters=layer.parameters,
            mflop=_flop(layer, outputs[layer.name]) / 1e6,
            time_share=seconds.get(layer.name, 0.0) / total,
        )
        for layer in layers
    )
    return Anatomy(rows, layers, outputs)


def _flop(layer: Layer, output: FloatArray) -> int:
    """Count a product and a sum as two; layers other than convolution, dense and normalization count as nothing."""
    kernel = next(iter(layer.weights.values()), None)
    if layer.kind == "Conv" and kernel is not None:
        return 2 * output.size * math.prod(kernel.shape[1:])
    if layer.kind == "Gemm" and kernel is not None:
        return 2 * kernel.size
    return 2 * output.size if layer.kind == "BatchNormalization" else 0
