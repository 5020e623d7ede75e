"""The trainings of a study, one for each seed, and the engine that does one after the other; ``ray_engine`` is another.

Whatever the engine, complete runs are kept and interrupted ones resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from digits.data import Dataset
from digits.evaluation.evaluate import METRICS_FILE
from digits.evaluation.report.facts import read_run_file
from digits.experiments.loggers import Logger, RunProgress
from digits.experiments.run import Plan, run_experiment
from digits.experiments.sameness import check_same
from digits.training.resuming.run_folder import CONFIG_FILE, PARTIAL_SUFFIX, read_config

# Makes the progress display of one seed's run.
Watch = Callable[[int], AbstractContextManager[RunProgress]]


def run_name(seed: int) -> str:
    """Return what the run of ``seed`` is called in the study's folder."""
    return f"seed-{seed}"


@dataclass(frozen=True)
class Finished:
    """A complete run: what its metrics.json and its config.json say."""

    metrics: dict[str, Any]
    config: dict[str, Any]


@dataclass(frozen=True)
class Study:
    """What to train: ``plan`` on ``dataset`` with several seeds, each into a folder of its own in ``folder``.

    ``loggers`` receive reports besides the progress display.
    """

    dataset: Dataset
    plan: Plan
    folder: Path
    loggers: Sequence[Logger] = ()

    def finished(self, seed: int) -> Finished | None:
        """Return the run of ``seed`` if it is complete.

        Raises:
            RunError: it has another recipe, thread count or dataset.
        """
        folder = self.folder / run_name(seed)
        if not (folder / METRICS_FILE).exists():
            return None
        check_same(folder, replace(self.plan, seed=seed).to_dict() | {"dataset": self.dataset.to_dict()})
        return Finished(read_run_file(folder / METRICS_FILE), read_config(folder))

    def train(self, seed: int, watch: Watch) -> Finished:
        """Make the run of ``seed``, or go on with it where it was interrupted; return it if it is complete already."""
        if done := self.finished(seed):
            return done
        name = run_name(seed)
        resume = (self.folder / (name + PARTIAL_SUFFIX) / CONFIG_FILE).exists()
        with watch(seed) as progress:
            run = run_experiment(
                self.dataset,
                replace(self.plan, seed=seed),
                out=self.folder,
                name=name,
                resume=resume,
                progress=progress,
                loggers=self.loggers,
            )
        return Finished(run.metrics, read_config(run.path))


class Engine(Protocol):
    """Where a study's seeds are trained."""

    def run(self, study: Study, seeds: Sequence[int]) -> dict[int, Finished]:
        """Return the run of every seed, those that were complete already among them."""


@dataclass(frozen=True)
class LocalEngine:
    """Trains one seed after the other in this process; ``watch`` makes the progress display of each."""

    watch: Watch

    def run(self, study: Study, seeds: Sequence[int]) -> dict[int, Finished]:
        return {seed: study.train(seed, self.watch) for seed in seeds}
