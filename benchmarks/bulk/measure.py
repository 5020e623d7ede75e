"""A command goes in; its time, its processor time and its peak memory with all its processes come out."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import psutil

SAMPLED_EVERY_S = 0.25


@dataclass(frozen=True)
class Cost:
    """Of ``inputs``: wall and processor seconds, and the most memory at once, in MB (proportional set size)."""

    inputs: int
    seconds: float
    processor_seconds: float
    peak_mb: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {
            "per_second": self.inputs / self.seconds,
            "core_seconds_per_million": self.processor_seconds / self.inputs * 1e6,
        }


def run(command: list[str], inputs: int, env: dict[str, str] | None = None) -> Cost:
    """Run ``command`` to its end. Raises CalledProcessError where it fails."""
    begun, spent, peak = time.perf_counter(), 0.0, 0.0
    process = psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    while process.poll() is None:
        memory, now = 0, 0.0
        with suppress(psutil.Error):
            for each in (process, *process.children(recursive=True)):
                with suppress(psutil.Error):
                    memory += each.memory_full_info().pss
                    times = each.cpu_times()
                    now += times.user + times.system
        peak, spent = max(peak, memory / 1e6), max(spent, now)
        time.sleep(SAMPLED_EVERY_S)
    said = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    return Cost(inputs, time.perf_counter() - begun, spent, peak)
