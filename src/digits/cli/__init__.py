"""The command line: one file per verb, which parses, calls and prints. No logic lives here."""

from __future__ import annotations

import codecs
import sys
from io import TextIOWrapper
from typing import NoReturn

import typer

from digits.cli import data, evaluate, export, inspect, read, report, train
from digits.cli.exits import FAILED, INTERRUPTED
from digits.errors import DigitsError

app = typer.Typer(
    name="digits",
    help="Train, measure and use a small network that reads handwritten digits.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help in boxes takes twice as long to come
)
app.command("train", short_help="Train the network and measure it, in a run folder.")(train.train)
app.command("evaluate", short_help="Measure a model, and show what it gets wrong.")(evaluate.evaluate)
app.command("report", short_help="Write a run's report.html, or compare several.")(report.report)
app.command("inspect", short_help="Look inside the network.")(inspect.inspect)
app.command("export", short_help="Write the network for another runtime.")(export.export)
app.command("read", short_help="Read handwritten numbers on photos, scans and PDFs.")(read.read)
app.command("data", short_help="Show what data is found, and check your own.")(data.data)


def _print_version(wanted: bool) -> None:
    if wanted:
        from digits import __version__

        typer.echo(f"digits {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),
) -> None:
    pass


def main() -> None:
    """Run the command line and leave with its exit status: 0 well, 1 failed, 2 wrong use, 130 interrupted.

    ``read`` adds 3, some pictures could not be read, and 4, all were read but some digits need a person's eye.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        codecs.register_error("digits", _print_anyway)
        sys.stdout.reconfigure(errors="digits")
    try:
        app()
    except DigitsError as error:
        _leave(str(error), FAILED)
    except OSError as error:
        _leave(
            f"{error.strerror or error}: {error.filename or 'a file'}; check the path, its rights and free space",
            FAILED,
        )
    except KeyboardInterrupt:
        _leave("interrupted", INTERRUPTED)


def _print_anyway(error: UnicodeError) -> tuple[str | bytes, int]:
    """Print the name of a file as it is where it is no text, and escape what the output's encoding lacks."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.backslashreplace_errors(error)


def _leave(message: str, status: int) -> NoReturn:
    from digits.cli.console import print_error  # rich takes 30 ms, and most calls have no error to print

    print_error(message)
    sys.exit(status)
