"""``digits serve``: models in, a page and an HTTP API out."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import click

from digits.cli.parsing.command import Option

TOKEN_VARIABLE = "DIGITS_TOKEN"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# What the extra brings, by the names that are imported.
PACKAGES = ("fastapi", "httptools", "prometheus-client", "python-multipart", "uvicorn")


def serve(
    model: Annotated[
        list[str] | None,
        Option(
            metavar="[NAME=]PATH",
            help="A run or model folder, by its own name or by NAME; several may be given, the first is the default. "
            "Default: the shipped model.",
        ),
    ] = None,
    host: Annotated[
        str, Option(help="The address to listen on. 0.0.0.0 stands for all of this machine's.")
    ] = "127.0.0.1",
    port: Annotated[int, Option(min=0, max=65535, help="The port; 0 for any that is free.")] = 8000,
    workers: Annotated[int, Option(min=1, max=256, help="How many processes answer.")] = 1,
    token: Annotated[
        str | None,
        Option(
            help="Ask for this token. Better in $DIGITS_TOKEN: other users of this machine see what a command is given."
        ),
    ] = None,
    max_bytes: Annotated[int, Option(min=1000, help="The longest body of a request.")] = 16_000_000,
    timeout: Annotated[float, Option(min=0.1, metavar="SECONDS", help="The longest time to an answer.")] = 30.0,
    allow_host: Annotated[
        list[str] | None, Option(metavar="NAME", help="Another name that leads here, such as a proxy's.")
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        Option(metavar="ORIGIN", help="A page elsewhere that may ask, as https://example.org. Default: none."),
    ] = None,
) -> None:
    """Serve the page and the HTTP API until Ctrl-C.

    Prints its address when it is ready. The page is at /, the API's documentation at /docs. SIGHUP loads the models
    from their folders again without losing a request.
    """
    from digits.cli.terminal.console import print_notice
    from digits.reading.recognition.network.cores import available_cores
    from digits.serving.process.serve import serve as run
    from digits.serving.settings import Settings

    _require_packages()
    settings = Settings(
        models=_name_models(model or []),
        host=host,
        port=port,
        workers=workers,
        token=token or os.environ.get(TOKEN_VARIABLE) or None,
        allow_hosts=tuple(allow_host or ()),
        allow_origins=tuple(origin.rstrip("/") for origin in allow_origin or ()),
        max_bytes=max_bytes,
        held_bytes=16 * max_bytes,
        timeout_s=timeout,
        cores=max(1, available_cores() // workers),
    )
    if not settings.is_local and settings.token is None:
        print_notice(
            f"whoever reaches port {port} of this machine may send pictures and read the answers; to ask them for a "
            f"token, set {TOKEN_VARIABLE} or give --token"
        )
    run(settings, click.echo)


def _require_packages() -> None:
    from importlib.util import find_spec

    from digits.errors import MissingExtraError

    missing = [name for name in PACKAGES if find_spec(name.replace("-", "_")) is None]
    if missing:
        raise MissingExtraError(", ".join(missing), "digits serve", "serve")


def _name_models(given: list[str]) -> tuple[tuple[str, str | None], ...]:
    """Return name and folder of each model; one without a name is called as its folder, or as the run that holds it."""
    from digits.serving.settings import DEFAULT_NAME

    models: dict[str, str | None] = {}
    for text in given:
        name, equals, folder = text.partition("=")
        if not equals or Path(text).exists():
            path = Path(text).absolute()
            name, folder = (path.parent if path.name == "model" else path).name, text
        if not NAME.fullmatch(name):
            raise click.BadParameter(
                f"expected a model's name of letters, digits, dots, - and _, got {name!r}; give NAME={folder}"
            )
        if name in models:
            raise click.BadParameter(f"expected a name for each model, got {name!r} twice; give NAME={folder}")
        models[name] = folder
    return tuple(models.items()) or ((DEFAULT_NAME, None),)
