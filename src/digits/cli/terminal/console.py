"""Where text goes: results to standard output, everything else to standard error. NO_COLOR is respected."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console

from digits.cli.parsing.debug import format_traceback
from digits.errors import shorten_words

# A fixed width off the terminal keeps a redirected table whole; lines are left to whoever reads them to wrap.
out = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=100)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def watched(what: str) -> Iterator[Callable[..., None]]:
    """Show progress; yield the setter of ``completed``, ``total``, ``description``.

    That is a bar on a terminal, and elsewhere one line for each task, when it begins.
    """
    from rich.progress import Progress

    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task, told = bar.add_task(what, total=None), ""

        def show(*, description: str = what, **state: Any) -> None:
            nonlocal told
            bar.update(task, description=description, **state)
            if description != told and not err.is_terminal:
                err.print(f"{description} …", markup=False)
            told = description

        show()
        yield show


def print_json(value: Any) -> None:
    """Print one JSON document to standard output."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def print_error(message: str) -> None:
    """Print one sentence about a failure to standard error; with --debug, print the traceback first."""
    if text := format_traceback():
        err.print(text, markup=False, end="")
    err.print("[bold red]error:[/]", end=" ")
    err.print(shorten_words(message), markup=False)


def print_notice(message: str) -> None:
    """Print one line that must not be overlooked to standard error."""
    err.print("[bold yellow]note:[/]", end=" ")
    err.print(shorten_words(message), markup=False)
