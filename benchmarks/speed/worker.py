"""One contestant in a process of its own: told over its standard input when its turn is.

Run as a program it is that process; imported, it gives ``Worker``, the other end.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SINGLES = 40  # single images a turn
SLOW_S = 0.02  # of what takes longer, three singles a turn are enough
TURN, MEMORY = "turn", "memory"


class Worker:
    """A contestant's process and what it measured, one entry a round."""

    def __init__(self, python: str, name: str, files: Path, threads: int) -> None:
        self.name, self.threads = name, threads
        self.singles_s: list[list[float]] = []
        self.batches_s: list[float] = []
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(Path(__file__).parents[1])}
        self._process = subprocess.Popen(
            [python, __file__, name, str(files), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )

    def wait_until_ready(self) -> str | None:
        """Return why the contestant cannot take part, or None."""
        reason: str | None = self._read().get("skipped")
        return reason

    def measure(self) -> None:
        answer = self._ask(TURN)
        self.singles_s.append(answer["singles_s"])
        self.batches_s.append(answer["batch_s"])

    def summarize(self, reference: Worker) -> dict[str, Any]:
        """Return the figures; the ratio is to what ``reference`` did in the same round."""
        from speed.contestants import BATCH_SIZE

        singles = sorted(1e6 * seconds for turn in self.singles_s for seconds in turn)
        ratios = [theirs / ours for theirs, ours in zip(reference.batches_s, self.batches_s, strict=True)]
        latency_ratios = [
            statistics.median(theirs) / statistics.median(ours)
            for theirs, ours in zip(reference.singles_s, self.singles_s, strict=True)
        ]
        return {
            "name": self.name,
            "threads": self.threads,
            "latency_us": {
                "median": statistics.median(singles),
                "p99": singles[int(0.99 * (len(singles) - 1))],
                "n": len(singles),
            },
            "latency_ratio": statistics.median(latency_ratios),
            "images_per_second": {
                "median": BATCH_SIZE / statistics.median(self.batches_s),
                "range": [BATCH_SIZE / max(self.batches_s), BATCH_SIZE / min(self.batches_s)],
                "n": len(self.batches_s),
            },
            "ratio": statistics.median(ratios),
            "ratio_range": [min(ratios), max(ratios)],
            "memory_mb": self._ask(MEMORY)["memory_mb"],
        }

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _ask(self, what: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            return {"skipped": f"its process ended with status {self._process.wait()}"}
        answer: dict[str, Any] = json.loads(line)
        return answer


def serve(name: str, files: Path, threads: int) -> None:
    """Get the contestant ready, then answer until standard input ends."""
    import numpy as np

    from speed.contestants import CONTESTANTS

    answers = os.fdopen(os.dup(1), "w")  # what a runtime prints must not get between the answers
    os.dup2(2, 1)

    def answer(**values: Any) -> None:
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    try:
        to_input, run = CONTESTANTS[name](files, threads)
        frames = np.load(files / "frames.npy")
        many, one = to_input(frames), to_input(frames[:1])
        single_s = [_time(run, one) for _ in range(4)][-1]
        run(many)
    except Exception as error:  # whatever a missing or unfit runtime raises: the others go on
        answer(skipped=f"{type(error).__name__}: {error}".splitlines()[0])
        return
    answer()
    for line in sys.stdin:
        if line.strip() == MEMORY:
            answer(memory_mb=_peak_memory_mb())
            continue
        run(one)
        singles_s = [_time(run, one) for _ in range(3 if single_s > SLOW_S else SINGLES)]
        run(many)
        answer(singles_s=singles_s, batch_s=_time(run, many))


def _peak_memory_mb() -> float:
    """Return the most memory this process ever held; Linux's getrusage would count its parent's before exec."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        if lines:
            return int(lines[0].split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _time(run: Any, inputs: Any) -> float:
    started = time.perf_counter()
    run(inputs)
    return time.perf_counter() - started


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
