"""The engine for a cluster: each seed's training is a Ray task that takes as many cores as it has threads.

The driver, which is this process, trains nothing. Every node reads and writes the study's folder, and that is all the
tasks share: a task that dies with its process or its node is begun again elsewhere, and goes on after the last epoch
that it finished. Whatever ends the driver ends its tasks: Ray kills those of a driver that is gone, which loses no more
than the epoch they are in. ``ray.cancel`` is not for this: with tasks that still wait it can bring the driver down.
"""

from __future__ import annotations

import platform
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digits.cluster import joined
from digits.errors import RunError
from digits.experiments.seeds import Finished, Study, run_name
from digits.reading.recognition.network.cores import available_cores
from digits.training.resuming.checkpoint import HistoryRow
from digits.training.resuming.run_folder import PARTIAL_SUFFIX, hold

# A training whose process dies so often is not begun again: it is more than an accident.
MOST_DEATHS = 3
# How long storage may keep the lock of a process whose node was lost: NFS does for 90 s.
LOCK_PATIENCE_S = 120.0
# How long no node may have enough cores, because one is being replaced, before that is an error; and how often to look.
NODE_PATIENCE_S, LOOK_S = 300.0, 10.0


@dataclass(frozen=True)
class RayEngine:
    """Trains on the cluster at ``address``; by default that of RAY_ADDRESS, else Ray is started on this machine.

    ``tell`` receives a sentence whenever there is something to say: how many are trained at once, and each that is done
    or whose process died. A process that was connected to Ray before stays so; then, after an error, the other tasks
    end only when it disconnects.
    """

    tell: Callable[[str], None]
    address: str | None = None

    def run(self, study: Study, seeds: Sequence[int]) -> dict[int, Finished]:
        """Return the run of every seed, in their order; those that are complete already are not trained again.

        Raises:
            MissingExtraError: Ray is not installed.
            RunError: the cluster cannot be joined, has no node with enough cores, does not reach the study's folder,
                or processes die again and again.
            DigitsError, OSError: what a training met, such as a full disk; the others are ended, and can be resumed.
        """
        study = replace(study, folder=study.folder.absolute())
        runs = {seed: done for seed in seeds if (done := study.finished(seed))}
        if rest := [seed for seed in seeds if seed not in runs]:
            cpus = max(available_cores(), study.plan.threads)  # here, more threads than cores are only slow
            with joined(self.address, cpus=cpus, failure=RunError) as ray, _marked(study.folder) as mark:
                for seed, done in self._train(ray, study, rest, mark):
                    runs[seed] = done
                    accuracy = f"test accuracy {done.metrics['test_accuracy']:.2%}"
                    self.tell(f"seed {seed} is done, {len(runs)} of {len(seeds)}: {accuracy}")
        return {seed: runs[seed] for seed in seeds}

    def _train(self, ray: Any, study: Study, seeds: Sequence[int], mark: Path) -> Iterator[tuple[int, Finished]]:
        threads = study.plan.threads
        at_once = min(len(seeds), _require_room(ray, threads))
        self.tell(f"training {len(seeds)} seeds with Ray, up to {at_once} at once")
        # A lost task is ours to repeat, because it may be the one that kills.
        begin = ray.remote(num_cpus=threads, max_retries=0)(train_seed).remote
        shared, deaths = ray.put(study), Counter[int]()
        busy = {begin(shared, seed, mark): seed for seed in seeds}
        while busy:
            task = _wait_for_one(ray, list(busy), threads)
            seed = busy.pop(task)
            try:
                done = ray.get(task)
            except ray.exceptions.RayTaskError as error:
                if isinstance(error.cause, Exception):
                    raise error.cause from error
                raise
            except ray.exceptions.RayError as error:  # the process, or its node, is gone
                deaths[seed] += 1
                self._tell_death(seed, type(error).__name__, deaths[seed])
                busy[begin(shared, seed, mark, again=True)] = seed
                continue
            yield seed, done

    def _tell_death(self, seed: int, how: str, deaths: int) -> None:
        if deaths >= MOST_DEATHS:
            raise RunError(
                f"expected a training of seed {seed} that ends; its process died {deaths} times, the last with {how}; "
                "free some memory, then repeat the command: every finished epoch is kept"
            )
        self.tell(f"seed {seed}: its process died ({how}); it goes on after the last finished epoch")


class Unwatched:
    """The progress of a training in a task: nobody looks at it."""

    def begin(self, *, epochs: int, steps: int, batch_size: int, done: int) -> None:
        pass

    def step(self, *, epoch: int, step: int, accuracy: float, loss: float) -> None:
        pass

    def epoch(self, row: HistoryRow) -> None:
        pass

    def task(self, what: str, done: int = 0, of: int = 1) -> None:
        pass


def train_seed(study: Study, seed: int, mark: Path, *, again: bool = False) -> Finished:
    """Be the task: make the run of ``seed``, in whatever process and node Ray calls this.

    Args:
        study: what to train.
        seed: the seed to train it with.
        mark: the file that the driver made in the study's folder.
        again: whether a process died that was at work on this.

    Raises:
        RunError: there is no ``mark`` here, or the training cannot begin or go on.
    """
    if not mark.exists():
        raise RunError(
            f"expected {mark.parent} on storage that every node reaches; {platform.node()} does not see there what "
            "this machine wrote; give another --out"
        )
    if again:
        _wait_until_idle(study.folder / (run_name(seed) + PARTIAL_SUFFIX))
    return study.train(seed, lambda _: nullcontext(Unwatched()))


def _wait_until_idle(partial: Path) -> None:
    """Wait for the lock of a process whose node was lost: it may live for a moment, and its lock in storage longer."""
    end = time.monotonic() + LOCK_PATIENCE_S
    while partial.exists() and time.monotonic() < end:
        with suppress(RunError), hold(partial):
            return
        time.sleep(1)


@contextmanager
def _marked(folder: Path) -> Iterator[Path]:
    """Yield a new file in ``folder`` by which other nodes know that it is the same folder."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / f".{uuid.uuid4().hex}.mark"
    mark.touch()
    try:
        yield mark
    finally:
        mark.unlink(missing_ok=True)


def _cores(ray: Any) -> list[int]:
    """Return how many cores each node has for tasks."""
    return [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]


def _require_room(ray: Any, threads: int) -> int:
    """Return how many tasks of so many threads the nodes can do at once; raise RunError where it is none."""
    cores = _cores(ray)
    if room := sum(one // threads for one in cores):
        return room
    raise RunError(
        f"expected a Ray node with {threads} cores, one for each thread; the largest has {max(cores, default=0)}; "
        "add one, or give fewer --threads"
    )


def _wait_for_one(ray: Any, tasks: list[Any], threads: int) -> Any:
    """Return a task that has ended, however; raise RunError where for long no node can do any."""
    seen = time.monotonic()
    while True:
        ready, _ = ray.wait(tasks, timeout=LOOK_S)
        if ready:
            return ready[0]
        if any(one >= threads for one in _cores(ray)):
            seen = time.monotonic()
        elif time.monotonic() - seen > NODE_PATIENCE_S:
            _require_room(ray, threads)
