"""``digits export``: a run or model in, the network in another format out, or a page that runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from digits.cli.parsing.command import Option
from digits.cli.parsing.options import ForceOption, ModelArgument


def export(
    format_name: Annotated[
        Literal["onnx", "litert", "savedmodel", "h5", "keras", "web"],
        Option(
            "--format",
            help="onnx, litert (or tflite), savedmodel, h5, keras, or web: a page to draw on, for any host.",
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
    from digits.cli.terminal.console import out as console
    from digits.cli.terminal.console import print_json, watched
    from digits.model.folder import open_model

    if format_name == "web":
        _export_page(model, out, force=force, as_json=json)
        return

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


def _export_page(model: Path | None, out: Path | None, *, force: bool, as_json: bool) -> None:
    """Write the page to draw on with this network, for which neither Keras nor TensorFlow is needed."""
    from digits.cli.terminal.console import out as console
    from digits.cli.terminal.console import print_json
    from digits.model.folder import open_model
    from digits.serving.static_page import write_static_page

    page = write_static_page(open_model(model), out, force=force)
    if as_json:
        print_json(page.to_dict())
    else:
        told = f"{page.path}: {page.bytes / 1e6:.1f} MB; to look at it: python -m http.server --directory {page.path}"
        console.print(told, markup=False, soft_wrap=True)
