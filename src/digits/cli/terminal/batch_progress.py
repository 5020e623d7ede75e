"""The progress of ``digits batch``: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Self

from digits.cli.terminal.console import err

if TYPE_CHECKING:
    from digits.batch.inputs.plan import Sources
    from digits.batch.job import Summary

EVERY_S = 30.0


class Progress:
    """Counts what is done, and tells rate and time left; beside the reading, it counts how many inputs there are.

    Nothing tells how many there are in a packed tar, or on standard input; then no time left is shown.
    """

    def __init__(self, sources: Sources | None) -> None:
        self._sources = sources
        self._total: int | None = None
        self._is_over = threading.Event()
        self._begun = self._shown = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Self:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
        self._bar = Progress(*columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal)
        self._bar.start()
        self._task = self._bar.add_task("", total=None, rate="")
        threading.Thread(target=self._count, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._bar.stop()

    def show(self, summary: Summary) -> None:
        rate = self._rate(summary)
        failed = f", {summary.failed:,} failed" if summary.failed else ""
        told = f"{few_figures(rate)} a second{failed}"
        self._bar.update(self._task, completed=summary.inputs, total=self._total, rate=told)
        now = time.monotonic()
        if err.is_terminal or now - self._shown < EVERY_S:
            return
        self._shown = now
        left = f", {_clock((self._total - summary.inputs) / rate)} left" if self._total and rate else ""
        of = f" of {self._total:,}" if self._total else ""
        err.print(f"{summary.inputs:,}{of} read, {told}{left}", markup=False)

    def sum_up(self, summary: Summary, out: str) -> str:
        """Return the sentence for the end."""
        kept = f" ({summary.kept:,} of them before)" if summary.kept else ""
        seconds = time.monotonic() - self._begun
        inputs = "1 input" if summary.inputs == 1 else f"{summary.inputs:,} inputs"
        return f"{inputs} read{kept} in {_clock(seconds)}, {few_figures(self._rate(summary))} a second: {out}"

    def _rate(self, summary: Summary) -> float:
        return (summary.inputs - summary.kept) / max(time.monotonic() - self._begun, 1e-3)

    def _count(self) -> None:
        from digits.batch.inputs.plan import plan

        total = 0
        for chunk in plan(self._sources) if self._sources else ():
            total += chunk.count
            if self._is_over.is_set() or not chunk.count:
                return
        self._total = total or None


def few_figures(rate: float) -> str:
    """Return a rate with two figures or more: a page of many digits may take seconds."""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def _clock(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
