"""The command line: one file per verb, which parses, calls and prints. No logic lives here."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import NoReturn

import click

from digits import __version__
from digits.cli import batch, data, evaluate, export, inspect, report, serve, train
from digits.cli.parsing.command import make_command
from digits.cli.parsing.verbs import Verbs
from digits.cli.read import verb as read
from digits.cli.terminal.exits import FAILED, INTERRUPTED
from digits.errors import LINE_LENGTH, shorten, shorten_words

app = Verbs(
    "digits",
    help="Train, measure and use a small network that reads handwritten digits.",
    epilog='\b\nTab completion in bash: eval "$(_DIGITS_COMPLETE=bash_source digits)"',
    context_settings={"help_option_names": ["-h", "--help"]},
    commands=[
        make_command(train.train, short_help="Train the network and measure it, in a run folder."),
        make_command(evaluate.evaluate, short_help="Measure a model, and show what it gets wrong."),
        make_command(report.report, short_help="Write a run's report.html, or compare several."),
        make_command(inspect.inspect, short_help="Look inside the network."),
        make_command(export.export, short_help="Write the network for another runtime."),
        make_command(read.read, short_help="Read handwritten numbers on photos, scans and PDFs."),
        make_command(batch.batch, short_help="Read folders, archives and buckets into one table."),
        make_command(serve.serve, short_help="Serve a page and an HTTP API."),
        make_command(data.data, short_help="Show the data that digits finds, and check your own."),
    ],
)
click.version_option(__version__, message="digits %(version)s", help="Print the version.")(app)


def main() -> None:
    """Run the command line and exit with 0 for success, 1 for failure, 2 for wrong usage, 130 for interruption.

    ``read`` adds 3 when some pictures could not be read or drawn and, with ``--strict``, 4 when all were read but some
    need a person's eye.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        codecs.register_error("digits", _print_anyway)
        sys.stdout.reconfigure(errors="digits")
    try:
        sys.exit(app.main(standalone_mode=False))
    except click.ClickException as error:  # wrong use
        text = io.StringIO()
        error.show(text)
        click.echo(_shorten_arguments(text.getvalue()), err=True, nl=False)
        sys.exit(error.exit_code)
    except click.Abort as error:  # what click makes of Ctrl-C, and of an EOFError
        if isinstance(error.__cause__, EOFError):
            _fail(error.__cause__)
        _leave("interrupted", INTERRUPTED)
    except Exception as error:  # the last place where a sentence can be made of it
        _fail(error)


def run() -> NoReturn:
    """Be the process ``digits``: ``main``, and after Ctrl-C in a training an end that does not wait for TensorFlow.

    A thread of TensorFlow that fetches images may call Python while Python comes to its end; then both wait for each
    other for ever. All files are closed by then.
    """
    try:
        main()
    except SystemExit as left:
        if left.code == INTERRUPTED and "tensorflow" in sys.modules:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        raise
    sys.exit(0)


def _print_anyway(error: UnicodeError) -> tuple[str | bytes, int]:
    """Print a file name that is not valid text as its bytes; escape characters that the output's encoding lacks."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.backslashreplace_errors(error)


def _shorten_arguments(message: str) -> str:
    """Return a message from click with each argument that it repeats cut to one line."""
    for argument in sys.argv[1:]:
        for typed in (argument, argument.partition("=")[2]):
            for quoted in (typed, repr(typed)[1:-1]):
                if len(quoted) > LINE_LENGTH:
                    message = message.replace(quoted, shorten(quoted))
    return shorten_words(message)


def _fail(error: Exception) -> NoReturn:
    from digits.cli.terminal.failure import describe

    _leave(describe(error), FAILED)


def _leave(message: str, status: int) -> NoReturn:
    from digits.cli.terminal.console import print_error  # rich takes 30 ms, and most calls have no error to print

    print_error(message)
    sys.exit(status)
