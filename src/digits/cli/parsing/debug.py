"""The option ``--debug``, which every verb takes and which prints each error with its traceback."""

from __future__ import annotations

import click

_is_on = False


def debug_option() -> click.Option:
    """Return the option for one verb."""
    return click.Option(
        ["--debug"], is_flag=True, expose_value=False, callback=_switch, help="Show the traceback of each error."
    )


def format_traceback() -> str:
    """Return the traceback of the error that is being handled, or nothing without ``--debug``."""
    import sys
    import traceback

    return traceback.format_exc() if _is_on and sys.exception() else ""


def _switch(_ctx: click.Context, _parameter: click.Parameter, is_on: bool) -> None:
    global _is_on  # one process is one command; where tests run several, each call sets it anew
    _is_on = is_on
