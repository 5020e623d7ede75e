"""What an engine runs: a task goes in, its chunk's file is written, how many inputs it had comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from digits import __version__
from digits.batch.chunk import Chunk
from digits.batch.parts import Parts
from digits.batch.rows import INPUT, Row
from digits.batch.work import Work
from digits.errors import BatchError
from digits.model.load import load
from digits.reading.fields.rules import parse_rule
from digits.reading.reader import Reader
from digits.reading.recognition.acceptance import Asked


@dataclass(frozen=True)
class Setup:
    """How to read, as it can be sent to another process: the model's path and ``weights_of``, the rules as text.

    ``accept`` is what ``digits.load`` takes: how sure an answer must be.
    """

    model: str | None
    weights: str
    rules: tuple[str, ...] = ()
    single: bool = False
    line: bool = False
    accept: Asked | None = None

    @property
    def about(self) -> dict[str, Any]:
        """What decides what the rows say, as JSON knows it."""
        about = {"digits": __version__, "model": self.weights, "single": self.single, "field": list(self.rules)}
        about |= {"line": True} if self.line else {}
        return about | ({} if self.accept is None else {"accept": self.accept})

    def open(self) -> Work:
        """Load the model on one thread: the engine runs as many as there are cores.

        Raises:
            BatchError: another model lies at this path by now.
        """
        reader = load(self.model, threads=1, accept=self.accept)
        if weights_of(reader) != self.weights:
            raise BatchError(
                f"expected the model that the batch began with ({self.weights[:12]}); {self.model} has been replaced; "
                "put it back, or begin anew with --overwrite"
            )
        return Work(reader, [parse_rule(rule) for rule in self.rules], self.single, self.line)


@dataclass(frozen=True)
class Task:
    """A chunk, and the ``name`` of the file for its rows.

    ``only`` are the inputs to read again, whose rows replace those that the file has; None reads all. ``banned`` are
    inputs that killed the process that read them, with the error that their rows say. ``together`` is how many are
    looked at at once: more than one only of pictures of one digit.
    """

    chunk: Chunk
    name: str
    only: frozenset[int] | None = None
    banned: Mapping[int, str] = field(default_factory=dict)
    together: int = 1


@dataclass(frozen=True)
class Done:
    """A chunk whose rows are on the disk."""

    name: str
    inputs: int
    failed: int


def weights_of(reader: Reader) -> str:
    """Return one hash of all networks that have a say."""
    networks = [reader.info["weights"], *(each["weights"] for each in reader.info["networks"].values())]
    return hashlib.sha256(" ".join(network["sha256"] for network in networks).encode()).hexdigest()


class Engine(Protocol):
    """Decides where tasks run, and nothing else."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Yield each task when it is done, in any order; take no more tasks than are at work."""
        ...


def perform(task: Task, work: Work, parts: Parts, at: Callable[[int], None] = lambda _: None) -> Done:
    """Read a chunk and write its file; what every engine calls."""
    rows = work.read(task.chunk, only=task.only, banned=task.banned, at=at, together=task.together)
    if task.only is not None:
        rows = _with_kept(rows, parts, task.name, task.only)
    return Done(task.name, *parts.write_rows(task.name, rows))


def _with_kept(
    rows: Iterator[tuple[int, Row]], parts: Parts, name: str, only: frozenset[int]
) -> Iterator[tuple[int, Row]]:
    old = [(row.pop(INPUT), row) for row in parts.read_rows(name).to_pylist()]
    kept = [(index, row) for index, row in old if index not in only]
    yield from sorted([*kept, *rows], key=lambda each: each[0])
