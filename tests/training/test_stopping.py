"""When a training has nothing left to gain; Keras's EarlyStopping is the other source of truth."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import TINY, Silence, few

from digits.data import Dataset
from digits.training.backend import prepare
from digits.training.stopping import MIN_GAIN, is_over, kept_epoch
from digits.training.train import Trained, train

PATIENT = replace(TINY, epochs=8, patience=8, learning_rate=3e-2)


def as_history(losses: list[float]) -> list[dict[str, float]]:
    return [{"val_loss": loss} for loss in losses]


def ask_keras(losses: list[float], patience: int) -> tuple[int, int]:
    """Return how many epochs Keras trains and which it keeps."""
    import keras

    class Model:
        stop_training = False
        weights = 0

        def get_weights(self) -> int:
            return self.weights

        def set_weights(self, weights: int) -> None:
            self.weights = weights

    model: Any = Model()
    callback = keras.callbacks.EarlyStopping(
        "val_loss", min_delta=MIN_GAIN, patience=patience, restore_best_weights=True, mode="min"
    )
    callback._model = model
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        model.weights = epoch + 1
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    trained = model.weights
    callback.on_train_end()
    model.set_weights(callback.best_weights)
    return trained, model.weights


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(1, 4))
def test_the_epochs_trained_and_the_one_kept_are_those_of_keras(losses: list[float], patience: int) -> None:
    prepare(threads=None, bfloat16=False)
    history: list[dict[str, float]] = []
    for row in as_history(losses):
        if is_over(history, patience):
            break
        history.append(row)
    assert (len(history), kept_epoch(history, patience)) == ask_keras(losses, patience)


def test_without_patience_all_epochs_are_trained_and_the_last_is_kept() -> None:
    history = as_history([0.1, 0.2, 0.3])
    assert not is_over(history, 0)
    assert kept_epoch(history, 0) == 3


def test_a_network_that_diverged_is_not_kept() -> None:
    assert kept_epoch(as_history([0.5, math.nan, 0.6]), 2) == 1


@pytest.fixture(scope="module")
def small(sample: Dataset) -> Dataset:
    return few(sample)


def run(small: Dataset, folder: Path, progress: Silence) -> Trained:
    return train(small, PATIENT, folder=folder, progress=progress, seed=5, threads=2)


@pytest.fixture(scope="module")
def stopped(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return run(small, tmp_path_factory.mktemp("stopped"), Silence())


@pytest.mark.slow
def test_the_network_is_that_of_the_kept_epoch(small: Dataset, stopped: Trained) -> None:
    from digits.training.augmentation.augment import as_input
    from digits.training.train import one_hot

    assert stopped.kept_epoch < len(stopped.history)
    inputs = as_input(small.validation.images), one_hot(small.validation)
    loss = stopped.model.evaluate(*inputs, verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(stopped.history[stopped.kept_epoch - 1]["val_loss"], rel=1e-3)


@pytest.mark.slow
def test_broken_off_after_the_kept_epoch_it_resumes_to_the_same_weights(
    small: Dataset, stopped: Trained, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(small, tmp_path, Silence(stop_in=stopped.kept_epoch + 1))
    resumed = run(small, tmp_path, Silence())
    assert resumed.kept_epoch == stopped.kept_epoch
    for one, other in zip(stopped.model.get_weights(), resumed.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
