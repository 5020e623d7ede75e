"""The names that people give to the folder of a digit: ``7``, ``07``, ``digit_7``, ``class7``, ``seven``."""

from __future__ import annotations

import re

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# Only words that mean the digit itself: writer3 or fold_3 would be folders of something else. No 003 either, as
# Chars74K has its 0 in Sample001.
_PREFIX = r"(?:(?:digits?|class|cls|labels?|numbers?|num|category)[ _=.-]*)?"
_NAME = re.compile(rf"{_PREFIX}(?:0?([0-9])|({'|'.join(WORDS)}))", re.ASCII)


def digit_named(name: str) -> int | None:
    """Return the digit that a folder's name stands for; None if it stands for none."""
    match = _NAME.fullmatch(name.strip().casefold())
    if match is None:
        return None
    return int(match[1]) if match[1] else WORDS.index(match[2])
