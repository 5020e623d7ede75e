"""What the parent asks of one contestant's process, and how the answer travels back: two files, JSON and npz.

Needs numpy alone, for PyTorch may live in another interpreter, without this package. Trains nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

PARTS = ("train", "validation")


@dataclass(frozen=True)
class Examples:
    """``images`` uint8 (n, 28, 28), 0 paper, 255 ink; ``labels`` int64 (n,) in 0-9."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Task:
    """One training of one contestant, until it holds ``target`` on the validation part of ``data``."""

    contestant: str
    seed: int
    threads: int
    target: float  # accuracy in 0-1
    looks_per_epoch: int
    data: str  # the .npz that save_examples wrote
    out: str  # the JSON to leave

    def to_argument(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Task:
        return cls(**json.loads(argument))

    def examples(self) -> tuple[Examples, Examples]:
        """Read training and validation part into memory."""
        with np.load(self.data, allow_pickle=False) as arrays:
            train, validation = (Examples(arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in PARTS)
        return train, validation

    def answer(self, result: dict[str, Any]) -> None:
        """Leave ``result`` for the parent."""
        Path(self.out).write_text(json.dumps({"contestant": self.contestant, "seed": self.seed} | result))


def save_examples(path: Path, **parts: Any) -> None:
    """Write ``train`` and ``validation``, each with ``images`` and ``labels``, for the contestants to read."""
    arrays = {f"{part}_{name}": getattr(parts[part], name) for part in PARTS for name in ("images", "labels")}
    np.savez(path, allow_pickle=False, **arrays)


def run_as_process(arguments: list[str], run: Callable[[Task], dict[str, Any]]) -> None:
    """What each contestant's module does when started: read the task, run it, answer."""
    task = Task.from_argument(arguments[1])
    task.answer(run(task))
