"""Every error this package raises on purpose, in one tree.

A message has three parts: what was expected, what arrived, what to do about it.
Catch ``DigitsError`` to catch them all; the command line turns one into a sentence and exit status 1.
No message repeats an input that is longer than a line.
"""

from __future__ import annotations

import re
from typing import Any

# A message quotes at most this many characters: a line of an ordinary terminal.
LINE_LENGTH = 100
_LONG_WORD = re.compile(rf"\S{{{LINE_LENGTH + 1},}}")


def shorten(value: object) -> str:
    """Return ``value`` as text that fits on one line: long text loses its middle, unprintable characters are escaped.

    Use it for anything that a message quotes: a path, a cell of a table, another library's words.
    """
    text = str(value)
    if len(text) > LINE_LENGTH:
        half = LINE_LENGTH // 2
        text = f"{text[: half - 1]}…{text[-half:]}"
    text = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
    return text if len(text) <= LINE_LENGTH else shorten(text)


def shorten_words(message: str) -> str:
    """Return ``message`` with overlong words shortened: the safety net for every message that quotes an input."""
    return _LONG_WORD.sub(lambda word: shorten(word[0]), message)


class DigitsError(Exception):
    """The base class: a problem with the input or the machine, not a bug in the program."""

    def __str__(self) -> str:
        return shorten_words(super().__str__())


class ImageError(DigitsError):
    """A picture that cannot be read as one."""


class DataError(DigitsError):
    """A dataset that is missing, damaged or not what it should be."""


class ModelError(DigitsError):
    """A model folder that is missing, damaged, or does not match its own description."""


class RunError(DigitsError):
    """A training run that cannot be started, resumed or read."""


class FieldError(DigitsError, ValueError):
    """A rule about the contents of a field that cannot be understood."""


class BatchError(DigitsError):
    """A batch that cannot be started, resumed or written."""


class MissingExtraError(DigitsError):
    """A requested feature needs optional packages that are not installed."""

    def __init__(self, packages: str, purpose: str, extra: str) -> None:
        self._told = packages, purpose, extra
        super().__init__(
            f"expected {packages} for {purpose}, not installed here; "
            f"run, in the clone that digits was installed from: pip install '.[{extra}]'"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._told, self.__dict__  # by itself it would be made again from its message alone


class MissingDecoderError(MissingExtraError, ImageError):
    """A picture in a format whose optional package is not installed."""
