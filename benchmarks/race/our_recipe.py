"""Our own training, through ``digits.training.train`` as `digits train` runs it: the recipe is the contestant's name.

Stops as soon as the target is held. Start as a process: python -m race.our_recipe TASK.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from digits.data import Dataset, LabelledImages
from digits.training import train as training
from digits.training.augmentation.augment import as_input
from digits.training.backend import Environment, prepare
from digits.training.recipe import Recipe, find_recipe
from race.keras_tools import Examiner, forward_flop
from race.task import Examples, Task, run_as_process
from race.watch import HeldError, Watch


def run(task: Task) -> dict[str, Any]:
    """Train until the target is held or the schedule ends, and return the figures."""
    recipe = find_recipe(task.contestant)
    environment = prepare(threads=task.threads, bfloat16=recipe.bfloat16, parts=recipe.parts)
    train, validation = (_labelled(part) for part in task.examples())
    # The test part is never looked at in training; a dataset wants one, so validation stands in.
    dataset = Dataset("race", task.data, train, validation, validation, sha256="")
    with tempfile.TemporaryDirectory() as folder, _built_networks() as built:
        progress = WatchedProgress(task, validation, built)
        with suppress(HeldError):
            training.train(
                dataset, recipe, folder=Path(folder), progress=progress, seed=task.seed, threads=task.threads
            )
    return progress.watch.result() | _about(built[0], recipe, environment)


class WatchedProgress:
    """A ``digits.training.train.Progress`` that looks at validation within the epoch and stops when it is held."""

    def __init__(self, task: Task, validation: LabelledImages, built: list[Any]) -> None:
        """``built`` gets the network in training before ``begin`` is called."""
        self._task, self._validation, self._built = task, validation, built

    def begin(self, *, epochs: int, steps: int, batch_size: int, done: int) -> None:
        assert done == 0, "expected a fresh folder"
        examiner = Examiner(self._built[0], as_input(self._validation.images), self._validation.labels)
        self.watch = Watch(
            f"{self._task.contestant} seed {self._task.seed}",
            target=self._task.target,
            looks_per_epoch=self._task.looks_per_epoch,
            measure=examiner.accuracy,
        )
        self._steps = steps
        self.watch.start(epochs=epochs, steps=steps, batch_size=batch_size, images_per_epoch=steps * batch_size)

    def step(self, *, epoch: int, step: int, accuracy: float, loss: float) -> None:  # noqa: ARG002
        if self.watch.step(epoch=epoch, step=step):
            raise HeldError
        if step == self._steps:
            self.watch.pause()  # what follows is the training's own validation and its checkpoint

    def epoch(self, row: dict[str, float]) -> None:  # noqa: ARG002
        self.watch.go_on()


@contextmanager
def _built_networks() -> Iterator[list[Any]]:
    """Collect what ``train`` builds: its Progress is not told the network, which a look within the epoch needs."""
    built: list[Any] = []
    original = training.build_network

    def build(*arguments: Any, **options: Any) -> Any:
        built.append(original(*arguments, **options))
        return built[-1]

    training.build_network = build
    try:
        yield built
    finally:
        training.build_network = original


def _labelled(part: Examples) -> LabelledImages:
    return LabelledImages(part.images, part.labels)


def _about(model: Any, recipe: Recipe, environment: Environment) -> dict[str, Any]:
    return {
        "precision": environment.precision,
        "parameters": model.count_params(),
        "forward_flop_per_image": forward_flop(model),
        "settings": recipe.to_dict(),
        "environment": environment.to_dict(),
    }


if __name__ == "__main__":
    run_as_process(sys.argv, run)
