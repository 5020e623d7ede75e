"""What a batch does once for all its workers, alone: how often a second one process can do it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import digits
from digits.batch import Sources, Work, plan
from digits.batch.inputs.plan import SINGLES
from digits.batch.parts import Parts
from digits.batch.ray_engine import Watch
from digits.batch.results import write_results
from digits.batch.rows import INPUT

CALLS, PARTS = 1_000, 50
# Other programs only slow it: the best of so many counts.
REPEATS = 5


def _best(work: Callable[[], int]) -> float:
    """Return how many a second ``work`` does, which says how many it has done."""
    rates = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        done = work()
        rates.append(done / (time.perf_counter() - begun))
    return max(rates)


def measure(shards: Path, out: Path, callers: int) -> dict[str, float]:
    """Return by name how many a second: tar members planned, rows merged into results, calls of Ray's ``Watch``."""
    sources = Sources([str(shards)], size=SINGLES)
    rows = list(Work(digits.load(threads=1), single=True).read(next(plan(sources))))
    names, parts = [f"{number:04}.parquet" for number in range(PARTS)], Parts(str(out))
    for name in names:
        parts.write_rows(name, rows)

    def merge() -> int:
        write_results(str(out), (parts.read_rows(name).drop_columns([INPUT]) for name in names), {})
        return PARTS * len(rows)

    return {
        "tar members planned": _best(lambda: sum(chunk.count for chunk in plan(sources))),
        "rows merged": _best(merge),
        "calls of Watch": _calls(callers),
    }


def _calls(callers: int) -> float:
    """Return how many calls a second one ``Watch`` answers, asked by actors that each wait for the answer."""
    import ray

    ray.init(num_cpus=callers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    try:
        watch = ray.remote(num_cpus=0)(Watch).remote()
        actors = [ray.remote(num_cpus=1)(Caller).remote(watch) for _ in range(callers)]
        ray.get([actor.call.remote(100) for actor in actors])
        return _best(lambda: sum(ray.get([actor.call.remote(CALLS) for actor in actors])))
    finally:
        ray.shutdown()


class Caller:
    """Tells a ``Watch`` what it looks at, as the actors that read do."""

    def __init__(self, watch: Any) -> None:
        self._watch = watch

    def call(self, times: int) -> int:
        import ray

        for number in range(times):
            ray.get(self._watch.put.remote("0123456789abcdef0123.parquet", number))
        return times
