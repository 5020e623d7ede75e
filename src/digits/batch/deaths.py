"""What every engine does about a process that died: read its chunk again, at last without the input that kills."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from digits.batch.task import Task
from digits.errors import BatchError

DEADLY = 2
KILLED = "expected a picture; the process that read it was killed twice, perhaps for want of memory; look at it alone"


@dataclass
class Deaths:
    """The deaths so far, by task and input.

    Only a death over one input alone counts against it: of several, any may be the one that kills, and a process may
    also die for a reason of its own, such as its machine. So many as ``patience`` processes may die one after the other
    without any of them having looked at anything: that is not the fault of an input.
    """

    patience: int = 3
    _at: dict[str, Counter[int]] = field(default_factory=dict)
    _at_start: int = 0

    def note_progress(self) -> None:
        """A process has looked at an input."""
        self._at_start = 0

    def forget(self, task: str) -> None:
        """The task of this name is done."""
        self._at.pop(task, None)
        self._at_start = 0

    def again(self, task: Task, at: int | None, how: str) -> Task:
        """Return how to read the chunk of ``task`` again, whose process died.

        Args:
            task: what it was doing.
            at: the input that it looked at, or the first of those it classified together; None where it is not known.
            how: how it died, for the error.

        Raises:
            BatchError: processes die before they look at anything.
        """
        if at is None:
            self._at_start += 1
            if self._at_start >= self.patience:
                raise BatchError(
                    f"expected processes that read; {self.patience} died before they read anything, the last "
                    f"with {how}; free some memory, or give fewer --workers"
                )
            return task
        if task.together > 1:
            return replace(task, together=1)
        deaths = self._at.setdefault(task.name, Counter())
        deaths[at] += 1
        return replace(task, banned={**task.banned, at: KILLED}) if deaths[at] >= DEADLY else task
