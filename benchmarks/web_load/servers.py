"""Servers in processes of their own, ours and others, what comes of a load, and the memory they take meanwhile."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from web_load.client import Load

HERE = Path(__file__).parents[1]
START_S = 60


class Serving(NamedTuple):
    """A server of ours that is ready: its process, its port, and the seconds from the command to its address."""

    process: subprocess.Popen[str]
    port: int
    ready_s: float

    @property
    def memory_mb(self) -> float:
        """What it and its workers take, as proportional set size, in MB."""
        parent = psutil.Process(self.process.pid)
        return sum(each.memory_full_info().pss for each in (parent, *parent.children(recursive=True))) / 1e6


def run_load(load: Load) -> dict[str, Any]:
    """Return what came of a load, from a process of its own."""
    command = [sys.executable, "-m", "web_load.client"]
    done = subprocess.run(
        command,
        input=load.to_json(),
        capture_output=True,
        text=True,
        cwd=HERE,
        check=True,
        timeout=60 + 3 * load.seconds,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def serving(workers: int) -> Iterator[Serving]:
    """Run ``digits serve`` on a free port; yield it when the server is ready."""
    command = [sys.executable, "-m", "digits.cli", "serve", "--port", "0", "--workers", str(workers)]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().strip().rsplit(":", 1)[1])
            yield Serving(process, port, time.perf_counter() - begun)
        finally:
            process.terminate()


@contextmanager
def listening(command: list[str]) -> Iterator[int]:
    """Run another server; yield its port when it takes connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + START_S
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.2)
            else:
                raise RuntimeError("it does not start")
            time.sleep(1)
            yield port
        finally:
            process.terminate()
