"""A command goes in; its time, its processor time and its memory with all its processes come out."""

from __future__ import annotations

import resource
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import psutil

SAMPLED_EVERY_S = 0.25
SPANS = 10


@dataclass(frozen=True)
class Cost:
    """Of ``inputs``: wall and processor seconds, and the most memory in each tenth of the time, in MB (proportional set
    size)."""

    inputs: int
    seconds: float
    processor_seconds: float
    memory_mb: list[float]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {
            "per_second": self.inputs / self.seconds,
            "core_seconds_per_million": self.processor_seconds / self.inputs * 1e6,
            "peak_mb": max(self.memory_mb),
        }


def run(command: list[str], inputs: int, env: dict[str, str] | None = None) -> Cost:
    """Run ``command`` to its end. Raises CalledProcessError where it fails."""
    begun, ended_before, alive, memory = time.perf_counter(), _ended_s(), 0.0, list[float]()
    process = psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    while process.poll() is None:
        now, mb = _sample(process)
        alive = max(alive, now)
        memory.append(mb)
        time.sleep(SAMPLED_EVERY_S)
    seconds = time.perf_counter() - begun
    said = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    # Processes that outlive their parent, as Ray's do, are in one of the two alone.
    spent = max(alive, _ended_s() - ended_before)
    return Cost(inputs, seconds, spent, [round(max(part), 1) for part in np.array_split(memory, SPANS) if len(part)])


def _sample(process: psutil.Popen) -> tuple[float, float]:
    """Return the processor seconds of all processes that are alive, and their memory in MB."""
    memory, spent = 0, 0.0
    with suppress(psutil.Error):
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                memory += each.memory_full_info().pss
                times = each.cpu_times()
                spent += times.user + times.system
    return spent, memory / 1e6


def _ended_s() -> float:
    """Return the processor seconds of all processes that ended below this one."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime
