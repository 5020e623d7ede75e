"""The search through all ways to see a line, against trying every way and every value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache, reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import digits
from digits.reading.fields.rules import Checksum, Length, Range, Rule
from digits.reading.result import Box, Digit, Doubt, Line

BOX = Box(0, 0, 10, 20)


def make_digit(probabilities: np.ndarray) -> Digit:
    value = int(probabilities.argmax())
    return Digit(value, float(probabilities[value]), tuple(probabilities.tolist()), BOX)


def sure(character: str, p: float = 0.999) -> Digit:
    return make_digit(np.array([p if digit == int(character) else (1 - p) / 9 for digit in range(10)]))


def line_of(text: str, *doubts: Doubt) -> Line:
    return Line(tuple(sure(character) for character in text), BOX, doubts=doubts)


def test_a_digit_that_may_be_none_is_left_out_where_only_that_is_valid() -> None:
    line = line_of("1234", Doubt(2, 3, (), 0.1))
    assert line.choose(Length(3, 3)).value == "124"
    assert line.choose(Length(3, 4)).value == "1234"
    assert line.choose(Length(3, 3)).valid == pytest.approx(0.1 / 1.1, rel=1e-3)


def test_two_pieces_are_one_digit_where_only_that_is_valid() -> None:
    line = line_of("5113", Doubt(1, 3, (sure("4"),), 0.05))
    assert line.choose(Length(3, 3)).value == "543"


def test_one_is_two_where_only_that_is_valid() -> None:
    line = line_of("68", Doubt(1, 2, (sure("3"), sure("1")), 0.05))
    assert line.choose(Length(3, 3)).value == "631"


def test_what_is_too_unlikely_has_no_value() -> None:
    field = line_of("1234", Doubt(2, 3, (), 0.004)).choose(Length(3, 3))
    assert (field.value, field.reason) == (None, "no valid value has 4 digits")


def test_rules_are_texts_as_on_the_command_line_or_objects_and_hold_together() -> None:
    line = line_of("4111111111111111", Doubt(0, 1, (), 0.1))
    chosen = line.choose("length=16", "checksum=luhn")
    assert chosen == line.choose(digits.Length(16, 16), digits.Checksum("luhn"))
    assert (chosen.value, chosen.text) == ("4111111111111111", "4111111111111111")
    assert isinstance(chosen, digits.FieldValue)


def test_a_line_without_a_valid_value_has_a_reason_and_a_question_mark() -> None:
    chosen = line_of("99").choose("range=1-31")
    assert (chosen.value, chosen.text, chosen.reason) == (None, "?", "what is written breaks the rules")


class Even:
    """A rule of one's own: an even number."""

    def start(self, length: int) -> int | None:
        return 1 if length else None

    def step(self, _state: object, digit: int, _place: int, _length: int) -> int:
        return digit % 2

    def accepts(self, state: object) -> bool:
        return state == 0


def test_a_rule_may_be_ones_own() -> None:
    doubtful = make_digit(np.array([0, 0, 0.3, 0.7, 0, 0, 0, 0, 0, 0]))
    line = Line((sure("1"), doubtful), BOX)
    assert line.choose(Even()).value == "12"


@pytest.mark.parametrize("rule", ["size=3", "length=3-2"])
def test_a_text_that_is_no_rule_is_a_field_error_and_so_a_value_error(rule: str) -> None:
    with pytest.raises(digits.FieldError, match="expected length=6") as caught:
        line_of("12").choose(rule)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("rule", [6, None, ["length=6"], Length])
def test_what_is_neither_text_nor_rule_is_a_type_error(rule: Any) -> None:
    with pytest.raises(TypeError, match=r"expected a rule such as 'length=6' .* one by one"):
        line_of("12").choose(rule)


@cache
def which_are_valid(is_valid: Callable[[str], bool], length: int) -> np.ndarray:
    """Whether each text of this length is valid; a text's place is the number that it says."""
    return np.array([is_valid(f"{number:0{length}}") for number in range(10**length)])


def every_way(line: Line, first: int = 0) -> list[tuple[list[Digit], float]]:
    """Return all ways to see the line from digit ``first`` on, with their odds."""
    if first == len(line.digits):
        return [([], 1.0)]
    here = [((line.digits[first],), first + 1, 1.0)]
    here += [(doubt.instead, doubt.last, doubt.odds) for doubt in line.doubts if doubt.first == first]
    return [([*digits, *rest], odds * more) for digits, last, odds in here for rest, more in every_way(line, last)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rules", "is_valid"),
    [
        ([Length(2, 3)], lambda text: 2 <= len(text) <= 3),
        ([Range(17, 842)], lambda text: bool(text) and 17 <= int(text) <= 842),
        ([Checksum("mod97"), Length(3, 3)], lambda text: len(text) == 3 and int(text) % 97 == 1),
    ],
    ids=["length", "range", "mod97"],
)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_search_finds_what_trying_everything_finds(rules: list[Rule], is_valid, seed: int) -> None:
    random = np.random.default_rng(seed)
    some = [make_digit(random.dirichlet(np.full(10, 0.3))) for _ in range(7)]
    doubts = Doubt(0, 1, (), 0.4), Doubt(1, 3, (some[3],), 0.7), Doubt(2, 3, (some[4], some[5]), 0.2)
    line = Line(tuple(some[:3]), BOX, doubts=doubts)
    every: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(1))  # by length, the odds of each text
    for written, odds in every_way(line):
        probabilities = [np.array(digit.probabilities) for digit in written]
        every[len(written)] = every[len(written)] + odds * reduce(np.multiply.outer, probabilities).ravel()
    valid = {length: odds * which_are_valid(is_valid, length) for length, odds in every.items()}
    of_valid, of_all = (sum(float(odds.sum()) for odds in one.values()) for one in (valid, every))
    chosen = line.choose(*rules)
    assert chosen.valid == pytest.approx(of_valid / of_all, abs=1e-4)
    if chosen.valid >= 0.01:
        value, confidence = chosen.candidates[0]
        odds_of_value = valid[len(value)][int(value)]
        assert confidence == pytest.approx(odds_of_value / of_valid, rel=0.05)
        assert odds_of_value >= 0.95 * max(float(odds.max()) for odds in valid.values())
