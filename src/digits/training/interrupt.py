"""Ctrl-C during a training is kept until it can be obeyed: between two updates.

Raised at once, it may strike while TensorFlow calls Python to clear up, where it is lost or ends the process by
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
    """Keep Ctrl-C inside the block for ``obey``; what is left is obeyed at its end.

    Signals belong to the main thread: elsewhere, and where somebody else handles Ctrl-C already, nothing is changed.
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
