"""Items come in one by one and are answered many at a time, without a timer.

Take what waits, run it, take what came meanwhile: an idle server adds no delay, and a busy one makes larger batches.
Each item has a weight (its frames) and a size (its bytes), and both are bounded.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from digits.serving.errors import ServingError

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def busy() -> ServingError:
    """Return what a client is told whose request finds the queue full."""
    return ServingError(
        429, "expected room in the queue, but it is full; ask again in a second, or more slowly", {"Retry-After": "1"}
    )


@dataclass(frozen=True)
class Bounds:
    """``batch`` is the weight that one run takes, ``waiting`` the weight and ``size`` the bytes that may wait."""

    batch: int
    waiting: int
    size: int


@dataclass(eq=False)
class _Entry(Generic[Item, Answer]):
    item: Item
    weight: int
    size: int
    future: asyncio.Future[Answer]


class Batcher(Generic[Item, Answer]):
    """Answers items in batches, one batch at a time, on a thread of ``executor``.

    Args:
        run: from items to an answer or an exception for each, in their order; it runs in the executor.
        executor: where to run; several batchers may share one.
        bounds: how much one batch takes, and how much may wait.
        observe: is told the weight of each batch, and the weight that waits.
    """

    def __init__(
        self,
        run: Callable[[list[Item]], Sequence[Answer | Exception]],
        executor: Executor,
        bounds: Bounds,
        observe: Callable[[int, int], None] = lambda _batch, _waiting: None,
    ) -> None:
        self._run = run
        self._executor = executor
        self._bounds = bounds
        self._observe = observe
        self._entries: deque[_Entry[Item, Answer]] = deque()
        self._weight = self._size = 0
        self._is_running = False

    @property
    def waiting(self) -> int:
        """The weight of what waits; what runs does not count."""
        return self._weight

    async def ask(self, item: Item, weight: int = 1, size: int = 0) -> Answer:
        """Return the answer to ``item``; whoever is cancelled gives its place in the queue to another.

        Raises:
            ServingError: 429 when too much waits.
            Exception: what ``run`` returned for this item.
        """
        if self._weight + weight > self._bounds.waiting or self._size + size > self._bounds.size:
            raise busy()
        loop = asyncio.get_running_loop()
        entry: _Entry[Item, Answer] = _Entry(item, weight, size, loop.create_future())
        self._entries.append(entry)
        self._weight += weight
        self._size += size
        if not self._is_running:
            self._is_running = True
            loop.call_soon(self._start)  # after all that came in the same turn of the loop
        try:
            return await entry.future
        finally:
            if entry.future.cancelled() and entry in self._entries:
                self._entries.remove(entry)
                self._forget(entry)

    def _start(self) -> None:
        batch: list[_Entry[Item, Answer]] = []
        weight = 0
        while self._entries and (not batch or weight + self._entries[0].weight <= self._bounds.batch):
            entry = self._entries.popleft()
            self._forget(entry)
            if not entry.future.cancelled():
                batch.append(entry)
                weight += entry.weight
        self._is_running = bool(batch)
        if batch:
            self._observe(weight, self._weight)
            items = [entry.item for entry in batch]
            work = asyncio.get_running_loop().run_in_executor(self._executor, self._run, items)
            work.add_done_callback(partial(self._finish, batch))

    def _forget(self, entry: _Entry[Item, Answer]) -> None:
        self._weight -= entry.weight
        self._size -= entry.size

    def _finish(self, batch: list[_Entry[Item, Answer]], work: asyncio.Future[Sequence[Answer | Exception]]) -> None:
        self._start()
        error = asyncio.CancelledError() if work.cancelled() else work.exception()
        answers = [error] * len(batch) if error else work.result()
        for entry, answer in zip(batch, answers, strict=True):
            if entry.future.done():
                continue
            if isinstance(answer, asyncio.CancelledError):
                entry.future.cancel()
            elif isinstance(answer, BaseException):
                entry.future.set_exception(answer)
            else:
                entry.future.set_result(answer)
