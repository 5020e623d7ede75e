"""A stopwatch that stands still while validation is looked at, and the rule by which a target counts as held.

Standard library alone; every contestant runs under the same watch. It measures time, not accuracy: that is given.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Look:
    """Validation, looked at after ``images`` trained images and ``seconds`` of training."""

    images: int
    seconds: float
    accuracy: float


class HeldError(Exception):
    """The target is held: nothing is left to train. Raised through trainings that have no other way to stop."""


def first_held(looks: Sequence[Look], target: float, *, is_finished: bool) -> Look | None:
    """Return the look from which on ``target`` is held, or None.

    Held: two looks in a row at or above the target; the first of the two counts, as that is when the network was there.
    A single look is a lucky one too often. The last look of a finished schedule needs no second: nothing can follow.
    """
    for look, following in pairwise(looks):
        if look.accuracy >= target and following.accuracy >= target:
            return look
    return looks[-1] if is_finished and looks and looks[-1].accuracy >= target else None


class Watch:
    """Times one training: ``start``, then ``step`` after each update, which looks when a look is due.

    The first report's time is kept apart: it holds graph tracing and kernel selection.
    """

    def __init__(
        self,
        name: str,
        *,
        target: float,
        looks_per_epoch: int,
        measure: Callable[[], float],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``measure`` returns validation accuracy in 0-1; the watch stands still meanwhile."""
        self._name, self._target, self._looks_per_epoch = name, target, looks_per_epoch
        self._measure, self._clock = measure, clock
        self._seconds, self._running_since = 0.0, 0.0
        self._looks: list[Look] = []
        self._first: Look | None = None
        self._last_due = 0, 0

    def start(self, *, epochs: int, steps: int, batch_size: int, images_per_epoch: int) -> None:
        """The first update begins now; an epoch has ``steps`` of them."""
        self._epochs, self._steps = epochs, steps
        self._batch_size, self._images_per_epoch = batch_size, images_per_epoch
        self.go_on()

    def step(self, *, epoch: int, step: int) -> bool:
        """Update ``step`` of ``epoch`` (both from 1) is done; return whether the target is held, so training may stop.

        Looks may come late when updates are reported several at a time, and the last of an epoch is never left out.
        """
        self.pause()
        images = (epoch - 1) * self._images_per_epoch + min(step * self._batch_size, self._images_per_epoch)
        if self._first is None:
            self._first = Look(images, self._seconds, 0.0)
        due = epoch, step * self._looks_per_epoch // self._steps
        if due[1] and due > self._last_due:
            self._last_due = due
            self._looks.append(Look(images, self._seconds, self._measure()))
            self._say(self._looks[-1])
        is_held = first_held(self._looks, self._target, is_finished=self._is_finished(epoch, step)) is not None
        self.go_on()
        return is_held

    def pause(self) -> None:
        """What comes now is no training, e.g. the training's own validation or a checkpoint."""
        self._seconds += self._clock() - self._running_since

    def go_on(self) -> None:
        self._running_since = self._clock()

    def result(self) -> dict[str, Any]:
        """Return the figures for JSON; times in seconds, None where the target was not reached."""
        first, last = self._first, self._looks[-1]
        assert first is not None, "expected a result after the first update"
        is_finished = last.images == self._epochs * self._images_per_epoch
        held = first_held(self._looks, self._target, is_finished=is_finished)
        rest = last.seconds - first.seconds
        return {
            "is_reached": held is not None,
            "seconds": held.seconds if held else None,
            "seconds_without_first_step": held.seconds - first.seconds if held else None,
            "first_step_seconds": first.seconds,
            "epochs": held.images / self._images_per_epoch if held else None,
            "images": held.images if held else None,
            "batch_size": self._batch_size,
            "scheduled_epochs": self._epochs,
            "images_per_second": (last.images - first.images) / rest if rest else None,
            "last_accuracy": last.accuracy,
            "looks": [asdict(look) for look in self._looks],
        }

    def _is_finished(self, epoch: int, step: int) -> bool:
        return epoch == self._epochs and step == self._steps

    def _say(self, look: Look) -> None:
        epochs = look.images / self._images_per_epoch
        sys.stderr.write(f"{self._name}: epoch {epochs:.3f}, {look.seconds:.1f} s, validation {look.accuracy:.2%}\n")
