"""A command goes in; its time, its processor time and its peak memory with all its processes come out."""

from __future__ import annotations

import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import psutil

SAMPLED_EVERY_S = 0.25
# How many figures say how memory went over time: enough to see it grow.
STRETCHES = 20


@dataclass(frozen=True)
class Cost:
    """Of ``inputs``: wall and processor seconds, and memory in MB, the proportional set size of all processes.

    ``peaks_mb`` are the most at once in each of up to 20 equal stretches of the time, the earliest first.
    """

    inputs: int
    seconds: float
    processor_seconds: float
    peaks_mb: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {
            "peak_mb": max(self.peaks_mb),
            "per_second": self.inputs / self.seconds,
            "core_seconds_per_million": self.processor_seconds / self.inputs * 1e6,
        }


def run(command: list[str], inputs: int, env: dict[str, str] | None = None) -> Cost:
    """Run ``command`` to its end. Raises CalledProcessError where it fails."""
    samples: list[float] = []
    spent: dict[tuple[int, float], float] = {}  # of processes that have ended, too; a number may be given out again
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = psutil.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=env)
        while process.poll() is None:
            samples.append(_sample(process, spent))
            time.sleep(SAMPLED_EVERY_S)
        seconds = time.perf_counter() - begun
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, said.read())
    return Cost(inputs, seconds, sum(spent.values()), _peaks(samples))


def _sample(process: psutil.Process, spent: dict[tuple[int, float], float]) -> float:
    """Note in ``spent`` the processor seconds of each process by number and start; return their memory in MB."""
    memory = 0.0
    with suppress(psutil.Error):
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                memory += each.memory_full_info().pss / 1e6
                times = each.cpu_times()
                spent[each.pid, each.create_time()] = times.user + times.system
    return memory


def _peaks(samples: list[float]) -> tuple[float, ...]:
    """Return the largest of each of up to ``STRETCHES`` equal stretches of ``samples``."""
    count = min(STRETCHES, len(samples))
    bounds = [len(samples) * i // count for i in range(count + 1)]
    return tuple(max(samples[first:end]) for first, end in pairwise(bounds))
