"""The command line: one file per verb, which parses, calls and prints. No logic lives here."""

from __future__ import annotations

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
)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("report")(report.report)
app.command("inspect")(inspect.inspect)
app.command("export")(export.export)
app.command("read")(read.read)
app.command("data")(data.data)


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
    if isinstance(sys.stdout, TextIOWrapper):  # a file may have a name that is no text: it is printed as it is
        sys.stdout.reconfigure(errors="surrogateescape")
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


def _leave(message: str, status: int) -> NoReturn:
    from digits.cli.console import print_error  # rich takes 30 ms, and most calls have no error to print

    print_error(message)
    sys.exit(status)
