"""Every error this package raises on purpose, in one tree.

A message has three parts: what was expected, what arrived, what to do about it.
Catch ``DigitsError`` to catch them all; the command line turns one into a sentence and exit status 1.
No message repeats an input that is longer than a line.
"""

from __future__ import annotations

import re
from typing import Any

# What a message quotes is at most this long: a line of a terminal that is not narrow.
LINE_LENGTH = 100
_LONG_WORD = re.compile(rf"\S{{{LINE_LENGTH + 1},}}")


def shorten(value: object) -> str:
    """Return ``value`` as text that fits a line: long text loses its middle, and what cannot be printed is escaped.

    For whatever a message quotes: a path, a cell of a table, another library's words.
    """
    text = str(value)
    if len(text) > LINE_LENGTH:
        half = LINE_LENGTH // 2
        text = f"{text[: half - 1]}…{text[-half:]}"
    text = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
    return text if len(text) <= LINE_LENGTH else shorten(text)


def shorten_words(message: str) -> str:
    """Return ``message`` with each of its words shortened: the safety net beneath all messages that quote an input."""
    return _LONG_WORD.sub(lambda word: shorten(word[0]), message)


class DigitsError(Exception):
    """The root: something about the input or the machine, not a bug in the program."""

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
    """A rule for what a field may contain that cannot be understood."""


class MissingExtraError(DigitsError):
    """A feature was asked for whose optional packages are not installed."""

    def __init__(self, packages: str, purpose: str, extra: str) -> None:
        self._told = packages, purpose, extra
        super().__init__(
            f"expected {packages} for {purpose}, not installed here; "
            f"run: pip install 'digits[{extra}]', or in a clone: pip install -e '.[{extra}]'"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._told, self.__dict__  # by itself it would be made again from its message alone


class MissingDecoderError(MissingExtraError, ImageError):
    """A picture in a format whose optional package is not installed."""
