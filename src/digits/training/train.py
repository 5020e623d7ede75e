"""A dataset and a recipe go in, a trained network and its history come out. The test part is not touched here.

Read ``train`` alone to know what training is; resuming repeats exactly what would have happened without the break.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from digits.data import Dataset, LabelledImages
from digits.errors import DataError
from digits.reading.result import FloatArray
from digits.training.augmentation.augment import as_input, augment
from digits.training.backend import Environment, prepare
from digits.training.network.architecture import CLASSES, build_network, compile_network, float32_copy
from digits.training.network.optimizer import build_optimizer
from digits.training.recipe import RANDOM, SMALLEST_BATCH, Recipe
from digits.training.resuming.checkpoint import HistoryRow, restore_checkpoint, save_checkpoint
from digits.training.resuming.interrupt import kept_interrupts
from digits.training.start import initial_weights
from digits.training.stopping import is_over, kept_epoch

EVALUATION_BATCH_SIZE = 500


class Progress(Protocol):
    """Receives reports on how far the training is."""

    def begin(self, *, epochs: int, steps: int, batch_size: int, done: int) -> None:
        """``done`` of ``epochs`` epochs are over; each has ``steps`` updates with ``batch_size`` images."""

    def step(self, *, epoch: int, step: int, accuracy: float, loss: float) -> None:
        """Update ``step`` of ``epoch`` (both from 1) is done; the figures are running means over the epoch."""

    def epoch(self, row: HistoryRow) -> None:
        """An epoch is done, measured, and safe on disk."""


@dataclass(frozen=True)
class Trained:
    """``model`` is a float32 ``keras.Model``; ``history`` has one row per epoch, as in history.csv.

    ``kept_epoch``, from 1, is the epoch whose weights the model has.
    """

    model: Any
    history: list[HistoryRow]
    environment: Environment
    kept_epoch: int


def train(
    dataset: Dataset, recipe: Recipe, *, folder: Path, progress: Progress, seed: int = 0, threads: int = 2
) -> Trained:
    """Train ``recipe`` on ``dataset.train``, watching ``dataset.validation``; go on from a checkpoint in ``folder``.

    Raises:
        DataError: fewer training images than one batch.
        MissingExtraError: Keras or TensorFlow is not installed.
        RunError: the checkpoint in ``folder`` is damaged or belongs to another training.
    """
    environment = prepare(threads=threads, bfloat16=recipe.bfloat16, parts=recipe.parts)
    steps, epochs = steps_and_epochs(recipe, len(dataset.train))
    patience = max(2, math.ceil(recipe.patience / steps)) if recipe.patience else 0
    start = initial_weights(recipe)
    model = build_network(recipe, precision=environment.precision, seed=seed)
    if start is not None:
        model.set_weights(start)
    optimizer = build_optimizer(recipe, steps * epochs)
    optimizer.build(model.trainable_variables)
    compile_network(model, optimizer, label_smoothing=recipe.label_smoothing)
    history, kept = restore_checkpoint(folder, model)

    validation = as_input(dataset.validation.images), one_hot(dataset.validation)
    progress.begin(epochs=epochs, steps=steps, batch_size=recipe.batch_size, done=len(history))
    for epoch in range(len(history) + 1, epochs + 1):
        if is_over(history, patience):
            break
        started = time.perf_counter()
        seen = _fit_epoch(model, dataset.train, recipe, seed=seed, epoch=epoch, steps=steps, progress=progress)
        seconds = time.perf_counter() - started
        held_out = model.evaluate(*validation, batch_size=EVALUATION_BATCH_SIZE, verbose=0, return_dict=True)
        history.append(_history_row(epoch, seen, held_out, _learning_rate(model), seconds))
        if patience and kept_epoch(history, patience) == epoch:
            kept = model.get_weights()
        save_checkpoint(folder, model, history, kept)
        progress.epoch(history[-1])
    if kept is not None:
        model.set_weights(kept)
    return Trained(float32_copy(model, recipe), history, environment, kept_epoch(history, patience))


def steps_and_epochs(recipe: Recipe, count: int) -> tuple[int, int]:
    """Return (updates per epoch, epochs) for ``count`` training images.

    Images that fill no batch at the end of an epoch are left out; they differ from epoch to epoch.

    Raises:
        DataError: fewer images than one batch.
    """
    steps = count // recipe.batch_size
    if steps == 0:
        instead = f", or leave out --recipe, and {SMALLEST_BATCH} are enough" if recipe.start == RANDOM else ""
        raise DataError(
            f"expected at least {recipe.batch_size} training images, one batch of recipe {recipe.name}, got {count} "
            f"besides those held out; add more{instead}"
        )
    return steps, max(recipe.epochs, math.ceil(recipe.min_steps / steps))


def cold_statistics(recipe: Recipe, count: int) -> str | None:
    """Return a warning if ``recipe`` ends on ``count`` images before batch normalization has settled; else None.

    That of a network that was trained before has settled.

    Each update multiplies the weight of the statistics' start by ``bn_momentum``; after 5 / (1 - momentum) updates,
    less than 1 % is left. Before that, validation accuracy is near 10 % while training accuracy is high.
    """
    steps, epochs = steps_and_epochs(recipe, count)
    needed = round(5 / (1 - recipe.bn_momentum))
    if steps * epochs >= needed or recipe.start != RANDOM:
        return None
    updates = "1 update" if steps * epochs == 1 else f"{steps * epochs} updates"
    return (
        f"TRAINING TOO SHORT: it has {updates}, but batch normalization needs about {needed} to settle; expect "
        "validation and test far below training, raise --epochs or give more images."
    )


def one_hot(examples: LabelledImages) -> FloatArray:
    """Return the labels as float32 (n, 10), with a single 1 in each row."""
    return np.eye(CLASSES, dtype=np.float32)[examples.labels]


def _fit_epoch(
    model: Any,
    examples: LabelledImages,
    recipe: Recipe,
    *,
    seed: int,
    epoch: int,
    steps: int,
    progress: Progress,
) -> dict[str, float]:
    """Pass once over the training images and return accuracy and loss, running means over the epoch."""
    import keras
    import tensorflow

    def report(batch: int, logs: Any = None) -> None:
        progress.step(epoch=epoch, step=batch + 1, accuracy=logs["accuracy"], loss=logs["loss"])
        interrupt.obey()

    batches = tensorflow.data.Dataset.from_generator(
        lambda: _batches(examples, recipe, np.random.default_rng([seed, epoch])),
        output_signature=(
            tensorflow.TensorSpec((recipe.batch_size, 28, 28, 1), tensorflow.float32),
            tensorflow.TensorSpec((recipe.batch_size, CLASSES), tensorflow.float32),
        ),
    ).prefetch(8)
    callback = keras.callbacks.LambdaCallback(on_train_batch_end=report)
    with kept_interrupts() as interrupt:
        fitted = model.fit(batches, steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=[callback])
    return {name: values[-1] for name, values in fitted.history.items()}


def _batches(
    examples: LabelledImages, recipe: Recipe, random: np.random.Generator
) -> Iterator[tuple[FloatArray, FloatArray]]:
    labels = one_hot(examples)
    order = random.permutation(len(examples))
    for start in range(0, len(order) - recipe.batch_size + 1, recipe.batch_size):
        chosen = order[start : start + recipe.batch_size]
        images = augment(examples.images[chosen], recipe.augmentation, random, labels=examples.labels[chosen])
        yield images, labels[chosen]


def _learning_rate(model: Any) -> float:
    return float(model.optimizer.learning_rate)


def _history_row(
    epoch: int, seen: dict[str, float], held_out: dict[str, float], learning_rate: float, seconds: float
) -> HistoryRow:
    return {
        "epoch": epoch,
        "accuracy": float(seen["accuracy"]),
        "loss": float(seen["loss"]),
        "val_accuracy": float(held_out["accuracy"]),
        "val_loss": float(held_out["loss"]),
        "learning_rate": learning_rate,
        "seconds": round(seconds, 3),
    }
