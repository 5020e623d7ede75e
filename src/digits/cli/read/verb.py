"""``digits read``: pictures in, the numbers on them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from digits.cli.parsing.command import Argument, Option
from digits.cli.parsing.options import (
    AcceptOption,
    ForceOption,
    parse_accept,
    parse_rules,
    refuse_accept_with_field,
    refuse_single_with,
)
from digits.cli.terminal.exits import FAILED, NEEDS_REVIEW, SOME_FAILED

if TYPE_CHECKING:
    from digits.cli.read.output import Output
    from digits.cli.read.page import Page


def read(
    sources: Annotated[
        list[str],
        Argument(
            metavar="SRC...",
            are_paths=True,
            help="Picture or PDF files, folders, globs, data URLs, or - for standard input.",
        ),
    ],
    model: Annotated[
        Path | None,
        Option(help="A run or model folder; its page network has a say too. Default: the shipped model."),
    ] = None,
    page: Annotated[
        int | None, Option(metavar="N", min=1, help="Read this page of each document, counted from 1. Default: all.")
    ] = None,
    single: Annotated[bool, Option("--single", help="Each picture shows one digit: find it, classify it.")] = False,
    line: Annotated[
        bool,
        Option("--line", help="Each picture, or page, shows one line of digits, upright: all of them are in it."),
    ] = False,
    field: Annotated[
        list[str] | None,
        Option(
            metavar="RULE",
            help="What every line may contain: length=6, range=1-31, checksum=luhn|mod97|ean13, one-of=FILE. "
            "The most likely valid value is printed; several rules hold together.",
        ),
    ] = None,
    accept: AcceptOption = None,
    json: Annotated[bool, Option("--json", help="Print one JSON document with every box and confidence.")] = False,
    jsonl: Annotated[bool, Option("--jsonl", help="Print one JSON object a page, as soon as it is read.")] = False,
    csv: Annotated[
        bool,
        Option("--csv", help="Print one row a line of digits, or a cell of a table, with file name and confidence."),
    ] = False,
    table: Annotated[
        bool,
        Option(
            "--table", help="Print a page's ruled table, or boxes in a row, as CSV: one line a row, empty cells too."
        ),
    ] = False,
    overlay: Annotated[
        Path | None,
        Option(
            metavar="DIR|FILE.png",
            help="Write each picture with boxes, values and confidence drawn on it; into one file if there is one.",
        ),
    ] = None,
    steps: Annotated[
        Path | None,
        Option(
            metavar="DIR",
            file_okay=False,
            help="Write each stage as a picture: why did it read that?",
        ),
    ] = None,
    force: ForceOption = False,
    strict: Annotated[
        bool,
        Option(
            "--strict",
            help="Exit with 4 where a person should look: a digit was refused, a page has no digits, "
            "or a line no valid value.",
        ),
    ] = False,
) -> None:
    """Read handwritten numbers on photos, scans and PDF pages, top to bottom.

    Groups of digits are set apart by spaces; a digit that the network cannot vouch for is a question mark, and so is
    a line without a valid value. A note on standard error names each page without digits. Exit status: 0 all was
    read, 1 nothing could be read, 3 some pictures could not be read or drawn; with --strict, 4 all was read but some
    digits, or pages without any, need a person's eye.
    """
    import digits
    from digits.cli.read.drawings import Drawings
    from digits.cli.read.output import make_output
    from digits.cli.read.page import read_source
    from digits.cli.terminal.console import err, print_error, print_notice
    from digits.errors import shorten
    from digits.reading.picture.sources import name_sources

    formats = [name for name, given in (("json", json), ("jsonl", jsonl), ("csv", csv)) if given]
    refuse_accept_with_field(accept, field)
    _refuse_what_does_not_fit(formats, table=table, single=single, line=line, overlay=bool(overlay), field=bool(field))
    rules, accepted = parse_rules(field or []), parse_accept(accept)
    pictures = list(name_sources(_find(sources)))
    drawings = Drawings(overlay, steps, (source for source, _ in pictures), page=page, force=force)
    reader = digits.load(model, accept=accepted)
    about = reader.info.get("accept")
    if about:
        print_notice(about["told"])
    output = make_output(formats[0] if formats else "text", drawings, {"accept": about} if about else {})
    asked = partial(read_source, rules=rules, single=single, line=line, page=page, table=table)
    _read_all(partial(asked, reader), pictures, output)
    output.finish()
    for place in drawings.told:
        err.print(place, markup=False)
    if output.failed and len(pictures) > 1:  # the lines about them may have scrolled away
        print_notice(f"{output.failed:,} of {len(pictures):,} files could not be read")
    if output.read == 0 and not output.failed:
        print_error(f"expected pictures in {shorten(' '.join(sources))}; there is none; name the files themselves")
        raise click.exceptions.Exit(FAILED)
    if output.failed or output.undrawn:
        raise click.exceptions.Exit(SOME_FAILED if output.read else FAILED)
    raise click.exceptions.Exit(NEEDS_REVIEW if strict and output.needs_review else 0)


def _refuse_what_does_not_fit(
    formats: list[str], *, table: bool, single: bool, line: bool, overlay: bool, field: bool
) -> None:
    if len(formats) > 1:
        raise click.BadParameter("give one of --json, --jsonl and --csv, not several")
    if table and (formats or single or field):
        raise click.BadParameter("--table prints text; leave --json, --jsonl, --csv, --single and --field out")
    if single:
        refuse_single_with(line=line, field=field)
    if line and table:
        raise click.BadParameter("a picture that shows one line has no table; leave --line or --table out")
    if single and overlay:
        raise click.BadParameter("--overlay draws pages; with --single give --steps")


def _find(sources: list[str]) -> Iterator[str]:
    """Yield what is to be read; in folders, and where a glob matches, without what digits itself drew earlier."""
    from digits.cli.terminal.console import print_notice
    from digits.reading.picture.signature import is_signed
    from digits.reading.picture.sources import find_sources

    drawn: set[str] = set()

    def was_drawn(path: str) -> bool:
        if is_signed(path):
            drawn.add(path)
        return path in drawn

    yield from find_sources(sources, was_drawn)
    if drawn:
        what = f"{len(drawn):,} pictures that digits drew" if len(drawn) > 1 else f"{drawn.pop()}, drawn by digits"
        print_notice(f"not read: {what}; name a picture itself to read it")


def _read_stdin() -> bytes:
    import sys

    from digits.errors import ImageError

    if sys.stdin is None:
        raise ImageError("expected a picture on standard input; it is closed; name a file, or lead one here with <")
    return sys.stdin.buffer.read()


def _read_all(read_pages: Callable[..., Iterator[Page]], pictures: list[tuple[str, str]], output: Output) -> None:
    """Read each picture, behind its name; one that cannot be read stops nothing."""
    from digits.cli.terminal.console import print_error
    from digits.errors import DigitsError
    from digits.reading.picture.sources import STDIN

    for source, picture in pictures:
        try:
            for page in read_pages(source, _read_stdin() if picture == STDIN else picture):
                output.add(page)
        except DigitsError as error:
            print_error(_name_once(source, str(error)))
            output.add_failure(source, str(error))


def _name_once(source: str, error: str) -> str:
    """Return the error with the picture's name before it, unless the error names the picture itself."""
    import re

    from digits.cli.read.page import name_source

    name = name_source(source)
    return error if re.search(rf"(?<!\S){re.escape(name)}(?!\w)", error) else f"{name}: {error}"
