"""Ctrl-C waits for a good moment, and is never lost."""

from __future__ import annotations

import os
import signal

import pytest

from digits.training.resuming.interrupt import kept_interrupts


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_it_waits_until_it_is_obeyed() -> None:
    with kept_interrupts() as interrupt:
        interrupt.obey()
        press()
        with pytest.raises(KeyboardInterrupt):
            interrupt.obey()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_nobody_obeyed_is_obeyed_at_the_end() -> None:
    with pytest.raises(KeyboardInterrupt), kept_interrupts():
        press()


def test_another_handler_is_left_in_place() -> None:
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        with kept_interrupts() as interrupt:
            press()
            interrupt.obey()
    finally:
        signal.signal(signal.SIGINT, before)
    assert pressed == [signal.SIGINT]
