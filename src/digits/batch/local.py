"""The engine for one machine: worker processes, each with a reader of its own on one thread.

A worker that dies takes nothing along but its chunk, which another reads again. An input at which workers died twice is
not looked at a third time.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from digits.batch.deaths import Deaths
from digits.batch.parts import Parts
from digits.batch.task import Done, Setup, Task, perform


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
    _deaths: Deaths = field(default_factory=Deaths)

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
                busy = [worker for worker in team if worker.task]
                if not busy:
                    return
                ready = wait([worker.pipe for worker in busy])
                for worker in busy:
                    if worker.pipe not in ready:
                        continue
                    try:
                        message = worker.pipe.recv()
                    except (EOFError, OSError):
                        self._bury(worker)
                        team[team.index(worker)] = self._start()
                        continue
                    if isinstance(message, int):
                        worker.at = message
                        self._deaths.note_progress()
                    elif isinstance(message, Exception):
                        raise message
                    else:
                        worker.task = None
                        self._deaths.forget(message.name)
                        yield message
        finally:
            _end(team)

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
        """Have the task of a dead worker done again."""
        worker.process.join()
        worker.pipe.close()
        assert worker.task is not None
        how = f"exit status {worker.process.exitcode}"
        self._again.append(self._deaths.again(worker.task, worker.at, how))


def _end(team: list[_Worker]) -> None:
    for worker in team:
        worker.pipe.close()
        worker.process.terminate()
    for worker in team:
        worker.process.join()


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
