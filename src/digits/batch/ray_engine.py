"""The engine for a cluster: Ray actors, each with a reader of its own on one thread.

Ray is given tasks one by one, as many as are at work and as many that wait; it never sees the list of inputs. An actor
that dies, or whose node does, is made again by Ray; its chunk is read again as on one machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from digits.batch.deaths import Deaths
from digits.batch.parts import Parts
from digits.batch.task import Done, Setup, Task, perform
from digits.cluster import import_ray, joined
from digits.errors import BatchError

# Tasks an actor has at most: one at work, and one that waits, so that it never waits for the network.
PER_ACTOR = 2


@dataclass
class RayEngine:
    """Actors that open ``setup`` and write into ``parts``, which every node must be able to reach.

    ``address`` is that of a cluster, as ``ray.init`` takes it; by default RAY_ADDRESS, else a local Ray is started.
    ``workers`` is how many actors there are; by default one for every core of the cluster.
    """

    setup: Setup
    parts: Parts
    address: str | None = None
    workers: int | None = None
    _again: deque[Task] = field(default_factory=deque)
    _deaths: Deaths = field(default_factory=Deaths)

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Yield each task when it is done.

        Raises:
            MissingExtraError: Ray is not installed.
            BatchError: the cluster cannot be joined, or actors die before they read anything.
            DigitsError, OSError: what an actor met that concerns more than one input, such as a full disk.
        """
        with joined(self.address, cpus=self.workers, failure=BatchError) as ray:
            yield from self._run(ray, iter(tasks))

    def _run(self, ray: Any, tasks: Iterator[Task]) -> Iterator[Done]:
        count = self.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        self._deaths.patience = 3 * count * PER_ACTOR  # with a node go all its actors, and what waits for them
        # Where this process is: a node that dies must not take along what is known of its actors.
        here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            ray.get_runtime_context().get_node_id(), soft=False
        )
        watch = ray.remote(num_cpus=0, scheduling_strategy=here)(Watch).remote()
        # Ray makes a dead actor again; a lost task is ours to repeat, because it may be the one that kills.
        make = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=0)(Reading)
        actors = [make.remote(self.setup, self.parts, watch) for _ in range(count)]
        free = deque(actors * PER_ACTOR)
        busy: dict[Any, tuple[Any, Task]] = {}
        while True:
            while free and (task := self._next(tasks)):
                actor = free.popleft()
                busy[actor.perform.remote(task)] = actor, task
            if not busy:
                return
            (ready, *_), _ = ray.wait(list(busy))
            actor, task = busy.pop(ready)
            free.append(actor)
            try:
                done = ray.get(ready)
            except ray.exceptions.RayTaskError as error:
                raise error.cause if isinstance(error.cause, Exception) else error from None
            except ray.exceptions.RayError as error:  # the actor, or its node, is gone
                at = None
                with suppress(ray.exceptions.RayError):
                    at = ray.get(watch.get.remote(task.name))
                self._again.append(self._deaths.again(task, at, type(error).__name__))
                continue
            self._deaths.forget(task.name)
            yield done

    def _next(self, tasks: Iterator[Task]) -> Task | None:
        return self._again.popleft() if self._again else next(tasks, None)


class Reading:
    """The actor: a reader that does one task after the other."""

    def __init__(self, setup: Setup, parts: Parts, watch: Any) -> None:
        import cv2

        cv2.setNumThreads(1)
        self._setup, self._parts, self._watch = setup, parts, watch
        self._work = setup.open()

    def perform(self, task: Task) -> Done:
        ray = import_ray()

        def tell(index: int) -> None:
            with suppress(ray.exceptions.RayError):  # without it, a death is counted as one that nobody explains
                ray.get(self._watch.put.remote(task.name, index))  # told before it may kill: a millisecond

        return perform(task, self._work, self._parts, at=tell)


class Watch:
    """The actor that remembers what each task looks at."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}

    def put(self, task: str, index: int) -> None:
        self._at[task] = index

    def get(self, task: str) -> int | None:
        return self._at.pop(task, None)
