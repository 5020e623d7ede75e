"""A network taught by a larger one: both are trained, both resume, and the answers of one are the other's labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import TINY, Silence, few

from digits.data import Dataset
from digits.training.augment import as_input
from digits.training.recipe import RECIPES
from digits.training.teacher import NAME, ask, build_teacher, teacher_of
from digits.training.train import train

TAUGHT = replace(TINY, name="taught", epochs=2, taught=True)


@pytest.fixture(scope="module")
def small(sample: Dataset) -> Dataset:
    return few(sample, 200)


def weights_of(dataset: Dataset, folder: Path, progress: Silence) -> list[np.ndarray]:
    folder.mkdir(exist_ok=True)
    return list(train(dataset, TAUGHT, folder=folder, progress=progress, seed=5).model.get_weights())


def test_the_teacher_learns_first_and_its_pupil_differs_from_one_taught_by_labels(
    small: Dataset, tmp_path: Path
) -> None:
    progress = Silence()
    taught = train(small, TAUGHT, folder=tmp_path, progress=progress, seed=5)
    assert progress.names == [NAME, "taught"]
    assert progress.epochs == [1, 2, 1, 2]
    assert taught.seconds > sum(row["seconds"] for row in taught.history)
    (tmp_path / "labels").mkdir()
    plain = replace(TAUGHT, taught=False)
    by_labels = train(small, plain, folder=tmp_path / "labels", progress=Silence(), seed=5)
    assert not np.array_equal(taught.model.get_weights()[0], by_labels.model.get_weights()[0])


@pytest.mark.parametrize("stop_at", [1, 3], ids=["teacher", "pupil"])
def test_both_go_on_where_they_were_interrupted(small: Dataset, tmp_path: Path, stop_at: int) -> None:
    class Interrupting(Silence):
        def epoch(self, row: dict[str, float]) -> None:
            super().epoch(row)
            if len(self.epochs) == stop_at:
                raise KeyboardInterrupt

    expected = weights_of(small, tmp_path / "whole", Silence())
    with pytest.raises(KeyboardInterrupt):
        weights_of(small, tmp_path / "broken", Interrupting())
    resumed = weights_of(small, tmp_path / "broken", again := Silence())
    assert again.epochs == [1, 2, 1, 2][stop_at:]
    for one, other in zip(expected, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_labels_become_the_teachers_answers(small: Dataset) -> None:
    import tensorflow

    teacher = build_teacher(teacher_of(TAUGHT), seed=1)
    images = as_input(small.train.images[:64])
    batches = tensorflow.data.Dataset.from_tensors((images, np.zeros((64, 10), np.float32)))
    ((same, answers),) = ask(teacher, batches)
    np.testing.assert_array_equal(same, images)
    np.testing.assert_allclose(answers, teacher(images, training=False), atol=1e-6)
    np.testing.assert_allclose(np.sum(answers, axis=1), 1, atol=1e-5)


def test_a_teacher_is_trained_on_what_its_pupil_sees() -> None:
    best = RECIPES["best"]
    lessons = teacher_of(best)
    assert lessons.augmentation == best.augmentation
    assert not lessons.taught
    assert lessons.epochs < best.epochs
