"""A message says what arrived, but never more than a line of it."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shell import call

import digits
from digits.data import load_dataset
from digits.errors import (
    LINE_LENGTH,
    DigitsError,
    MissingDecoderError,
    MissingExtraError,
    shorten,
    shorten_words,
)
from digits.experiments.study import parse_seeds
from digits.reading.fields.rules import parse_rule

LONG = "spam-and-" * 700
LONG_WITH_SPACES = "spam and " * 700


@given(st.text(max_size=400))
def test_what_is_quoted_fits_a_line_whatever_it_is(text: str) -> None:
    short = shorten(text)
    assert len(short) <= LINE_LENGTH
    assert short.isprintable()


@given(st.text(st.characters(categories=["L", "N"]), max_size=LINE_LENGTH))
def test_what_fits_is_quoted_as_it_is(text: str) -> None:
    assert shorten(text) == text


def test_what_is_too_long_keeps_its_beginning_and_its_end() -> None:
    short = shorten("/home/" + "x" * 6000 + "/photo.png")
    assert short.startswith("/home/")
    assert short.endswith("/photo.png")
    assert "…" in short


def test_no_word_of_an_error_is_longer_than_a_line() -> None:
    error = DigitsError(f"expected a file at {LONG}; nothing is there; check the path")
    assert max(map(len, str(error).split())) <= LINE_LENGTH
    assert str(error).endswith("; nothing is there; check the path")
    assert shorten_words("short words stay,  with their\nspaces") == "short words stay,  with their\nspaces"


@pytest.mark.parametrize("text", [LONG, LONG_WITH_SPACES])
@pytest.mark.parametrize("ask", [digits.load, load_dataset, parse_rule, parse_seeds])
def test_whoever_is_given_six_thousand_characters_prints_a_line_of_them(ask: object, text: str) -> None:
    with pytest.raises(DigitsError) as caught:
        ask(text)  # type: ignore[operator]
    assert len(str(caught.value)) < 5 * LINE_LENGTH


@pytest.mark.parametrize("arguments", [("read",), ("evaluate",), ("report",), ("inspect",), ("data", "--data")])
def test_the_command_line_prints_no_path_longer_than_a_line(arguments: tuple[str, ...]) -> None:
    done = call(*arguments, LONG)
    assert done.returncode != 0
    assert max(map(len, done.stderr.decode().split())) <= LINE_LENGTH


@pytest.mark.parametrize("kind", [MissingExtraError, MissingDecoderError])
def test_a_missing_extra_is_the_same_in_another_process(kind: type[MissingExtraError]) -> None:
    error = kind("pi-heif", "iPhone pictures", "heic")
    error.add_note("picture 3")
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is kind
    assert str(arrived) == str(error)
    assert arrived.__notes__ == ["picture 3"]
    assert str(copy.copy(arrived)) == str(error)
