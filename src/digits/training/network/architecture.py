"""A recipe goes in, the untrained network comes out. Its layers are the specification and never change:

Input 28×28×1 → [Conv 32, ReLU, Dropout, BN] → [Conv 64, ReLU, MaxPool, Dropout, BN] ×2 (64, 64)
→ [Conv 128, ReLU, MaxPool, Dropout, BN] → Flatten → [Dense 32, ReLU, Dropout, BN] → Dense 10 softmax.
3×3 kernels, `same` padding: 168,106 parameters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from digits.training.backend import FLOAT32
from digits.training.network.batch_normalization import fused_normalization
from digits.training.network.data_parallel import network_in_parts
from digits.training.recipe import Recipe

CONVOLUTIONS = ((32, False), (64, True), (64, True), (128, True))  # filters, followed by max pooling
DENSE_UNITS = 32
CLASSES = 10
LAYOUT = "channels_last"  # said aloud, or a person's keras.json would decide


def build_network(recipe: Recipe, *, precision: str = FLOAT32, seed: int = 0) -> Any:
    """Return the untrained ``keras.Model``.

    With ``recipe.fused`` pooling comes before ReLU, which gives the same numbers from a quarter of the work, and
    normalization is one kernel; ``float32_copy`` returns such weights to the plain layers.

    Args:
        recipe: gives dropout rates, batch normalization momentum, ``fused`` and the parts of a batch.
        precision: "float32" or "mixed_bfloat16"; weights and probabilities are float32 in both.
        seed: of the initial weights and the dropout masks.

    Returns:
        a model from float32 (n, 28, 28, 1) in [0, 1] to probabilities float32 (n, 10).
    """
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    normalization = fused_normalization if recipe.fused else layers.BatchNormalization
    inputs = keras.Input((28, 28, 1), name="frames")  # (n, 28, 28, 1)
    x = inputs
    for number, (filters, is_pooled) in enumerate(CONVOLUTIONS, start=1):
        x = layers.Conv2D(filters, 3, padding="same", data_format=LAYOUT, dtype=precision, name=f"conv{number}")(x)
        steps = [layers.ReLU(dtype=precision, name=f"relu{number}")]
        if is_pooled:
            pool = layers.MaxPooling2D(data_format=LAYOUT, dtype=precision, name=f"pool{number}")  # 14×14, 7×7, 3×3
            steps.insert(0 if recipe.fused else 1, pool)
        steps.append(layers.Dropout(recipe.conv_dropout, dtype=precision, name=f"dropout{number}"))
        steps.append(normalization(momentum=recipe.bn_momentum, dtype=precision, name=f"norm{number}"))
        for step in steps:
            x = step(x)
    x = layers.Flatten(data_format=LAYOUT, dtype=precision, name="flatten")(x)  # (n, 1152)
    x = layers.Dense(DENSE_UNITS, dtype=precision, name="dense")(x)  # (n, 32)
    x = layers.ReLU(dtype=precision, name="relu5")(x)
    x = layers.Dropout(recipe.dense_dropout, dtype=precision, name="dropout5")(x)
    x = layers.BatchNormalization(momentum=recipe.bn_momentum, dtype=precision, name="features")(x)
    outputs = layers.Dense(CLASSES, activation="softmax", dtype=FLOAT32, name="probabilities")(x)  # (n, 10)
    network = keras.Model if recipe.parts == 1 else network_in_parts(recipe.parts)
    return network(inputs, outputs, name="CNN_mnist")


def compile_network(model: Any, optimizer: Any, *, label_smoothing: float = 0.0) -> None:
    """Give the model its optimizer and loss. XLA is off: its CPU convolutions run at a tenth of oneDNN's speed."""
    import keras

    loss = keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing)
    # A metric given by name would make its variables in the first update, and TensorFlow would trace that twice.
    accuracy = keras.metrics.CategoricalAccuracy(name="accuracy")
    model.compile(optimizer, loss, metrics=[accuracy], jit_compile=False)


def compile_plainly(model: Any) -> None:
    """Compile with plain Adam, built, so that Keras loads the saved file without a warning and can train it on."""
    import keras

    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    compile_network(model, optimizer)


def float32_copy(model: Any, recipe: Recipe) -> Any:
    """Return the same weights in a float32 network with plain Adam, which any Keras loads without our code."""
    copy = build_network(replace(recipe, fused=False, part_size=0))
    copy.set_weights(model.get_weights())
    compile_plainly(copy)
    return copy
