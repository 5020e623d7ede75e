"""A reader that kills the process it is in: for tests of who notices. Here, where other processes can import it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from digits.batch.rows import Row, error_row
from digits.batch.task import Setup
from digits.batch.work import Work


@dataclass(frozen=True)
class Deadly(Setup):
    """Opens a reader that kills its process at every picture whose name ends in ``poison``."""

    poison: str = "none"
    opens: bool = True

    def open(self) -> Work:
        if not self.opens:
            os.kill(os.getpid(), signal.SIGKILL)
        return DeadlyWork(None, single=self.single, poison=self.poison)  # type: ignore[arg-type]


@dataclass(frozen=True)
class DeadlyWork(Work):
    poison: str = ""

    def _read(self, source: str, _: Any) -> Iterator[Row]:
        if source.endswith(self.poison):
            os.kill(os.getpid(), signal.SIGKILL)
        yield error_row(source, "read", 0.0)

    def _classify(self, inputs: Any) -> Iterator[tuple[int, Row]]:
        for index, source, picture in inputs:
            yield from ((index, row) for row in self._read(source, picture))
