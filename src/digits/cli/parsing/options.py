"""Arguments and options that several verbs take, so that they mean and say the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from digits.cli.parsing.command import Argument, Option

if TYPE_CHECKING:
    from digits.data import Correction
    from digits.reading.fields.rules import Rule
    from digits.reading.recognition.acceptance import Asked

ModelArgument = Annotated[
    Path | None,
    Argument(
        metavar="RUN_OR_MODEL",
        option="--model",
        help="A run folder such as runs/latest, or a model folder. Default: the model in this package.",
    ),
]
TestDataOption = Annotated[
    Path | None,
    Option(
        help="mnist.npz, an IDX folder, class folders or a CSV. Default: the MNIST test set, wherever it is found.",
    ),
]
RunDataOption = Annotated[
    Path | None,
    Option(
        help="mnist.npz, an IDX folder, class folders or a CSV. Default: the test images of the data that the network "
        "was trained on, if it is your own; else the MNIST test set, wherever it is found.",
    ),
]
AcceptOption = Annotated[
    str | None,
    Option(
        metavar="ACCURACY|agreed",
        help="Answer only where held-out digits as sure are right at least this often, as in 0.999; or, with agreed, "
        "only what both networks name alike. What that costs is told.",
    ),
]
ForceOption = Annotated[bool, Option("--force", help="Replace what is there already.")]
TransposeOption = Annotated[
    bool, Option("--transpose", help="Swap rows and columns of each image in --data, as EMNIST needs.")
]
InvertOption = Annotated[
    bool, Option("--invert", help="Invert each image in --data (255 minus each pixel), for dark ink on light paper.")
]


def parse_rules(field: list[str]) -> list[Rule]:
    """Return the rules that --field asks for; one that cannot be understood is wrong usage."""
    from digits.errors import FieldError
    from digits.reading.fields.rules import parse_rule

    try:
        return [parse_rule(text) for text in field]
    except FieldError as error:
        raise click.BadParameter(str(error), param_hint="--field") from error


def parse_accept(accept: str | None) -> Asked | None:
    """Return what --accept asks for; what is neither an accuracy nor "agreed" is wrong usage."""
    if accept is None:
        return None
    if accept == "agreed":
        return "agreed"
    try:
        share = float(accept)
    except ValueError:
        share = float("nan")
    if not 0 < share < 1:
        raise click.BadParameter(
            f"expected an accuracy between 0 and 1, such as 0.999, or agreed; got {accept!r}", param_hint="--accept"
        )
    return share


def refuse_accept_with_field(accept: str | None, field: list[str] | None) -> None:
    """Rules choose whole values by their own confidence, in which single digits' thresholds have no part."""
    if accept and field:
        raise click.BadParameter("--accept is about single digits, --field chooses whole values; leave one of them out")


def refuse_single_with(*, line: bool, field: bool) -> None:
    """A picture of one digit shows no line, and no value of several digits."""
    if line:
        raise click.BadParameter("a picture shows one digit or one line; give --single or --line, not both")
    if field:
        raise click.BadParameter("--field is for lines of digits; leave --single out")


def correction_of(data: Path | None, *, transpose: bool, invert: bool) -> Correction:
    """Return the correction that --transpose and --invert ask for; without --data they are wrong usage."""
    from digits.data import Correction

    correction = Correction(transpose, invert)
    if correction and data is None:
        raise click.BadParameter("--transpose and --invert need --data: MNIST needs neither")
    return correction
