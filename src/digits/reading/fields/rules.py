"""What a field may contain: rules as small automata over its digits from left to right (decoding.py runs them).

Luhn: ISO/IEC 7812-1; mod97: ISO 7064 MOD 97-10, the remainder 1; ean13: GS1 General Specifications.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from digits.errors import FieldError, shorten

State = Hashable
# A bound with more figures than this is a mistake.
MOST_FIGURES = 100
CHECKSUMS = ("luhn", "mod97", "ean13")
_ONE_CHECKSUM = "luhn, mod97 or ean13"


@runtime_checkable
class Rule(Protocol):
    """An automaton that reads ``length`` digits."""

    def start(self, length: int) -> State | None:
        """Return the first state; None where no value of ``length`` digits is valid: no digits are no value."""

    def step(self, state: State, digit: int, place: int, length: int, /) -> State | None:
        """Return the state after ``digit`` at ``place`` (from 0); None where no valid value goes on like this."""

    def accepts(self, state: State, /) -> bool:
        """Tell whether a value may end here."""


@dataclass(frozen=True)
class Length:
    """``fewest`` to ``most`` digits, both included."""

    fewest: int
    most: int

    def __post_init__(self) -> None:
        _check_bounds(self.fewest, self.most)

    def start(self, length: int) -> State | None:
        return 0 if length and self.fewest <= length <= self.most else None

    def step(self, state: State, _digit: int, _place: int, _length: int) -> State | None:
        return state

    def accepts(self, _state: State) -> bool:
        return True


@dataclass(frozen=True)
class Range:
    """A whole number from ``low`` to ``high``, both included; leading zeros do not count."""

    low: int
    high: int

    def __post_init__(self) -> None:
        _check_bounds(self.low, self.high)

    def start(self, length: int) -> State | None:
        return (True, True) if length and self.low < 10**length else None  # so far equal to the low, to the high bound

    def step(self, state: Any, digit: int, place: int, length: int) -> State | None:
        at_low, at_high = state
        unit = 10 ** (length - 1 - place)
        low = self.low // unit % 10 if at_low else 0
        high = min(self.high, 10**length - 1) // unit % 10 if at_high else 9
        return (at_low and digit == low, at_high and digit == high) if low <= digit <= high else None

    def accepts(self, _state: State) -> bool:
        return True


@dataclass(frozen=True)
class Checksum:
    """Digits that end in check digits of the scheme called ``name``: luhn, mod97 or ean13."""

    name: str

    def __post_init__(self) -> None:
        if self.name not in CHECKSUMS:
            raise FieldError(f"expected {_ONE_CHECKSUM}, got {shorten(repr(self.name))}; give one of these")

    def start(self, length: int) -> State | None:
        return None if length == 0 or (self.name == "ean13" and length != 13) else 0

    def step(self, state: Any, digit: int, place: int, length: int) -> State | None:
        so_far, from_right = int(state), length - 1 - place
        if self.name == "mod97":
            return (so_far * 10 + digit) % 97
        if self.name == "ean13":
            return (so_far + digit * (3 if from_right % 2 else 1)) % 10
        doubled = digit * 2 if from_right % 2 else digit
        return (so_far + doubled - 9 * (doubled > 9)) % 10

    def accepts(self, state: State) -> bool:
        return state == (1 if self.name == "mod97" else 0)


@dataclass(frozen=True)
class OneOf:
    """A closed list of values, each a string of digits; of those given, it keeps a set."""

    values: Collection[str]

    def __post_init__(self) -> None:
        if isinstance(self.values, str):
            raise TypeError(f"expected a list of values, got the one string {shorten(repr(self.values))}")
        object.__setattr__(self, "values", frozenset(self.values))
        wrong = [value for value in self.values if not (isinstance(value, str) and _is_digits(value))]
        if wrong or not self.values:
            got = shorten(repr(wrong[0])) if wrong else "none"
            raise FieldError(f"expected values that are strings of digits, got {got}; give at least one, such as '042'")

    @cached_property
    def prefixes(self) -> frozenset[tuple[int, str]]:
        """What values begin with, each with the length of that value."""
        return frozenset((len(value), value[:i]) for value in self.values for i in range(len(value) + 1))

    def start(self, length: int) -> State | None:
        return "" if (length, "") in self.prefixes else None

    def step(self, state: Any, digit: int, _place: int, length: int) -> State | None:
        longer = f"{state}{digit}"
        return longer if (length, longer) in self.prefixes else None

    def accepts(self, state: State) -> bool:
        return state in self.values


def as_rule(rule: str | Rule) -> Rule:
    """Return the rule that a text names, or the rule itself.

    Raises:
        FieldError: the text names none.
        TypeError: it is something else.
    """
    if isinstance(rule, str):
        return parse_rule(rule)
    if isinstance(rule, type) or not isinstance(rule, Rule):
        raise TypeError(
            f"expected a rule such as 'length=6' or Length(6, 6), got {shorten(repr(rule))}; "
            "several are given one by one: choose('length=6', 'checksum=luhn')"
        )
    return rule


def parse_rule(text: str, *, one_of: str = "FILE") -> Rule:
    """Return the rule that ``text`` names: length=6, length=4-6, range=1-31, checksum=luhn, one-of=FILE.

    ``one_of`` is what an error says that stands for FILE, where ``text`` comes from somebody who names no file.

    Raises:
        FieldError: it names none, or its file cannot be read.
    """
    name, _, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if name == "checksum" and value in CHECKSUMS:
        return Checksum(value)
    if name == "one-of" and value:
        return OneOf(_read_values(Path(value)))
    bounds = _bounds(value)
    if name in ("length", "range") and bounds:
        return Length(*bounds) if name == "length" else Range(*bounds)
    raise FieldError(
        f"expected length=6, length=4-6, range=1-31, checksum={_ONE_CHECKSUM}, or one-of={one_of}; "
        f"got {shorten(repr(text))}; give one of these"
    )


def _check_bounds(low: object, high: object) -> None:
    if not (isinstance(low, int) and isinstance(high, int)):
        kinds = f"{type(low).__name__} and {type(high).__name__}"
        raise TypeError(f"expected whole numbers as bounds, got {kinds}; give the least and the most")
    if max(abs(low), abs(high)) >= 10**MOST_FIGURES:  # Python does not print the longest ones
        raise FieldError(f"expected bounds of at most {MOST_FIGURES} figures, got more; give what fits on a line")
    if not 0 <= low <= high:
        raise FieldError(f"expected bounds from 0 on, got {low} and {high}; give the least and then the most")


def _is_digits(text: str) -> bool:
    return text.isdecimal() and text.isascii()


def _bounds(text: str) -> tuple[int, int] | None:
    first, dash, last = text.partition("-")
    if not _is_digits(first) or (dash and not _is_digits(last)):
        return None
    if max(len(first), len(last)) > MOST_FIGURES:
        return None
    low, high = int(first), int(last or first)
    return (low, high) if low <= high else None


def _read_values(path: Path) -> list[str]:
    """Return a value a line; spaces, dots and dashes inside are for people, and what follows a # is a comment."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()  # Windows programs begin files with a mark
    except (OSError, UnicodeDecodeError) as error:
        problem = getattr(error, "strerror", None) or error
        raise FieldError(f"expected a text file with one value a line, got {path}: {problem}; name another") from error
    values = [line.partition("#")[0].translate(str.maketrans("", "", " \t.-")) for line in lines]
    for number, value in enumerate(values, 1):
        if value and not _is_digits(value):
            raise FieldError(
                f"expected digits, got {shorten(repr(value))} in line {number} of {path}; mend the line or comment it"
            )
    if not any(values):
        raise FieldError(f"expected one value a line, got none in {path}; name another file")
    return [value for value in values if value]
