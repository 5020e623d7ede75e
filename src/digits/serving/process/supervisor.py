"""Several workers on one socket: each a process of its own, replaced when it dies.

A worker gets its settings on standard input, says "ready" on standard output, and stops when standard input ends, so
that none is left over when this process is killed.
"""

from __future__ import annotations

import logging
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from digits.errors import DigitsError
from digits.serving.settings import GRACE_S, SHARED_METRICS, Settings

TICK_S = 0.1
# Workers that die before they are ready would die again: after so many in a row, give up.
MOST_FAILURES = 3
_log = logging.getLogger(__name__)


class Supervisor:
    """Starts the workers, passes signals on to them, and replaces those that die."""

    def __init__(self, settings: Settings, sock: socket.socket) -> None:
        self._settings = settings
        self._socket = sock
        self._workers: list[_Worker] = []
        self._shared = tempfile.mkdtemp(prefix="digits-metrics-")
        self._is_stopping = False
        self._failures = 0
        # A signal ends the wait.
        self._wake_end, self._wake = os.pipe()
        os.set_blocking(self._wake, False)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM; call ``on_ready`` when all workers are ready for the first time.

        Raises:
            DigitsError: workers cannot start; they have said why.
        """
        before = {
            number: signal.signal(number, self._handle) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        signal.set_wakeup_fd(self._wake)
        try:
            self._workers = [self._start() for _ in range(self._settings.workers)]
            is_announced = False
            while not self._is_stopping:
                self._tend()
                if not is_announced and all(worker.is_ready for worker in self._workers):
                    is_announced = True
                    on_ready()
                self._wait()
        finally:
            self._stop()
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            shutil.rmtree(self._shared, ignore_errors=True)

    def _start(self) -> _Worker:
        return _Worker(self._settings, self._socket, self._shared)

    def _tend(self) -> None:
        """Replace the workers that have died."""
        for index, worker in enumerate(self._workers):
            status = worker.process.poll()
            if status is None:
                continue
            self._failures = 0 if worker.is_ready else self._failures + 1
            if self._failures >= MOST_FAILURES or (self._failures and status == 1):
                raise DigitsError(
                    "expected workers that start; they stop before they are ready; see what they say above"
                )
            _log.warning("worker %d ended with status %d; another takes its place", worker.process.pid, status)
            self._forget_gauges(worker.process.pid)
            self._workers[index] = self._start()

    def _forget_gauges(self, pid: int) -> None:
        from prometheus_client import multiprocess

        forget: Any = multiprocess.mark_process_dead  # untyped
        forget(pid, self._shared)

    def _wait(self) -> None:
        """Wait for a signal, for a worker to become ready or die, or for a moment."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_end, selectors.EVENT_READ)
            for worker in self._workers:
                if not worker.is_ready:
                    selector.register(worker.output, selectors.EVENT_READ)
            for key, _ in selector.select(TICK_S):
                if key.fd == self._wake_end:
                    os.read(self._wake_end, 512)
        for worker in self._workers:
            worker.look()

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._send(number)
        else:
            self._is_stopping = True

    def _send(self, number: int) -> None:
        for worker in self._workers:
            if worker.process.poll() is None and worker.is_ready:
                worker.process.send_signal(number)

    def _stop(self) -> None:
        deadline = time.monotonic() + GRACE_S + 0.6
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            try:
                worker.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            worker.close()


class _Worker:
    """One process."""

    def __init__(self, settings: Settings, sock: socket.socket, shared: str) -> None:
        self.is_ready = False
        command = [sys.executable, "-m", "digits.serving.process.worker", str(sock.fileno())]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[sock.fileno()],
            env=os.environ | {SHARED_METRICS: shared},
            start_new_session=True,  # Ctrl-C in a terminal reaches the supervisor alone
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.process.stdin.write(settings.to_json().encode() + b"\n")
        self.process.stdin.flush()
        os.set_blocking(self.output.fileno(), False)

    def look(self) -> None:
        """Notice when the worker says that it is ready."""
        if not self.is_ready and (self.output.read() or b"").startswith(b"ready"):
            self.is_ready = True

    def close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
