"""A batch from its beginning, or from where it was interrupted, to its results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from digits.batch.chunk import Chunk
from digits.batch.inputs.plan import Sources, plan
from digits.batch.inputs.storage import file_system, is_address
from digits.batch.parts import JOB_FILE, Parts
from digits.batch.results import choose_writer, read_about, write_results
from digits.batch.rows import INPUT, schema
from digits.batch.task import Done, Engine, Task
from digits.batch.work import TOGETHER
from digits.errors import BatchError, shorten
from digits.files import to_json

LOCK_FILE = "lock"
SHOWN_ERRORS = 5
Mode = Literal["new", "overwrite", "resume", "retry"]
# What a person calls each part of a job, where it is not the one that was interrupted.
WORDS = {
    "model": "the model",
    "digits": "the version of digits",
    "single": "--single",
    "line": "--line",
    "column": "--column",
    "field": "--field",
    "accept": "--accept",
}


@dataclass
class Summary:
    """How many inputs the results have; ``failed`` of them are errors, ``kept`` were read before the interruption.

    ``errors`` are the first of these errors, behind their sources.
    """

    inputs: int = 0
    failed: int = 0
    kept: int = 0
    order: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """Where the results go, and ``about``: what decides what is in them, as JSON knows it."""

    out: str
    about: Mapping[str, Any]

    @property
    def parts(self) -> Parts:
        return Parts(self.out)

    @property
    def places(self) -> frozenset[str]:
        """The absolute paths that this job writes, which are no input of it."""
        return frozenset(os.path.abspath(place) for place in (self.out, self.parts.place))

    def begin(self, mode: Mode) -> bool:
        """Prepare the folder of finished chunks; return False where an earlier call has completed this very job.

        Raises:
            MissingExtraError: pyarrow is not installed.
            BatchError: the results, or an unfinished batch, are there and ``mode`` does not say what to do with them;
                they are of another job; or another process is at work on it.
        """
        choose_writer(self.out)
        schema()
        is_begun, is_there = self.parts.exists(), _exists(self.out)
        if mode in ("resume", "retry"):
            if is_begun:
                self._require_same(self.parts.read_job())
                return True
            if is_there:
                self._require_same(read_about(self.out))
                return False
            raise BatchError(
                f"expected an unfinished batch beside {self.out}; there is none to go on with; "
                f"leave {'--resume' if mode == 'resume' else '--retry-errors'} out"
            )
        if mode == "new":
            self._require_free(is_begun=is_begun, is_there=is_there)
        if is_begun:
            with self._alone():  # what another process is at work on is not removed under its hands
                pass
        self.parts.remove()
        try:
            self.parts.write(JOB_FILE, to_json(dict(self.about)).encode())
        except OSError as error:
            raise BatchError(f"expected to write {self.parts.place}; {shorten(error)}; give another --out") from error
        return True

    def run(self, sources: Sources, engine: Engine, *, retry: bool, on_done: Callable[[Summary], None]) -> Summary:
        """Read what is not read yet, then write the results; finished chunks stay, whatever happens.

        Raises:
            BatchError: another process is at work on it.
        """
        summary = Summary()
        with self._alone():
            for done in engine.run(self._tasks(sources, summary, retry=retry)):
                self._add(summary, done)
                on_done(summary)
            tables = (self.parts.read_rows(name).drop_columns([INPUT]) for name in summary.order)
            write_results(self.out, tables, {"job": to_json(dict(self.about))})
            if not summary.failed:
                self.parts.remove()
        return summary

    def _tasks(self, sources: Sources, summary: Summary, *, retry: bool) -> Iterator[Task]:
        finished, key = self.parts.names(), to_json(dict(self.about))
        for chunk in plan(sources):
            name = f"{chunk.id(key)}.parquet"
            summary.order.append(name)
            if name not in finished:
                yield self._task(chunk, name)
                continue
            done = Done(name, *self.parts.count(name))
            if retry and done.failed:
                yield replace(self._task(chunk, name), only=self._failed(name))
                continue
            self._add(summary, done)
            summary.kept += done.inputs

    def _add(self, summary: Summary, done: Done) -> None:
        summary.inputs += done.inputs
        summary.failed += done.failed
        if done.failed and len(summary.errors) < SHOWN_ERRORS:
            rows = self.parts.read_rows(done.name).select(["source", "error"]).to_pylist()
            told = [f"{shorten(row['source'])}: {row['error']}" for row in rows if row["error"]]
            summary.errors += told[: SHOWN_ERRORS - len(summary.errors)]

    def _task(self, chunk: Chunk, name: str) -> Task:
        return Task(chunk, name, together=TOGETHER if self.about["single"] else 1)

    def _failed(self, name: str) -> frozenset[int]:
        rows = self.parts.read_rows(name).select([INPUT, "error"]).to_pylist()
        return frozenset(row[INPUT] for row in rows if row["error"])

    def _require_free(self, *, is_begun: bool, is_there: bool) -> None:
        if is_begun:
            raise BatchError(
                f"expected {self.out} to be free, but a batch that writes it is unfinished; "
                "go on with it with --resume, or begin anew with --overwrite"
            )
        if is_there:
            raise BatchError(
                f"expected {self.out} to be free, but it exists; give another --out, or --overwrite to replace it"
            )

    def _require_same(self, other: Mapping[str, Any]) -> None:
        differing = [key for key in {**self.about, **other} if self.about.get(key) != other.get(key)]
        if differing:
            told = "; ".join(
                f"{WORDS.get(key, key)} is {_said(self.about.get(key))}, was {_said(other.get(key))}"
                for key in differing
            )
            raise BatchError(
                f"expected to go on with the same batch; {told}; give what it was begun with, or --overwrite"
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the job against other processes on this machine; nothing can hold an address."""
        if is_address(self.out) or os.name != "posix":
            yield
            return
        import fcntl

        with (Path(self.parts.place) / LOCK_FILE).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BatchError(
                    f"expected {self.parts.place} to be idle, but another process is at work on it; wait for it to end"
                ) from error
            yield


def _exists(place: str) -> bool:
    if not is_address(place):
        return os.path.lexists(place)
    system, path = file_system(place)
    return bool(system.exists(path))


def _said(value: Any) -> str:
    """Return what a person gave for an option."""
    if value is True:
        return "given"
    return shorten(value) if value else "not given"
