"""An annotated function goes in, a click command comes out: the signature is the one place where options are declared.

Click alone, as its import is all that every call pays for: typer from 0.29 loads pydantic to convert the first option,
which takes longer than reading a small picture.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import click


@dataclass(frozen=True)
class Option:
    """An option, annotated on a parameter; without a name it is called as the parameter is."""

    name: str | None = None
    other: str | None = None  # -o beside --out, in either order
    _: KW_ONLY
    help: str
    metavar: str | None = None
    min: float | None = None
    max: float | None = None
    file_okay: bool = True
    dir_okay: bool = True


@dataclass(frozen=True)
class Argument:
    """What is given without a name, annotated on a parameter."""

    _: KW_ONLY
    help: str
    metavar: str | None = None
    min: float | None = None
    max: float | None = None
    file_okay: bool = True
    dir_okay: bool = True


def make_command(function: Callable[..., None], *, short_help: str | None = None) -> click.Command:
    """Return the command that calls ``function``: its docstring is the help, its parameters are the options.

    Each parameter is ``Annotated`` with an Option or an Argument. Its type may be bool, int, float, str, Path, a
    Literal, one of these or None, or a list of them; without a default it is required.
    """
    hints = get_type_hints(function, include_extras=True)
    parameters = [
        _make_parameter(name, hints[name], parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
    ]
    return _Command(
        function.__name__, callback=function, params=parameters, help=inspect.getdoc(function), short_help=short_help
    )


class _Argument(click.Argument):
    """An argument that can be explained; click knows that from 8.5 only."""

    explanation: tuple[str, str]


class _Command(click.Command):
    """Lists the arguments above the options."""

    def format_arguments(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Click from 8.5 calls this as well; it must print once."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if rows := [one.explanation for one in self.params if isinstance(one, _Argument)]:
            with formatter.section("Arguments"):
                formatter.write_dl(rows)
        super().format_options(ctx, formatter)


def _make_parameter(name: str, hint: Any, default: Any) -> click.Parameter:
    annotated, spec = get_args(hint)
    kind, is_many = _unwrap(annotated)
    settings: dict[str, Any] = {"required": default is inspect.Parameter.empty}
    if is_many:
        settings["callback"] = lambda _ctx, _parameter, values: list(values) or default
    elif not settings["required"]:
        settings["default"] = default
    if kind is bool:
        settings["is_flag"] = True
    else:
        settings["type"] = _make_type(kind, spec)
    if isinstance(spec, Argument):
        return _make_argument(name, spec, settings, is_many=is_many)
    names = [one for one in (spec.name, spec.other) if one] or ["--" + name.replace("_", "-")]
    settings["show_default"] = settings.get("default") is not None and kind is not bool
    return click.Option([name, *names], help=spec.help, metavar=spec.metavar, multiple=is_many, **settings)


def _make_argument(name: str, spec: Argument, settings: dict[str, Any], *, is_many: bool) -> _Argument:
    called = (spec.metavar or name.upper()).removesuffix("...") + "..." * is_many
    usage, remark = (called, "  [required]") if settings["required"] else (f"[{called}]", "")
    argument = _Argument([name], metavar=usage, nargs=-1 if is_many else 1, **settings)
    argument.explanation = called, spec.help + remark
    return argument


def _unwrap(annotated: Any) -> tuple[Any, bool]:
    """Return the type without ``None`` and without ``list``, and whether there was a list."""
    if get_origin(annotated) is not Literal and NoneType in get_args(annotated):
        (annotated,) = (one for one in get_args(annotated) if one is not NoneType)
    if get_origin(annotated) is list:
        return get_args(annotated)[0], True
    return annotated, False


def _make_type(kind: Any, spec: Option | Argument) -> Any:
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    if kind is Path:
        return click.Path(path_type=Path, file_okay=spec.file_okay, dir_okay=spec.dir_okay)
    if spec.min is not None or spec.max is not None:
        make: Any = click.IntRange if kind is int else click.FloatRange
        return make(spec.min, spec.max)
    return kind
