"""Training: reproducible, resumable, and honest about what it cannot do. A 4-step epoch is enough to show it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import TINY, Silence, few

from digits.data import Dataset
from digits.errors import DataError, RunError
from digits.reading.recognition.network.classifier import Classifier
from digits.training.augmentation.augment import as_input
from digits.training.export.onnx_graph import onnx_bytes
from digits.training.recipe import Recipe
from digits.training.resuming.checkpoint import CHECKPOINT_FILE
from digits.training.train import cold_statistics, steps_and_epochs, train

THREADS = 2


@pytest.fixture(scope="module")
def small(sample: Dataset) -> Dataset:
    return few(sample)


def weights_of(dataset: Dataset, folder: Path, progress: Silence, recipe: Recipe = TINY, seed: int = 5) -> list:
    trained = train(dataset, recipe, folder=folder, progress=progress, seed=seed, threads=THREADS)
    return list(trained.model.get_weights())


@pytest.fixture(scope="module")
def model(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The network that a training without an interruption leaves."""
    folder = tmp_path_factory.mktemp("reference")
    return train(small, TINY, folder=folder, progress=Silence(), seed=5, threads=THREADS).model


@pytest.fixture(scope="module")
def reference(model: Any) -> list:
    return list(model.get_weights())


@pytest.mark.slow
def test_the_same_seed_gives_identical_weights(small: Dataset, tmp_path: Path, reference: list) -> None:
    again = weights_of(small, tmp_path, Silence())
    for one, other in zip(reference, again, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_another_seed_gives_other_weights(small: Dataset, tmp_path: Path, reference: list) -> None:
    other = weights_of(small, tmp_path, Silence(), seed=6)
    assert not np.array_equal(reference[0], other[0])


@pytest.mark.slow
def test_a_run_stopped_within_an_epoch_resumes_to_the_same_weights(
    small: Dataset, tmp_path: Path, reference: list
) -> None:
    with pytest.raises(KeyboardInterrupt):
        weights_of(small, tmp_path, Silence(stop_in=2))
    progress = Silence()
    resumed = weights_of(small, tmp_path, progress)
    assert progress.epochs == [2, 3]
    for one, other in zip(reference, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_damaged_checkpoint_is_an_error_that_says_what_to_do(small: Dataset, tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_FILE).write_bytes(b"PK damaged")
    with pytest.raises(RunError, match="train again"):
        weights_of(small, tmp_path, Silence())


@pytest.mark.slow
def test_a_checkpoint_of_another_optimizer_is_an_error(small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        weights_of(small, tmp_path, Silence(stop_in=2), recipe=replace(TINY, optimizer="adam"))
    smaller = np.load(tmp_path / CHECKPOINT_FILE)
    kept = {name: smaller[name] for name in smaller.files if name != "variable_3"}
    np.savez(tmp_path / CHECKPOINT_FILE, **kept)
    with pytest.raises(RunError, match="expected a checkpoint"):
        weights_of(small, tmp_path, Silence(), recipe=replace(TINY, optimizer="adam"))


@pytest.mark.slow
def test_onnx_gives_the_probabilities_keras_gives(model: Any, sample: Dataset) -> None:
    frames = np.concatenate([sample.test.images, sample.validation.images])
    keras_probabilities = np.asarray(model.predict_on_batch(as_input(frames)))
    probabilities, _ = Classifier(onnx_bytes(model, {})).run(frames)
    np.testing.assert_allclose(probabilities, keras_probabilities, atol=1e-5)


def test_fewer_images_than_a_batch_is_an_error(small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="at least 512 training images"):
        weights_of(small, tmp_path, Silence(), recipe=replace(TINY, batch_size=512))


def test_too_few_updates_for_batch_normalization_are_announced() -> None:
    assert "raise --epochs" in str(cold_statistics(Recipe(name="x", epochs=1), 4_000))  # 31 of 500
    assert cold_statistics(Recipe(name="x", epochs=2), 55_000) is None
    assert cold_statistics(Recipe(name="x", epochs=2, bn_momentum=0.9), 4_000) is None


def test_a_small_set_is_passed_over_until_it_gave_enough_updates() -> None:
    recipe = Recipe(name="x", epochs=2, min_steps=600, batch_size=128)
    assert steps_and_epochs(recipe, 55_000) == (429, 2)
    assert steps_and_epochs(recipe, 4_000) == (31, 20)
