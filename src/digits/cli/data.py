"""``digits data``: finds, fetches, verifies and shows the data to train and measure on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from digits.cli.parsing.command import Option
from digits.cli.parsing.options import ForceOption, InvertOption, TransposeOption, correction_of

if TYPE_CHECKING:
    from digits.data.places import Found


def data(
    data: Annotated[
        Path | None,
        Option(help="mnist.npz, an IDX folder, class folders or a CSV. Default: MNIST, wherever it is found."),
    ] = None,
    transpose: TransposeOption = False,
    invert: InvertOption = False,
    fetch: Annotated[bool, Option("--fetch", help="Download MNIST into the Keras cache, or verify it there.")] = False,
    sheet: Annotated[Path | None, Option(dir_okay=False, help="Draw samples of each digit into this PNG file.")] = None,
    force: ForceOption = False,
    json: Annotated[bool, Option("--json", help="Print one JSON document instead of a table.")] = False,
) -> None:
    """Show which data is found, where digits looked, and whether it is MNIST; --fetch downloads it."""
    from digits.cli.terminal.console import err, print_json, print_notice
    from digits.data.places import search

    correction = correction_of(data, transpose=transpose, invert=invert)
    if sheet is not None:
        _require_place(sheet, force=force)
    if fetch:
        from digits.data.mnist import URL, fetch_mnist

        err.print(f"fetching {URL}", soft_wrap=True)
        path, is_new = fetch_mnist()
        err.print(f"{'downloaded and verified' if is_new else 'already there, verified'}: {path}", soft_wrap=True)
    found = search(data, correction, may_download=False)
    if found.dataset.full_notice:
        print_notice(found.dataset.full_notice)
    if sheet is not None:
        _draw_sheet(found, sheet)
        err.print(f"drawn: {sheet}", soft_wrap=True)
    if json:
        print_json(_document(found, sheet))
    else:
        _print_tables(found)


def _require_place(sheet: Path, *, force: bool) -> None:
    from digits.files import require_free

    if sheet.suffix.lower() != ".png":
        raise click.BadParameter(f"expected a name that ends in .png, because the picture is a PNG; got {sheet.name}")
    require_free([sheet], force=force, option="--sheet")


def _document(found: Found, sheet: Path | None) -> dict[str, Any]:
    return found.dataset.to_dict() | {
        "verified": found.is_verified,
        "per_digit": {name: part.counts.tolist() for name, part in found.dataset.parts.items()},
        "places": [place.to_dict() for place in found.places],
        "sheet": str(sheet) if sheet is not None else None,
    }


def _draw_sheet(found: Found, path: Path) -> None:
    from digits.evaluation.pictures import draw_contact_sheet

    train = found.dataset.train
    title = f"{found.dataset.name}: {len(train):,} training images"
    if found.dataset.notice:
        title += f"\n{found.dataset.notice}"
    draw_contact_sheet(train.images, train.labels, path, title=title)


def _print_tables(found: Found) -> None:
    from rich.table import Table

    from digits.cli.terminal.console import out

    dataset = found.dataset
    verified = (
        "every array matches MNIST's SHA-256" if found.is_verified else "no: these are not the canonical MNIST arrays"
    )
    for name, value in (
        ("name", dataset.name),
        ("source", dataset.source),
        ("verified", verified),
        ("sha256", dataset.sha256),
    ):
        out.print(f"{name:9}{value}", markup=False, soft_wrap=True)
    table = Table("digit", box=None, pad_edge=False)
    for name in dataset.parts:
        table.add_column(name, justify="right")
    for digit in range(10):
        table.add_row(str(digit), *(f"{part.counts[digit]:,}" for part in dataset.parts.values()))
    table.add_row("all", *(f"{len(part):,}" for part in dataset.parts.values()))
    out.print()
    out.print(table)
    out.print("\nlooked in")
    for place in found.places:
        mark = "*" if place.is_used else " "
        out.print(f"{mark} {place.name:15}{place.held}", markup=False, soft_wrap=True)
