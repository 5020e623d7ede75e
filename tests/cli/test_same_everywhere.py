"""What every verb takes alike: help, a model, a place for the output, and the shell's completion."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from digits.cli import app

DIGITS = Path(sys.executable).with_name("digits")
TAKE_A_MODEL = {"evaluate", "report", "inspect", "export", "read", "serve", "batch"}
WRITE_TO_A_PLACE = {"train", "evaluate", "report", "inspect", "export", "batch"}


def options(verb: str) -> set[str]:
    return {name for one in app.commands[verb].params if isinstance(one, click.Option) for name in one.opts}


@pytest.mark.parametrize("verb", [None, *app.commands])
def test_h_is_help(verb: str | None) -> None:
    arguments = [verb] if verb else []
    short, long = (CliRunner().invoke(app, [*arguments, name]) for name in ("-h", "--help"))
    assert (short.exit_code, short.output) == (0, long.output)
    assert short.output.startswith("Usage:")


def test_what_takes_a_model_takes_it_by_name_and_what_writes_takes_o() -> None:
    assert {verb for verb in app.commands if "--model" in options(verb)} == TAKE_A_MODEL
    assert {verb for verb in app.commands if {"--out", "-o"} <= options(verb)} == WRITE_TO_A_PLACE
    assert not [verb for verb in app.commands if ("--out" in options(verb)) != ("-o" in options(verb))]
    assert all("--debug" in options(verb) for verb in app.commands)


@pytest.mark.parametrize("verb", sorted(TAKE_A_MODEL))
def test_the_model_that_is_named_is_opened(verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    needed = {
        "read": ["page.png"],
        "batch": ["in"],
        "export": ["--format", "onnx"],
        "report": ["--out", "new.html"],
        "serve": ["--port", "0"],
    }
    error = CliRunner().invoke(app, [verb, "--model", "absent", *needed.get(verb, [])]).exception
    assert str(error) == "expected a model or run folder at absent; nothing is there; check the path"


@pytest.mark.parametrize("verb", ["evaluate", "report", "inspect", "export"])
def test_a_model_that_is_given_twice_is_wrong_use(verb: str) -> None:
    needed = {"inspect": ["image.png"], "export": ["--format", "onnx"]}
    done = CliRunner().invoke(app, [verb, "runs/a", "--model", "runs/b", *needed.get(verb, [])])
    assert done.exit_code == 2
    assert "--model, which mean the same; got both" in done.stderr


def complete(*words: str) -> list[str]:
    """Return what the shell is told to offer for the last of ``words``, each with its kind."""
    asked = {"_DIGITS_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run([DIGITS], env=os.environ | asked, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["train", "--recipe", ""], ["plain,fast", "plain,spec", "plain,best", "plain,robust", "plain,finetune"]),
        (["export", "--format", "l"], ["plain,litert"]),
        (["export", "--mod"], ["plain,--model"]),
        (["read", ""], ["file,"]),
        (["read", "a.png", "pho"], ["file,pho"]),
        (["evaluate", "ru"], ["file,ru"]),
        (["inspect", "--model", "ru"], ["file,ru"]),
        (["inspect", "--model", "runs/a", "sev"], ["file,sev"]),
        (["evaluate", "-o", "ou"], ["dir,ou"]),
        (["ev"], ["plain,evaluate"]),
    ],
)
def test_the_shell_completes_verbs_recipes_formats_options_and_paths(words: list[str], offered: list[str]) -> None:
    assert complete("digits", *words) == offered


def test_the_line_that_help_shows_switches_completion_on_in_bash() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    (line,) = (line.partition("bash: ")[2] for line in shown.splitlines() if "Tab completion in bash" in line)
    script = f"""{line}
        COMP_WORDS=(digits train --recipe s); COMP_CWORD=3
        _digits_completion digits s --recipe 2> /dev/null  # compopt needs a terminal
        printf '%s\\n' "${{COMPREPLY[@]}}" """
    path = {"PATH": f"{DIGITS.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], env=os.environ | path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["spec"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_too(shell: str) -> None:
    asked = os.environ | {"_DIGITS_COMPLETE": f"{shell}_source"}
    done = subprocess.run([DIGITS], env=asked, capture_output=True, text=True, check=True)
    assert f"_DIGITS_COMPLETE={shell}_complete" in done.stdout
