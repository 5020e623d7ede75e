"""How many floating-point operations a second the machine's matrix units give to TensorFlow: the ceiling of training.

One large square product (oneDNN beneath), in float32 and, where the processor has units for it, in bfloat16.
A practical peak, not the data sheet's. Start as a process: python -m race.matrix_peak TASK.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from digits.training.backend import FLOAT32, prepare
from race.task import Task, run_as_process

SIZE = 2048
REPEATS = 15
WARM_UP = 3


def run(task: Task) -> dict[str, Any]:
    """Return GFLOP/s a precision, "float32" and "mixed_bfloat16" (None where training would not use it)."""
    environment = prepare(threads=task.threads, bfloat16=True)
    has_bfloat16 = environment.precision != FLOAT32
    return {
        "size": SIZE,
        "repeats": REPEATS,
        "gflop_per_second": {
            "float32": _measure("float32"),
            "mixed_bfloat16": _measure("bfloat16") if has_bfloat16 else None,
        },
        "environment": environment.to_dict(),
    }


def _measure(dtype: str) -> dict[str, float]:
    import tensorflow

    shape = SIZE, SIZE
    left, right = (tensorflow.cast(tensorflow.random.stateless_normal(shape, (0, i)), dtype) for i in (1, 2))
    multiply = tensorflow.function(tensorflow.linalg.matmul, jit_compile=False)
    speeds = []
    for _ in range(WARM_UP + REPEATS):
        started = time.perf_counter()
        multiply(left, right)
        tensorflow.test.experimental.sync_devices()  # on a GPU the call returns before the work is done
        speeds.append(2 * SIZE**3 / (time.perf_counter() - started) / 1e9)
    kept = speeds[WARM_UP:]
    return {"median": statistics.median(kept), "minimum": min(kept), "maximum": max(kept)}


if __name__ == "__main__":
    run_as_process(sys.argv, run)
