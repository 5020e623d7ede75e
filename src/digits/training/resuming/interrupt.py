"""Holds Ctrl-C during a training back until it can be obeyed: between two updates.

Raised at once, it may arrive while TensorFlow calls Python to clean up, where it gets lost or ends the process with
SIGABRT.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """Whether Ctrl-C was pressed."""

    def __init__(self) -> None:
        self._pressed = False

    def press(self, _number: int, _frame: FrameType | None) -> None:
        self._pressed = True

    def obey(self) -> None:
        """Raise KeyboardInterrupt if it was pressed."""
        if self._pressed:
            self._pressed = False
            raise KeyboardInterrupt


@contextmanager
def kept_interrupts() -> Iterator[Interrupt]:
    """Hold Ctrl-C back inside the block until ``obey`` is called or the block ends.

    Only the main thread handles signals: in other threads, or if Ctrl-C has another handler, nothing changes.
    """
    interrupt = Interrupt()
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield interrupt
        return
    signal.signal(signal.SIGINT, interrupt.press)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupt.obey()
