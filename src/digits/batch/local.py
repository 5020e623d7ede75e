"""The engine for one machine: worker processes, each with a reader of its own on one thread.

A worker that dies takes nothing along but its chunk, which another reads again. An input at which workers died twice is
not looked at a third time.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from digits.batch.parts import Parts
from digits.batch.task import Done, Setup, Task, perform
from digits.errors import BatchError

# Workers that die one after the other without having looked at anything are not the fault of an input.
MAX_DEATHS_AT_START = 3
DEADLY = 2
KILLED = "expected a picture; the process that read it was killed twice, perhaps for want of memory; look at it alone"


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    at: int | None = None

    def give(self, task: Task) -> None:
        self.task, self.at = task, None
        with suppress(OSError):  # it has died; that shows when it is listened to
            self.pipe.send(task)


@dataclass
class LocalEngine:
    """``workers`` processes on this machine that open ``setup`` and write into ``parts``."""

    setup: Setup
    parts: Parts
    workers: int
    _again: deque[Task] = field(default_factory=deque)
    _deaths: dict[str, Counter[int]] = field(default_factory=dict)
    _deaths_at_start: int = 0

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Yield each task when it is done; one a worker is at work, and none waits.

        Raises:
            BatchError: workers die before they read anything.
            DigitsError, OSError: what a worker met that concerns more than one input, such as a full disk.
        """
        tasks, team = iter(tasks), [self._start() for _ in range(self.workers)]
        try:
            while True:
                for worker in team:
                    if worker.task is None and (task := self._next(tasks)):
                        worker.give(task)
                busy = {worker.pipe: worker for worker in team if worker.task}
                if not busy:
                    return
                for pipe in wait(list(busy)):
                    worker = busy[pipe]  # type: ignore[index]
                    try:
                        message = worker.pipe.recv()
                    except (EOFError, OSError):
                        self._bury(worker)
                        team[team.index(worker)] = self._start()
                        continue
                    if isinstance(message, int):
                        worker.at = message
                        self._deaths_at_start = 0
                    elif isinstance(message, Exception):
                        raise message
                    else:
                        worker.task = None
                        self._deaths.pop(message.name, None)
                        yield message
        finally:
            for worker in team:
                worker.pipe.close()
                worker.process.terminate()
            for worker in team:
                worker.process.join()

    def _next(self, tasks: Iterator[Task]) -> Task | None:
        return self._again.popleft() if self._again else next(tasks, None)

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")  # forked, it would inherit locks that nobody opens
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self.setup, self.parts), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _bury(self, worker: _Worker) -> None:
        """Have the task of a dead worker done again, without the input that killed it if that is the second time."""
        worker.process.join()
        worker.pipe.close()
        task, at = worker.task, worker.at
        assert task is not None
        if at is None:
            self._deaths_at_start += 1
            if self._deaths_at_start >= MAX_DEATHS_AT_START:
                raise BatchError(
                    f"expected processes that read; {MAX_DEATHS_AT_START} died before they read anything, the last "
                    f"with exit status {worker.process.exitcode}; free some memory, or give fewer --workers"
                )
            self._again.append(task)
            return
        looked_at = task.together if self.setup.single else 1
        deaths = self._deaths.setdefault(task.name, Counter())
        deaths.update(range(at, at + looked_at))
        banned = dict(task.banned)
        if looked_at == 1 and deaths[at] >= DEADLY:
            banned[at] = KILLED
        self._again.append(replace(task, banned=banned, together=1))


def _serve(pipe: Connection, setup: Setup, parts: Parts) -> None:
    """What a worker does until its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the first process ends the others
    import cv2

    cv2.setNumThreads(1)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            work = setup.open()
            while True:
                pipe.send(perform(pipe.recv(), work, parts, at=pipe.send))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:
            pipe.send(error)
