"""The Keras documentation's "Simple MNIST convnet" with its own settings, written anew from its description.

https://keras.io/examples/vision/mnist_convnet/: Conv 32, MaxPool, Conv 64, MaxPool, Flatten, Dropout 0.5, Dense 10
softmax; 3×3 kernels, ReLU; Adam, batches of 128, 15 epochs, pixels in [0, 1], float32, no augmentation. One thing
differs, in its favour: no progress bar. Start as a process: python -m race.keras_convnet TASK.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from digits.training.augmentation.augment import as_input
from digits.training.backend import Environment, prepare
from race.keras_tools import Examiner, forward_flop
from race.task import Examples, Task, run_as_process
from race.watch import Watch

BATCH_SIZE = 128
EPOCHS = 15


def run(task: Task) -> dict[str, Any]:
    """Train until the target is held or the 15 epochs are over, and return the figures."""
    environment = prepare(threads=task.threads, bfloat16=False)
    train, validation = task.examples()
    model = build(task.seed)
    examiner = Examiner(model, as_input(validation.images), validation.labels)
    watch = Watch(
        f"{task.contestant} seed {task.seed}",
        target=task.target,
        looks_per_epoch=task.looks_per_epoch,
        measure=examiner.accuracy,
    )
    _fit(model, train, watch)
    return watch.result() | _about(model, environment)


def build(seed: int) -> Any:
    """Return the compiled ``keras.Model`` from float32 (n, 28, 28, 1) in [0, 1] to probabilities (n, 10)."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),  # (n, 26, 26, 32)
            layers.MaxPooling2D(),  # (n, 13, 13, 32)
            layers.Conv2D(64, 3, activation="relu"),  # (n, 11, 11, 64)
            layers.MaxPooling2D(),  # (n, 5, 5, 64)
            layers.Flatten(),  # (n, 1600)
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),  # (n, 10)
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def _fit(model: Any, train: Examples, watch: Watch) -> None:
    import keras

    class Stop(keras.callbacks.Callback):
        """Reports each update to the watch and ends the training when the target is held."""

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            self.number = epoch + 1

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            if watch.step(epoch=self.number, step=batch + 1):
                self.model.stop_training = True

    inputs, targets = as_input(train.images), np.eye(10, dtype=np.float32)[train.labels]
    steps = math.ceil(len(train) / BATCH_SIZE)
    watch.start(epochs=EPOCHS, steps=steps, batch_size=BATCH_SIZE, images_per_epoch=len(train))
    model.fit(inputs, targets, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=0, callbacks=[Stop()])


def _about(model: Any, environment: Environment) -> dict[str, Any]:
    return {
        "precision": environment.precision,
        "parameters": model.count_params(),
        "forward_flop_per_image": forward_flop(model),
        # Keras decides whether XLA compiles the training.
        "settings": {"optimizer": "adam", "batch_size": BATCH_SIZE, "epochs": EPOCHS, "jit_compile": model.jit_compile},
        "environment": environment.to_dict(),
    }


if __name__ == "__main__":
    run_as_process(sys.argv, run)
