"""``digits export``: a run or model in, the network in another format out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from digits.cli.command import Option
from digits.cli.options import ForceOption, ModelArgument


def export(
    format_name: Annotated[
        Literal["onnx", "litert", "savedmodel", "h5", "keras"],
        Option(
            "--format",
            help="onnx, litert (or tflite), savedmodel, h5 or keras.",
            aliases={"tflite": "litert", "tensorflow": "savedmodel", "hdf5": "h5"},
        ),
    ],
    model: ModelArgument = None,
    out: Annotated[
        Path | None, Option("--out", "-o", help="Where to write. Default: CNN_mnist with the format's ending.")
    ] = None,
    force: ForceOption = False,
    json: Annotated[bool, Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Write the network for another runtime, and check that it gives the same answers."""
    from digits.cli.console import out as console
    from digits.cli.console import print_json, watched
    from digits.model.folder import open_model
    from digits.training.export.export import export as export_model

    with watched(f"writing {format_name}, and comparing its answers"):
        exported = export_model(open_model(model), format_name, out, force=force)
    if json:
        print_json(exported.to_dict())
    else:
        console.print(
            f"{exported.path}: agrees with model.onnx within {exported.largest_difference:.1g} "
            f"on {exported.frames} frames",
            markup=False,
            soft_wrap=True,
        )
