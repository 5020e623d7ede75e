"""``digits inspect``: a model and an image in, a look inside the network out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from digits.cli.parsing.command import Argument, Option
from digits.cli.parsing.options import (
    ForceOption,
    InvertOption,
    ModelArgument,
    TestDataOption,
    TransposeOption,
    correction_of,
)

if TYPE_CHECKING:
    from digits.evaluation.inspect.make import Inspection


def inspect(
    model: ModelArgument = None,
    image: Annotated[
        Path | None,
        Argument(help="A picture of one digit, also without RUN_OR_MODEL. Default: the first image of the data."),
    ] = None,
    data: TestDataOption = None,
    transpose: TransposeOption = False,
    invert: InvertOption = False,
    out: Annotated[Path, Option("--out", "-o", file_okay=False, help="The folder for the pictures.")] = Path(
        "inspection"
    ),
    force: ForceOption = False,
    tsne: Annotated[
        bool, Option("--tsne", help="Map the features with t-SNE, which is slower, instead of principal components.")
    ] = False,
    json: Annotated[bool, Option("--json", help="Print the layers as JSON instead of a table.")] = False,
) -> None:
    """Look inside the network: layers and their cost, filters, activations, decisive parts, a map of the digits."""
    from digits.cli.terminal.console import print_json, watched
    from digits.data import load_labelled
    from digits.evaluation.inspect.make import FILES
    from digits.evaluation.inspect.make import inspect as run
    from digits.evaluation.page import require_plotting
    from digits.files import require_free
    from digits.reading.picture.sources import SUFFIXES

    if model and not image and model.suffix.lower() in SUFFIXES and not model.is_dir():
        model, image = None, model  # `digits inspect seven.png`: a model is a folder
    correction = correction_of(data, transpose=transpose, invert=invert)
    require_plotting()
    require_free([out / file for file in FILES], force=force)
    with watched("looking inside, and drawing"):
        inspection = run(model, image, partial(load_labelled, data, correction), out, tsne=tsne)
    if json:
        print_json(inspection.to_dict())
    else:
        _print(inspection)


def _print(inspection: Inspection) -> None:
    from rich import box
    from rich.table import Table

    from digits.cli.terminal.console import out
    from digits.evaluation.wording import floor_percent

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("layer")
    table.add_column("with", style="dim")
    for heading in ("output", "parameters", "MFLOP", "time"):
        table.add_column(heading, justify="right")
    for row in inspection.anatomy.rows:
        shape = "×".join(map(str, row.shape))
        parameters = f"{row.parameters:,}" if row.parameters else "–"
        flop = f"{row.mflop:.3f}" if row.mflop else "–"
        table.add_row(row.name, ", ".join(row.with_it), shape, parameters, flop, f"{row.time_share:.1%}")
    out.print(table)
    out.print(
        "each row counts the layers beside it; norm and features are batch normalization; MFLOP: a million operations",
        soft_wrap=True,
    )
    total = inspection.to_dict()
    out.print(
        f"{total['parameters']:,} parameters, {total['mflop']:.1f} MFLOP an image; times in float32, unfused",
        soft_wrap=True,
    )
    out.print(f"the image is read as {inspection.answer}, {floor_percent(inspection.confidence)} sure")
    out.print(f"files: {', '.join(map(str, inspection.files))}", markup=False, soft_wrap=True)
