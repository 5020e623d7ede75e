"""Shows the progress of a run: a live bar on a terminal, one plain line per epoch and per later task elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Self

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from digits.cli.terminal.console import err, watched

# A training of hundreds of short epochs shows every so many of them.
MOST_LINES = 40
# How long to look before saying how long it will take. The first update is left out: TensorFlow compiles in it.
FIRST_LOOK_S = 1.0


class TrainingProgress:
    """Shows images per second, running accuracy and time left; use it as a context manager."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[speed]:>6.0f} images/s"),
            TextColumn("accuracy {task.fields[accuracy]:.4f}  loss {task.fields[loss]:.4f}"),
            TimeRemainingColumn(),
            console=err,
            transient=True,
            disable=not err.is_terminal,
        )
        self._training = self._bar.add_task("training", total=None, speed=0.0, accuracy=0.0, loss=0.0)
        self._after = TaskProgress()

    @classmethod
    def of_seed(cls, seed: int) -> Self:
        """Return the display of one run among several."""
        err.print(f"seed {seed}")
        return cls()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        self._after.close()

    def begin(self, *, epochs: int, steps: int, batch_size: int, done: int) -> None:
        self._epochs, self._steps, self._batch_size = epochs, steps, batch_size
        self._bar.update(self._training, total=epochs * steps, completed=done * steps)
        self._started, self._steps_here = time.perf_counter(), 0
        self._first_step_at: float | None = None
        self._is_told = False
        if done:
            err.print(f"resuming after epoch {done} of {epochs}")

    def step(self, *, epoch: int, step: int, accuracy: float, loss: float) -> None:
        self._steps_here += 1
        self._say_how_long((epoch - 1) * self._steps + step)
        speed = self._steps_here * self._batch_size / (time.perf_counter() - self._started)
        self._bar.update(
            self._training,
            completed=(epoch - 1) * self._steps + step,
            description=f"epoch {epoch}/{self._epochs}",
            speed=speed,
            accuracy=accuracy,
            loss=loss,
        )

    def _say_how_long(self, done: int) -> None:
        """Once the pace is known, say how long all epochs take, with the measuring on validation between them."""
        now = time.perf_counter()
        if self._first_step_at is None:
            self._first_step_at = now
        elif not self._is_told and now - self._first_step_at >= FIRST_LOOK_S:
            self._is_told = True
            seconds_per_step = (now - self._first_step_at) / (self._steps_here - 1)
            left_s = (self._epochs * self._steps - done) * seconds_per_step
            err.print(f"the training takes {about(left_s)} if it goes through all epochs")

    def epoch(self, row: dict[str, float]) -> None:
        speed = self._steps * self._batch_size / row["seconds"]
        if row["epoch"] % math.ceil(self._epochs / MOST_LINES) and row["epoch"] != self._epochs:
            return
        err.print(
            f"epoch {row['epoch']:.0f}/{self._epochs}  "
            f"accuracy {row['accuracy']:.4f}  loss {row['loss']:.4f}  "
            f"validation accuracy {row['val_accuracy']:.4f}  loss {abs(row['val_loss']):.4f}  "
            f"{row['seconds']:.1f} s  {speed:,.0f} images/s"
        )

    def task(self, what: str, done: int = 0, of: int = 1) -> None:
        self._bar.stop()  # images per second and accuracy say nothing of what follows
        self._after.task(what, done, of)


class TaskProgress:
    """Shows tasks that follow each other, from the first of them on; use it as a context manager, or close it."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._show: Callable[..., None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def task(self, what: str, done: int = 0, of: int = 1) -> None:
        if self._show is None:  # not before: a terminal shows one live display at a time, and another may still be open
            self._show = self._open.enter_context(watched(what))
        self._show(description=what, completed=done, total=of)


def about(seconds: float) -> str:
    """Return a length of time as one says it: "about 20 s", "about 3 minutes", "about 2 hours"."""
    if seconds < 90:
        return f"about {max(1, round(seconds, -1 if seconds > 15 else 0)):.0f} s"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} minutes"
    return f"about {seconds / 3600:.0f} hours"
