"""In: an annotated function. Out: a click command. Options are declared only in the function's signature.

It uses click alone, because every call pays for the import: from 0.29 on, typer loads pydantic to convert the first
option, which takes longer than reading a small picture.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import click

from digits.cli.parsing.debug import debug_option

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@dataclass(frozen=True)
class Option:
    """An option, as the annotation of a parameter; by default it has the parameter's name.

    ``aliases`` are other names for the choices of a Literal; capitals, dots, dashes and underscores never matter there.
    """

    name: str | None = None
    other: str | None = None  # -o beside --out, in either order
    _: KW_ONLY
    help: str
    aliases: Mapping[str, str] = field(default_factory=dict)
    metavar: str | None = None
    min: float | None = None
    max: float | None = None
    file_okay: bool = True
    dir_okay: bool = True


@dataclass(frozen=True)
class Argument:
    """A positional argument, as the annotation of a parameter; with ``option``, that option gives it as well."""

    _: KW_ONLY
    help: str
    metavar: str | None = None
    option: str | None = None
    are_paths: bool = False  # of texts that may be paths: the shell completes them
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
        made
        for name, parameter in inspect.signature(function).parameters.items()
        for made in _make_parameters(name, hints[name], parameter.default)
    ]
    parameters.append(debug_option())
    return _Command(
        function.__name__, callback=function, params=parameters, help=inspect.getdoc(function), short_help=short_help
    )


class _Argument(click.Argument):
    """An argument with a help text, which click supports only from 8.5 on, and perhaps an equivalent option."""

    explanation: tuple[str, str]
    twin: click.Option | None = None


class _Choice(click.Choice[str]):
    """One of a few names, however it is spelled, or an alias of one."""

    def __init__(self, names: tuple[str, ...], aliases: Mapping[str, str]) -> None:
        super().__init__(names)
        self._known = {_spelling(name): name for name in names} | dict(aliases)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(self._known.get(_spelling(value), value), param, ctx)


class _Command(click.Command):
    """Lists the arguments above the options, and accepts an argument by its option where it has one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse either an argument or its twin option: the option if it is given, else the argument."""
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        twins = [(one, one.twin) for one in self.params if isinstance(one, _Argument) and one.twin]
        absent = [argument if option in given else option for argument, option in twins]
        command = copy(self)
        command.params = [one for one in self.params if one not in absent]
        _, surplus, _ = command.make_parser(ctx).parse_args(list(args))
        for argument, option in twins:
            if argument in absent and surplus and not ctx.resilient_parsing:
                name = argument.explanation[0].removesuffix("...")
                ctx.fail(f"expected either {name} or {option.opts[0]}, which mean the same; got both; leave one out")
        rest = click.Command.parse_args(command, ctx, args)
        for argument, option in twins:
            if argument in absent:
                ctx.params[argument.name or ""] = ctx.params.pop(option.name or "")
        return rest

    def format_arguments(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Do nothing: click calls this only from 8.5 on, so ``format_options`` prints the arguments."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if rows := [one.explanation for one in self.params if isinstance(one, _Argument)]:
            with formatter.section("Arguments"):
                formatter.write_dl(rows)
        super().format_options(ctx, formatter)


def _make_parameters(name: str, hint: Any, default: Any) -> list[click.Parameter]:
    """Return the option, or the argument followed by the option that means the same, if there is one."""
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
    return [_make_option(name, spec, settings, is_many=is_many)]


def _make_option(name: str, spec: Option, settings: dict[str, Any], *, is_many: bool) -> click.Option:
    names = [one for one in (spec.name, spec.other) if one] or ["--" + name.replace("_", "-")]
    settings["show_default"] = settings.get("default") is not None and "is_flag" not in settings
    return click.Option([name, *names], help=spec.help, metavar=spec.metavar, multiple=is_many, **settings)


def _make_argument(name: str, spec: Argument, settings: dict[str, Any], *, is_many: bool) -> list[click.Parameter]:
    called = (spec.metavar or name.upper()).removesuffix("...") + "..." * is_many
    usage, remark = (called, "  [required]") if settings["required"] else (f"[{called}]", "")
    completion = _complete_paths if spec.are_paths else None
    argument = _Argument([name], metavar=usage, nargs=-1 if is_many else 1, shell_complete=completion, **settings)
    argument.explanation = called, spec.help + remark
    if spec.option is None:
        return [argument]
    twin = Option(spec.option, help=f"The same as {called.removesuffix('...')}.")
    argument.twin = _make_option(f"{name}_by_option", twin, settings, is_many=is_many)
    return [argument, argument.twin]


def _complete_paths(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _unwrap(annotated: Any) -> tuple[Any, bool]:
    """Return the type without ``None`` and without ``list``, and whether there was a list."""
    if get_origin(annotated) is not Literal and NoneType in get_args(annotated):
        (annotated,) = (one for one in get_args(annotated) if one is not NoneType)
    if get_origin(annotated) is list:
        return get_args(annotated)[0], True
    return annotated, False


def _spelling(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _make_type(kind: Any, spec: Option | Argument) -> Any:
    if get_origin(kind) is Literal:
        return _Choice(get_args(kind), spec.aliases if isinstance(spec, Option) else {})
    if kind is Path:
        return click.Path(path_type=Path, file_okay=spec.file_okay, dir_okay=spec.dir_okay)
    if spec.min is not None or spec.max is not None:
        make: Any = click.IntRange if kind is int else click.FloatRange
        return make(spec.min, spec.max)
    return kind
