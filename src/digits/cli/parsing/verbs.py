"""The group of verbs, in a fixed order; if a file's name looks like an option, the error says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


class Verbs(click.Group):
    """Lists the commands in the given order, which puts the first to try first."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        arguments = [str(argument) for argument in ctx.args]
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            name = next((one for one in arguments if one.startswith(error.option_name) and _is_a_file(one)), "")
            if name and error.ctx is not None:
                hint = f"{error.message.rstrip('.')}; {name} looks like a file: give the options first, then --, "
                hint += f"then the files: {error.ctx.command_path} -- {name}"
                raise click.NoSuchOption(error.option_name, hint, error.possibilities, error.ctx) from error
            raise


def _is_a_file(argument: str) -> bool:
    try:
        return bool(Path(argument).suffix) or Path(argument).exists()
    except OSError:  # a name too long for a file
        return False
