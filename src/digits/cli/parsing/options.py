"""Arguments and options that several verbs take, so that they mean and say the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from digits.cli.parsing.command import Argument, Option

if TYPE_CHECKING:
    from digits.data import Correction
    from digits.reading.fields.rules import Rule

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


def correction_of(data: Path | None, *, transpose: bool, invert: bool) -> Correction:
    """Return the correction that --transpose and --invert ask for; without --data they are wrong usage."""
    from digits.data import Correction

    correction = Correction(transpose, invert)
    if correction and data is None:
        raise click.BadParameter("--transpose and --invert need --data: MNIST needs neither")
    return correction
