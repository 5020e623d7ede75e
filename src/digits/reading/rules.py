"""What a field may contain goes in with what was read; the most likely value that may stand there comes out.

A rule is a small automaton over the digits from left to right, so the search is exact: of all valid values the most
probable one, and how probable each is given that one of them was written (Viterbi and forward sums over the product of
the automata). Luhn: ISO/IEC 7812-1; mod97: ISO 7064 MOD 97-10, the remainder 1; ean13: GS1 General Specifications.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from digits.errors import FieldError
from digits.reading.result import Line

State = Hashable
# So many of the most likely valid values are kept.
CANDIDATES = 3
# Below this chance that a valid value was written at all, there is none; below that confidence it is not vouched for.
LEAST_VALID, LEAST_CONFIDENCE = 0.01, 0.5
# Digits less likely than this are not followed; the network is never so sure.
LEAST_PROBABILITY = 1e-7


class Rule(Protocol):
    """An automaton that reads ``length`` digits."""

    def start(self, length: int) -> State | None:
        """Return the first state; None where no value of ``length`` digits is valid."""

    def step(self, state: State, digit: int, place: int, length: int, /) -> State | None:
        """Return the state after ``digit`` at ``place`` (from 0); None where no valid value goes on like this."""

    def accepts(self, state: State, /) -> bool:
        """Tell whether a value may end here."""


@dataclass(frozen=True)
class Length:
    """``fewest`` to ``most`` digits, both included."""

    fewest: int
    most: int

    def start(self, length: int) -> State | None:
        return 0 if self.fewest <= length <= self.most else None

    def step(self, state: State, _digit: int, _place: int, _length: int) -> State | None:
        return state

    def accepts(self, _state: State) -> bool:
        return True


@dataclass(frozen=True)
class Range:
    """A whole number from ``low`` to ``high``, both included; leading zeros do not count."""

    low: int
    high: int

    def start(self, length: int) -> State | None:
        return (True, True) if self.low < 10**length else None  # so far equal to the low, to the high bound

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
    """A closed list of values, each a string of digits."""

    values: frozenset[str]
    prefixes: frozenset[tuple[int, str]]  # with the length of the value they begin

    @classmethod
    def of(cls, values: Iterable[str]) -> OneOf:
        kept = frozenset(values)
        return cls(kept, frozenset((len(value), value[:i]) for value in kept for i in range(len(value) + 1)))

    def start(self, length: int) -> State | None:
        return "" if (length, "") in self.prefixes else None

    def step(self, state: Any, digit: int, _place: int, length: int) -> State | None:
        longer = f"{state}{digit}"
        return longer if (length, longer) in self.prefixes else None

    def accepts(self, state: State) -> bool:
        return state in self.values


@dataclass(frozen=True)
class FieldValue:
    """The most likely valid value of one line.

    ``value`` is its digits, or None, and then ``reason`` says why; ``confidence`` its probability given that the line
    holds a valid value; ``valid`` the probability of that; ``candidates`` the most likely valid values, best first.
    """

    value: str | None
    confidence: float
    valid: float
    candidates: tuple[tuple[str, float], ...]
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "confidence": self.confidence,
            "valid": self.valid,
            "candidates": [{"value": value, "confidence": confidence} for value, confidence in self.candidates],
            "reason": self.reason,
        }


def choose_value(line: Line, rules: Sequence[Rule]) -> FieldValue:
    """Return the most likely valid value of a line of a reading; its groups are read as one."""
    return choose([digit.probabilities for digit in line.digits], rules)


def choose(probabilities: Sequence[Sequence[float]], rules: Sequence[Rule]) -> FieldValue:
    """Return the most likely value that all ``rules`` allow.

    Args:
        probabilities: for each digit from left to right, ten numbers that sum to 1.
        rules: what the field may contain.
    """
    length = len(probabilities)
    starts = tuple(rule.start(length) for rule in rules)
    if None in starts:
        return FieldValue(None, 0.0, 0.0, (), f"no valid value has {length} digits")
    best, mass = _search(probabilities, rules, starts)
    if mass < LEAST_VALID:
        reason = "what is written breaks the rules" if best else "no valid value is anywhere near"
        return FieldValue(None, 0.0, mass, _confident(best, mass), reason)
    candidates = _confident(best, mass)
    value, confidence = candidates[0]
    if confidence < LEAST_CONFIDENCE:
        reason = "ambiguous: " + " or ".join(value for value, _ in candidates[:2])
        return FieldValue(None, confidence, mass, candidates, reason)
    return FieldValue(value, confidence, mass, candidates)


def _search(
    probabilities: Sequence[Sequence[float]], rules: Sequence[Rule], starts: tuple[State | None, ...]
) -> tuple[list[tuple[float, str]], float]:
    """Return the best valid values as (log probability, digits), and the probability of all valid ones together."""
    length = len(probabilities)
    beams: Mapping[tuple[State | None, ...], list[tuple[float, str]]] = {starts: [(0.0, "")]}
    masses: Mapping[tuple[State | None, ...], float] = {starts: 1.0}
    for place, row in enumerate(probabilities):
        next_beams: dict[tuple[State | None, ...], list[tuple[float, str]]] = defaultdict(list)
        next_masses: dict[tuple[State | None, ...], float] = defaultdict(float)
        likely = [(digit, p) for digit, p in enumerate(row) if p >= LEAST_PROBABILITY]
        for states, beam in beams.items():
            for digit, p in likely:
                after = tuple(r.step(s, digit, place, length) for r, s in zip(rules, states, strict=True))
                if None not in after:
                    next_beams[after] += [(score + math.log(p), f"{text}{digit}") for score, text in beam]
                    next_masses[after] += masses[states] * p
        beams = {states: sorted(beam, reverse=True)[:CANDIDATES] for states, beam in next_beams.items()}
        masses = next_masses
    ends = [s for s in beams if all(rule.accepts(state) for rule, state in zip(rules, s, strict=True))]
    best = sorted((item for states in ends for item in beams[states]), reverse=True)[:CANDIDATES]
    return best, sum(masses[states] for states in ends)


def _confident(best: Sequence[tuple[float, str]], mass: float) -> tuple[tuple[str, float], ...]:
    return tuple((text, min(1.0, math.exp(score) / mass)) for score, text in best)


def parse_rule(text: str) -> Rule:
    """Return the rule that ``text`` names: length=6, length=4-6, range=1-31, checksum=luhn, one-of=FILE.

    Raises:
        FieldError: it names none, or its file cannot be read.
    """
    name, _, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if name == "checksum" and value in ("luhn", "mod97", "ean13"):
        return Checksum(value)
    if name == "one-of" and value:
        return OneOf.of(_read_values(Path(value)))
    bounds = _bounds(value)
    if name in ("length", "range") and bounds:
        return Length(*bounds) if name == "length" else Range(*bounds)
    raise FieldError(
        f"expected length=6, length=4-6, range=1-31, checksum=luhn, mod97 or ean13, or one-of=FILE; got {text!r}; "
        "give one of these"
    )


def _bounds(text: str) -> tuple[int, int] | None:
    first, dash, last = text.partition("-")
    if not (first.isdecimal() and first.isascii()) or (dash and not (last.isdecimal() and last.isascii())):
        return None
    low, high = int(first), int(last or first)
    return (low, high) if low <= high else None


def _read_values(path: Path) -> list[str]:
    """Return a value a line; spaces, dots and dashes inside are for people, and what follows a # is a comment."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FieldError(f"expected a text file with one value a line, got {path}: {error}; name another") from error
    values = [line.partition("#")[0].translate(str.maketrans("", "", " \t.-")) for line in lines]
    for number, value in enumerate(values, 1):
        if value and not (value.isdecimal() and value.isascii()):
            raise FieldError(f"expected digits, got {value!r} in line {number} of {path}; mend the line or comment it")
    if not any(values):
        raise FieldError(f"expected one value a line, got none in {path}; name another file")
    return [value for value in values if value]
