"""Finishing passes: each from the trained weights, the network is their mean, and all of it resumes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import TINY, Silence, few

from digits.data import Dataset
from digits.training.recipe import RECIPES
from digits.training.train import finishing_recipe, train

FINISHED = replace(TINY, epochs=2, finishing_passes=2, finishing=RECIPES["best"].finishing)


@pytest.fixture(scope="module")
def small(sample: Dataset) -> Dataset:
    return few(sample, 200)


def weights_of(dataset: Dataset, folder: Path, progress: Silence) -> list[np.ndarray]:
    folder.mkdir(exist_ok=True)
    return list(train(dataset, FINISHED, folder=folder, progress=progress, seed=5, threads=2).model.get_weights())


@pytest.fixture(scope="module")
def expected(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> list[np.ndarray]:
    return weights_of(small, tmp_path_factory.mktemp("whole"), Silence())


def test_the_passes_follow_the_training_and_count_in_its_time(small: Dataset, tmp_path: Path) -> None:
    trained = train(small, FINISHED, folder=tmp_path, progress=(progress := Silence()), seed=5, threads=2)
    assert progress.epochs == [1, 2, 1, 1]
    assert progress.names == ["fast", "fast, finishing pass 1 of 2", "fast, finishing pass 2 of 2"]
    assert [row["epoch"] for row in trained.history] == [1, 2]
    assert trained.seconds > sum(row["seconds"] for row in trained.history)


def test_the_network_is_the_mean_of_passes_that_start_alike_and_see_other_variations(
    small: Dataset, tmp_path: Path, expected: list[np.ndarray]
) -> None:
    weights_of(small, tmp_path, Silence())
    passes = []
    for number in (1, 2):
        with np.load(tmp_path / f"finishing_{number}" / "checkpoint.npz") as arrays:
            passes.append(arrays["variable_0"])
    assert not np.array_equal(*passes)
    np.testing.assert_allclose(expected[0], np.mean(passes, axis=0), atol=1e-7)


@pytest.mark.parametrize("stop_after", [1, 3], ids=["in the training", "between the passes"])
def test_it_goes_on_where_it_was_interrupted(
    small: Dataset, tmp_path: Path, stop_after: int, expected: list[np.ndarray]
) -> None:
    class Interrupting(Silence):
        def epoch(self, row: dict[str, float]) -> None:
            super().epoch(row)
            if len(self.epochs) == stop_after:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weights_of(small, tmp_path, Interrupting())
    resumed = weights_of(small, tmp_path, again := Silence())
    assert again.epochs == [1, 2, 1, 1][stop_after:]
    for one, other in zip(expected, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_pass_is_one_epoch_at_its_own_rate_and_variations() -> None:
    best = RECIPES["best"]
    lessons = finishing_recipe(best, 1)
    assert (lessons.epochs, lessons.min_steps, lessons.learning_rate) == (1, 0, best.finishing_rate)
    assert lessons.augmentation == best.finishing
    assert lessons.augmentation.restyled_share > best.augmentation.restyled_share
