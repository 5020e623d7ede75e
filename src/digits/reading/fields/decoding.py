"""What was seen on a line goes in with what its field may contain; the likeliest value that may stand there comes out.

Of all valid values, in all the ways the line may be seen, the most probable one is found, and how probable each is
given that one of them was written: Viterbi and forward sums over the product of the line's ways with the rules'
automata. Seen in one way alone the search is exact; a value that comes about in several may lose what little falls out
of the ``KEPT`` best on the way.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from digits.reading.fields.rules import Rule, State

# So many of the most likely valid values are told, and kept on the way.
CANDIDATES, KEPT = 3, 8
# Below this chance that a valid value was written at all, there is none; below that confidence it is not vouched for.
LEAST_VALID, LEAST_CONFIDENCE = 0.01, 0.5
# Digits less likely than this are not followed; the network is never so sure.
LEAST_PROBABILITY = 1e-6
# So many lengths are looked at, the likeliest that the rules allow.
MOST_LENGTHS = 3

States = tuple[State | None, ...]
# Logarithm of the probability, and digits; the most likely first.
Beam = list[tuple[float, str]]


@dataclass(frozen=True)
class FieldValue:
    """The most likely valid value of one line.

    ``value`` is its digits, or None, and then ``reason`` says why; ``confidence`` its probability given that the line
    holds a valid value; ``valid`` the probability of that; ``candidates`` the most likely valid values, each with its
    confidence, best first.
    """

    value: str | None
    confidence: float
    valid: float
    candidates: tuple[tuple[str, float], ...]
    reason: str | None = None

    @property
    def text(self) -> str:
        """The value, or a question mark where there is none."""
        return self.value or "?"

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "confidence": self.confidence,
            "valid": self.valid,
            "candidates": [{"value": value, "confidence": confidence} for value, confidence in self.candidates],
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Way:
    """One way to see a line from the gap before digit ``first`` to that before ``last``: the probabilities of each
    digit that stands there, and how likely it is beside the way that was read."""

    first: int
    last: int
    rows: tuple[Sequence[float], ...]
    odds: float = 1.0


def choose(probabilities: Sequence[Sequence[float]], rules: Sequence[Rule], others: Sequence[Way] = ()) -> FieldValue:
    """Return the most likely value that all ``rules`` allow.

    Args:
        probabilities: for each digit that was read, from left to right, ten numbers that sum to 1.
        rules: what the field may contain.
        others: the other ways to see stretches of these digits.
    """
    end = len(probabilities)
    ways = [*(Way(k, k + 1, (row,)) for k, row in enumerate(probabilities)), *others]
    lengths = _lengths(end, ways)
    total = sum(lengths.values())
    starts = {length: tuple(rule.start(length) for rule in rules) for length in lengths}
    allowed = sorted((length for length in lengths if None not in starts[length]), key=lambda each: -lengths[each])
    found: Beam = []
    mass = 0.0
    for length in allowed[:MOST_LENGTHS]:
        best, part = _search(end, ways, rules, starts[length], length)
        found += [(score - math.log(total), text) for score, text in best]
        mass += part / total
    candidates = _confident(_best(found)[:CANDIDATES], mass)
    if mass < LEAST_VALID:
        if None in (rule.start(end) for rule in rules):
            reason = f"no valid value has {end} digits"
        else:
            reason = "what is written breaks the rules" if candidates else "no valid value is anywhere near"
        return FieldValue(None, 0.0, mass, candidates, reason)
    value, confidence = candidates[0]
    if confidence < LEAST_CONFIDENCE:
        reason = "ambiguous: " + " or ".join(value for value, _ in candidates[:2])
        return FieldValue(None, confidence, mass, candidates, reason)
    return FieldValue(value, confidence, mass, candidates)


def _lengths(end: int, ways: Sequence[Way]) -> dict[int, float]:
    """Return the odds that so many digits stand there, by their number."""
    sums: list[dict[int, float]] = [defaultdict(float) for _ in range(end + 1)]
    sums[0][0] = 1.0
    for way in sorted(ways, key=lambda way: way.first):
        for length, weight in sums[way.first].items():
            sums[way.last][length + len(way.rows)] += weight * way.odds
    return dict(sums[end])


def _search(end: int, ways: Sequence[Way], rules: Sequence[Rule], starts: States, length: int) -> tuple[Beam, float]:
    """Return the best valid values of ``length`` digits, and the odds of all of them together."""
    beams: list[dict[tuple[int, States], Beam]] = [defaultdict(list) for _ in range(end + 1)]
    masses: list[dict[tuple[int, States], float]] = [defaultdict(float) for _ in range(end + 1)]
    beams[0][0, starts] = [(0.0, "")]
    masses[0][0, starts] = 1.0
    for way in sorted(ways, key=lambda way: way.first):
        for (place, states), mass in masses[way.first].items():
            beam = beams[way.first][place, states] = _best(beams[way.first][place, states])
            for after, digits, p in _through(way, rules, states, place, length):
                key, weight = (place + len(digits), after), p * way.odds
                further = math.log(weight)
                beams[way.last][key] += [(score + further, text + digits) for score, text in beam]
                masses[way.last][key] += mass * weight
    ends = [
        key
        for key in masses[end]
        if key[0] == length and all(rule.accepts(state) for rule, state in zip(rules, key[1], strict=True))
    ]
    return _best([item for key in ends for item in beams[end][key]]), sum(masses[end][key] for key in ends)


def _through(
    way: Way, rules: Sequence[Rule], states: States, place: int, length: int
) -> list[tuple[States, str, float]]:
    """Return the states after the digits of ``way``, these digits, and their probability."""
    found = [(states, "", 1.0)] if place + len(way.rows) <= length else []
    for number, row in enumerate(way.rows):
        likely = [(digit, p) for digit, p in enumerate(row) if p >= LEAST_PROBABILITY]
        further = []
        for before, digits, so_far in found:
            for digit, p in likely:
                after = tuple(
                    rule.step(state, digit, place + number, length) for rule, state in zip(rules, before, strict=True)
                )
                if None not in after:
                    further.append((after, f"{digits}{digit}", so_far * p))
        found = further
    return found


def _best(beam: Beam) -> Beam:
    """Return the most likely texts; one that comes about in several ways counts once, with the sum."""
    if len(beam) <= 1:
        return beam
    sums: dict[str, float] = {}
    for score, text in beam:
        known = sums.get(text)
        sums[text] = score if known is None else max(score, known) + math.log1p(math.exp(-abs(score - known)))
    return nlargest(KEPT, ((score, text) for text, score in sums.items()))


def _confident(best: Sequence[tuple[float, str]], mass: float) -> tuple[tuple[str, float], ...]:
    return tuple((text, min(1.0, math.exp(score) / mass)) for score, text in best)
