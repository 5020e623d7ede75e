"""Arguments and options that several verbs take, so that they mean and say the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from digits.cli.command import Argument, Option

ModelArgument = Annotated[
    Path | None,
    Argument(
        metavar="RUN_OR_MODEL",
        help="A run folder such as runs/latest, or a model folder. Default: the model in this package.",
    ),
]
TestDataOption = Annotated[
    Path | None,
    Option(
        help="mnist.npz, an IDX folder, class folders or a CSV. Default: the MNIST test set, wherever it is found.",
    ),
]
ForceOption = Annotated[bool, Option("--force", help="Replace what is there already.")]
