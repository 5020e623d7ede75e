"""What several test files need: a training nobody watches, and small runs of it."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from digits.data import Dataset
from digits.experiments.run import Plan
from digits.experiments.seeds import LocalEngine
from digits.experiments.study import run_study
from digits.training.recipe import RECIPES

# Dropout is on, so that its random state takes part in every test of sameness.
TINY = replace(
    RECIPES["fast"], epochs=3, min_steps=0, batch_size=64, average_every=3, conv_dropout=0.1, dense_dropout=0.3
)
TINY_PLAN = Plan(replace(TINY, epochs=2), seed=3, threads=2)


class Silence:
    """Progress nobody watches; ``stop_in`` an epoch stands for a kill in the middle of it."""

    def __init__(self, stop_in: int | None = None) -> None:
        self.stop_in = stop_in
        self.epochs: list[float] = []
        self.tasks: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def begin(self, *, epochs: int, steps: int, batch_size: int, done: int) -> None:
        assert 0 <= done <= epochs
        assert steps > 0
        assert batch_size > 0

    def step(self, *, epoch: int, step: int, accuracy: float, loss: float) -> None:
        assert 0 <= accuracy <= 1
        assert loss >= 0
        if epoch == self.stop_in and step == 2:
            raise KeyboardInterrupt

    def epoch(self, row: dict[str, float]) -> None:
        self.epochs.append(row["epoch"])

    def task(self, what: str, done: int = 0, of: int = 1) -> None:
        assert 0 <= done <= of
        if what not in self.tasks:
            self.tasks.append(what)


def few(dataset: Dataset, count: int = 300) -> Dataset:
    """Return the dataset with ``count`` of its training images."""
    order = np.random.default_rng(0).permutation(len(dataset.train))[:count]
    return replace(dataset, train=dataset.train.take(order))


def study_in_a_new_process(out: Path, data: Dataset, seeds: list[int]) -> dict[str, Any]:
    """Return the summary of a study where no other test has told TensorFlow how to share out its threads."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_study, out, data, seeds).result()


def _study(out: Path, data: Dataset, seeds: list[int]) -> dict[str, Any]:
    return run_study(data, TINY_PLAN, seeds, out=out, name="study", engine=LocalEngine(lambda _: Silence()))
