"""A function's signature is what the shell offers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from click.testing import CliRunner, Result

from digits.cli.parsing.command import Argument, Option, make_command

called: dict[str, Any] = {}


def verb(
    sources: Annotated[list[str], Argument(metavar="SRC...", help="What is read.")],
    kind: Annotated[Literal["a", "b"], Option("--kind-name", "-k", help="Which kind.", aliases={"bee": "b"})],
    place: Annotated[Path | None, Option(file_okay=False, help="A folder.")] = None,
    rules: Annotated[list[str] | None, Option("--rule", help="Several may be given.")] = None,
    count: Annotated[int, Option(min=1, max=9, help="How many.")] = 3,
    is_loud: Annotated[bool, Option("--loud", help="Say more.")] = False,
) -> None:
    """Do a thing."""
    called.clear()
    called.update(locals())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(make_command(verb), arguments)


def test_values_arrive_in_the_types_of_the_signature() -> None:
    arguments = ("one", "two", "-k", "b", "--place", "there", "--rule", "x", "--rule", "y", "--count", "9", "--loud")
    assert run(*arguments).exit_code == 0
    assert called == {
        "sources": ["one", "two"],
        "kind": "b",
        "place": Path("there"),
        "rules": ["x", "y"],
        "count": 9,
        "is_loud": True,
    }


def test_what_is_not_given_is_the_default_of_the_signature() -> None:
    assert run("one", "--kind-name", "a").exit_code == 0
    assert called == {"sources": ["one"], "kind": "a", "place": None, "rules": None, "count": 3, "is_loud": False}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-k", "a"), "SRC"),
        (("one",), "--kind-name"),
        (("one", "-k", "c"), "'a', 'b'"),
        (("one", "-k", "a", "--count", "0"), "1<=x<=9"),
        (("one", "-k", "a", "--place", __file__), "is a file"),
    ],
)
def test_wrong_use_exits_2_and_names_what_is_wrong(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("typed", ["b", "B", ".b", "bee", "Bee", "b-ee"])
def test_a_choice_is_known_however_it_is_spelled_and_by_its_aliases(typed: str) -> None:
    assert run("one", "-k", typed).exit_code == 0
    assert called["kind"] == "b"


def test_help_explains_arguments_and_options_once_each() -> None:
    shown = run("--help").output
    assert shown.startswith("Usage: verb [OPTIONS] SRC...\n\n  Do a thing.")
    assert "  SRC...  What is read.  [required]" in shown
    assert "[default: 3; 1<=x<=9]" in shown
    for text in ("What is read.", "Which kind.", "A folder.", "Several may be given.", "How many.", "Say more."):
        assert shown.count(text) == 1


def test_a_call_loads_nothing_that_only_converts_options() -> None:
    """typer from 0.29 loads pydantic for that, which takes longer than reading a small picture."""
    code = (
        "import sys, digits.cli\n"
        "try: digits.cli.app(['data', '--help'])\n"
        "finally: assert not {'typer', 'pydantic', 'rich', 'numpy'} & set(sys.modules), sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
