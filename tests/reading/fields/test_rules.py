"""The exact search against trying every value, and each rule against numbers known to be valid."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.errors import FieldError
from digits.reading.fields.decoding import choose
from digits.reading.fields.rules import Checksum, Length, OneOf, Range, Rule, parse_rule

RULES: list[list[Rule]] = [
    [Range(17, 842)],
    [Checksum("luhn")],
    [Checksum("mod97")],
    [OneOf(["007", "911", "12", "1234", "918"])],
    [Range(0, 500), Checksum("luhn")],
]


def sure(text: str, *, p: float = 0.999) -> list[list[float]]:
    """Return probabilities of someone who reads ``text`` with confidence ``p``."""
    return [[p if digit == int(character) else (1 - p) / 9 for digit in range(10)] for character in text]


def is_valid(text: str, rule: Rule) -> bool:
    """Tell so without the automata."""
    match rule:
        case Length():
            return rule.fewest <= len(text) <= rule.most
        case Range():
            return rule.low <= int(text) <= rule.high
        case OneOf():
            return text in rule.values
        case Checksum(name="mod97"):
            return int(text) % 97 == 1
        case Checksum(name="luhn"):
            odd, even = text[-1::-2], text[-2::-2]
            return sum(map(int, odd + "".join(str(2 * int(c)) for c in even))) % 10 == 0
    raise AssertionError(rule)


# By their places: how a set is written differs from one process to the next.
@pytest.mark.parametrize("rules", RULES, ids=range(len(RULES)))
@given(seed=st.integers(0, 2**32 - 1))
def test_the_search_finds_what_trying_every_value_finds(rules: list[Rule], seed: int) -> None:
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(10), size=3)
    every = {
        "".join(map(str, digits)): math.prod(probabilities[i, digit] for i, digit in enumerate(digits))
        for digits in itertools.product(range(10), repeat=3)
        if all(is_valid("".join(map(str, digits)), rule) for rule in rules)
    }
    chosen = choose(probabilities.tolist(), rules)
    best = max(every, key=every.__getitem__)
    assert chosen.valid == pytest.approx(sum(every.values()), abs=1e-5)
    if chosen.valid >= 0.01:
        assert chosen.candidates[0][0] == best
        assert chosen.candidates[0][1] == pytest.approx(every[best] / sum(every.values()), rel=1e-3)
        assert (chosen.value == best) == (chosen.candidates[0][1] >= 0.5)


@pytest.mark.parametrize(
    ("rule", "valid"),
    [
        ("checksum=luhn", "4111111111111111"),
        ("checksum=luhn", "79927398713"),
        ("checksum=mod97", "3214282912345698765432161182"),  # ISO 13616's example, letters as numbers
        ("checksum=ean13", "4006381333931"),
        ("checksum=ean13", "9780306406157"),
        ("length=4-6", "12345"),
        ("range=1-31", "07"),
        ("range=8-120", "99"),
    ],
)
def test_a_valid_number_stays_and_one_misread_digit_is_mended(rule: str, valid: str) -> None:
    assert choose(sure(valid), [parse_rule(rule)]).value == valid
    if not rule.startswith("checksum"):
        return
    doubtful = sure(valid)
    right, wrong = int(valid[3]), (int(valid[3]) + 4) % 10
    doubtful[3] = [0.0] * 10
    doubtful[3][wrong], doubtful[3][right] = 0.8, 0.2
    mended = choose(doubtful, [parse_rule(rule)])
    assert mended.value == valid
    assert mended.valid == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize(
    ("rule", "invalid", "reason"),
    [
        ("checksum=luhn", "4111111111111112", "breaks the rules"),
        ("checksum=ean13", "400638133393", "12 digits"),
        ("length=6", "12345", "5 digits"),
        ("range=1-31", "99", "breaks the rules"),
        ("range=100-200", "99", "2 digits"),
    ],
)
def test_what_is_clearly_invalid_has_no_value(rule: str, invalid: str, reason: str) -> None:
    chosen = choose(sure(invalid, p=0.99999), [parse_rule(rule)])
    assert chosen.value is None
    assert reason in str(chosen.reason)


def test_two_valid_values_as_likely_are_ambiguous() -> None:
    probabilities = sure("3", p=1.0)
    probabilities[0] = [0, 0.46, 0, 0, 0, 0, 0, 0.46, 0, 0.08]
    chosen = choose(probabilities, [OneOf(["1", "7", "9"])])
    assert chosen.value is None
    assert chosen.reason == "ambiguous: 7 or 1"
    assert chosen.to_dict()["candidates"][0]["confidence"] == pytest.approx(0.46)


def test_a_list_in_a_file_may_have_spaces_and_comments(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    for encoding in ("utf-8", "utf-8-sig"):  # with the mark that Windows programs begin a file with
        file.write_text("12 34  # the shop\n\n56-78\n# closed: 9999\n", encoding=encoding)
        rule = parse_rule(f"one-of={file}")
        assert isinstance(rule, OneOf)
        assert rule.values == {"1234", "5678"}


@pytest.mark.parametrize("text", ["length", "length=a", "length=6-4", "range=-3", "checksum=md5", "size=3", "one-of="])
def test_another_rule_is_an_error_that_names_the_known(text: str) -> None:
    with pytest.raises(FieldError, match="checksum=luhn"):
        parse_rule(text)


@pytest.mark.parametrize(("content", "said"), [(b"12a4\n", "line 1"), (b"\n#\n", "none"), (b"\xff\xfe", "text file")])
def test_a_bad_list_is_an_error(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "codes.txt").write_bytes(content)
    with pytest.raises(FieldError, match=said):
        parse_rule(f"one-of={tmp_path / 'codes.txt'}")
    with pytest.raises(FieldError, match="text file"):
        parse_rule(f"one-of={tmp_path / 'absent.txt'}")


@pytest.mark.parametrize("text", ["length=0-3", "length=0", "range=0-5", "range=0"])
def test_no_digits_are_no_value(text: str) -> None:
    assert choose([], [parse_rule(text)]).value is None


@pytest.mark.parametrize("name", ["length", "range"])
def test_a_bound_of_thousands_of_figures_is_an_error(name: str) -> None:
    with pytest.raises(FieldError, match="expected length=6"):
        parse_rule(f"{name}={'9' * 5000}")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Length(3, 2),
        lambda: Length(-1, 2),
        lambda: Range(5, 4),
        lambda: Range(0, 10**5000),
        lambda: Checksum("md5"),
        lambda: OneOf([]),
        lambda: OneOf(["12", "1a"]),
        lambda: OneOf(["12", ""]),
    ],
)
def test_a_rule_that_makes_no_sense_cannot_be_made(make: Callable[[], Rule]) -> None:
    with pytest.raises(FieldError, match=r"^expected .* got .*; give") as caught:
        make()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("make", [lambda: Length("6", 6), lambda: Range(1.0, 2), lambda: OneOf("123")])
def test_a_rule_of_other_types_is_a_type_error(make: Callable[[], Rule]) -> None:
    with pytest.raises(TypeError, match=r"^expected .* got "):
        make()
