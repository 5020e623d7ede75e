"""MNIST training images go in; the network that spots the digits of a row comes out (reading/spotter.onnx).

It learns on composed strips (compose.py), where it is known of every two columns of pixels whether a digit stands
there, which, and how far it reaches: a detector without anchors, in one dimension (after Tian et al., "FCOS: Fully
convolutional one-stage object detection", ICCV 2019).
Training images alone take part; strips of validation digits tell how it does.

Usage: python -m digits.training.spotter [--lines 80000] [--epochs 3]   writes reading/spotter.onnx
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import LabelledImages, load_dataset
from digits.files import replacing
from digits.reading.result import ByteArray, FloatArray
from digits.reading.spotter import STEP_PX, WEIGHTS
from digits.reading.strip import DIGIT_PX, STRIP_PX
from digits.training.backend import prepare
from digits.training.compose import LEAST_SEEN, STRIP_WIDTH_PX, SURELY_SEEN, compose

STEPS = STRIP_WIDTH_PX // STEP_PX
# A column is a digit's if it is so near to the middle of its box; a little farther nobody can say.
NEAR_PX, UNSURE_PX = 2.0, 3.2
UNSURE = -1
BATCH_SIZE = 64
PEAK_RATE = 4e-3
# Filters, and by how much the height and the width are halved after; then what is seen at once over the whole height.
BLOCKS = ((16, 2, 2), (24, 2, 1), (32, 2, 1), (48, 1, 1))
WIDE_FILTERS, WIDE_KERNEL = 96, 5
CLASSES = 11  # none, and ten digits


def main() -> None:
    """Make the strips, train, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=80_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    dataset = load_dataset()
    train = make_examples(dataset.train, arguments.lines, seed=0)
    held_out = make_examples(dataset.validation, 2000, seed=1)
    network = train_network(train, held_out, epochs=arguments.epochs)
    with replacing(arguments.out) as file:
        file.write(onnx_bytes(network))


def make_examples(examples: LabelledImages, lines: int, *, seed: int) -> tuple[ByteArray, FloatArray]:
    """Return strips uint8 (n, 40, 160) and float32 (n, 80, 5): what stands at each step, and the box around it.

    What stands there is 0 for nothing, 1 to 10 for a digit plus one, -1 for what nobody can say; the box is how far
    its left, top, right and bottom edges are from the step's middle, in digits' heights.
    """
    random = np.random.default_rng(seed)
    strips = np.empty((lines, STRIP_PX, STRIP_WIDTH_PX), np.uint8)
    answers = np.zeros((lines, STEPS, 5), np.float32)
    places = (np.arange(STEPS) + 0.5) * STEP_PX
    for strip, answer in zip(strips, answers, strict=True):
        strip[:], labels, boxes, seen = compose(examples.images, examples.labels, random)
        nearest = np.full(STEPS, np.inf)
        for label, box, share in zip(labels, boxes, seen, strict=True):
            left, top, right, bottom = box
            away = np.abs(places - (left + right) / 2)
            taken = (away < np.minimum(nearest, UNSURE_PX)) & (share >= LEAST_SEEN)
            nearest[taken] = away[taken]
            answer[taken, 0] = np.where((away[taken] <= NEAR_PX) & (share >= SURELY_SEEN), label + 1, UNSURE)
            middle = np.full(STEPS, STRIP_PX / 2)
            edges = [places - left, middle - top, right - places, bottom - middle]
            answer[taken, 1:] = np.stack(edges, axis=1)[taken] / DIGIT_PX
    return strips, answers


def build() -> Any:
    """Return the Keras network: (n, 40, width, 1) to (n, width / 2, 15), eleven logits and four edges."""
    from keras import Input, Model, layers

    value = inputs = Input((STRIP_PX, None, 1))
    for filters, down, across in BLOCKS:
        value = layers.Conv2D(filters, 3, padding="same", use_bias=False)(value)
        value = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(value))
        if down * across > 1:
            value = layers.MaxPooling2D((down, across))(value)
    value = layers.Conv2D(WIDE_FILTERS, (STRIP_PX // 8, 1), use_bias=False)(value)
    value = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(value))
    for _ in range(2):
        value = layers.Conv2D(WIDE_FILTERS, (1, WIDE_KERNEL), padding="same", use_bias=False)(value)
        value = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(value))
    value = layers.SpatialDropout2D(0.1)(value)
    value = layers.Conv2D(CLASSES + 4, 1, dtype="float32")(value)
    return Model(inputs, layers.Reshape((-1, CLASSES + 4), dtype="float32")(value))


def train_network(
    train: tuple[ByteArray, FloatArray], held_out: tuple[ByteArray, FloatArray], *, epochs: int, threads: int = 2
) -> Any:
    """Return the trained network; after each epoch its loss on ``held_out`` is printed."""
    prepare(threads=threads, bfloat16=True)
    import keras

    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy("mixed_bfloat16")
    network = build()
    steps = epochs * -(-len(train[0]) // BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps, warmup_target=PEAK_RATE, warmup_steps=steps // 10)
    network.compile(keras.optimizers.AdamW(rate, weight_decay=0.01), loss)
    network.fit(
        _batches(train, shuffle=True),
        epochs=epochs,
        steps_per_epoch=-(-len(train[0]) // BATCH_SIZE),
        verbose=2,
        validation_data=_batches(held_out, shuffle=False),
        validation_steps=len(held_out[0]) // BATCH_SIZE,
    )
    return network


def loss(answers: Any, outputs: Any) -> Any:
    """Cross-entropy of what stands at each step, and Huber's loss of a digit's edges."""
    from keras import ops

    what = ops.cast(answers[..., 0], "int32")
    entropy = ops.sparse_categorical_crossentropy(ops.maximum(what, 0), outputs[..., :CLASSES], from_logits=True)
    is_digit = ops.cast(what > 0, "float32")
    away = ops.abs(answers[..., 1:] - outputs[..., CLASSES:])
    edges = ops.mean(ops.where(away < 0.1, 5 * ops.square(away), away - 0.05), axis=-1)
    # Digits are a tenth of the steps and most of what is to be learned.
    weights = ops.cast(what >= 0, "float32") * (1 + is_digit)
    return ops.mean(weights * entropy + 2 * is_digit * edges)


def _batches(examples: tuple[ByteArray, FloatArray], *, shuffle: bool) -> Any:
    """Yield batches for ever."""
    random = np.random.default_rng(0)
    strips, answers = examples
    while True:
        order = random.permutation(len(strips)) if shuffle else np.arange(len(strips))
        for start in range(0, len(order) - BATCH_SIZE + 1, BATCH_SIZE):
            chosen = order[start : start + BATCH_SIZE]
            yield strips[chosen].astype(np.float32)[..., None] / np.float32(255), answers[chosen]


def onnx_bytes(network: Any) -> bytes:
    """Return an ONNX file of the network, normalization folded into the convolutions, weights in float16."""
    import onnx
    from onnx import TensorProto, helper

    from digits.training.onnx_graph import IR_VERSION, OPSET

    graph = _graph(network)
    proto = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "spotter",
            [helper.make_tensor_value_info("strips", TensorProto.UINT8, ["n", 1, STRIP_PX, "width"])],
            [helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", "steps", CLASSES + 4])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="digits",
    )
    onnx.checker.check_model(proto, full_check=True)
    return bytes(proto.SerializeToString())


def _graph(network: Any) -> Any:
    from onnx import TensorProto

    from digits.training.onnx_graph import Graph

    graph = Graph()
    value = graph.node("Cast", ["strips"], to=TensorProto.FLOAT)
    value = graph.node("Div", [value, graph.constant("white", np.float32(255))])
    convolutions = [layer for layer in network.layers if layer.name.startswith("conv2d")]
    norms = [layer for layer in network.layers if layer.name.startswith("batch")]
    for k, layer in enumerate(convolutions):
        kernel, bias = _fold(layer, norms[k] if k < len(norms) else None)
        names = [
            graph.node("Cast", [graph.constant(f"{name}{k}", array.astype(np.float16))], to=TensorProto.FLOAT)
            for name, array in (("kernel", kernel.transpose(3, 2, 0, 1)), ("bias", bias))
        ]
        height, width = kernel.shape[:2]
        up, side = (0 if k == len(BLOCKS) else height // 2), width // 2
        value = graph.node("Conv", [value, *names], kernel_shape=[height, width], pads=[up, side, up, side])
        if k < len(norms):
            value = graph.node("Relu", [value])
        if k < len(BLOCKS) and BLOCKS[k][1] > 1:
            halves = list(BLOCKS[k][1:])
            value = graph.node("MaxPool", [value], kernel_shape=halves, strides=halves)
    value = graph.node("Squeeze", [value, graph.constant("row", np.array([2], np.int64))])
    graph.node("Transpose", [value], output="answers", perm=[0, 2, 1])
    return graph


def _fold(convolution: Any, norm: Any) -> tuple[FloatArray, FloatArray]:
    """Return kernel and bias of a convolution and the normalization after it."""
    weights = [np.asarray(values, np.float32) for values in convolution.get_weights()]
    if norm is None:
        return weights[0], weights[1]
    gamma, beta, mean, variance = (np.asarray(values, np.float32) for values in norm.get_weights())
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return weights[0] * scale, beta - mean * scale


if __name__ == "__main__":
    main()
