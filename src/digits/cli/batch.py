"""``digits batch``: many inputs in, one table of results out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import click

from digits.cli.parsing.command import Argument, Option
from digits.cli.parsing.options import (
    AcceptOption,
    parse_accept,
    parse_rules,
    refuse_accept_with_field,
    refuse_single_with,
)
from digits.cli.terminal.exits import FAILED, INTERRUPTED, SOME_FAILED

if TYPE_CHECKING:
    from digits.batch.inputs.plan import Sources
    from digits.batch.job import Job, Mode
    from digits.batch.task import Engine, Setup


def batch(
    sources: Annotated[
        list[str],
        Argument(
            metavar="SRC...",
            are_paths=True,
            help="Pictures, PDFs, folders, globs, tar and zip archives, Parquet or CSV tables, addresses such as "
            "s3://bucket/folder, or - for a list of names on standard input.",
        ),
    ],
    out: Annotated[
        str, Option("--out", "-o", metavar="FILE", help="The results: a .parquet, .csv or .jsonl, or its address.")
    ] = "results.parquet",
    single: Annotated[bool, Option("--single", help="Each picture shows one digit.")] = False,
    line: Annotated[bool, Option("--line", help="Each picture, or page, shows one line of digits, upright.")] = False,
    field: Annotated[
        list[str] | None,
        Option(metavar="RULE", help="What every line may contain, as for digits read. Several rules hold together."),
    ] = None,
    accept: AcceptOption = None,
    column: Annotated[
        str | None, Option(metavar="NAME", help="The column of a table that holds pictures, or their paths.")
    ] = None,
    model: Annotated[Path | None, Option(help="A run or model folder. Default: the shipped model.")] = None,
    workers: Annotated[
        int | None, Option(min=1, help="How many processes read. Default: one for every core this process may use.")
    ] = None,
    engine: Annotated[
        Literal["local", "ray"],
        Option(help="Where it is read: in processes on this machine, or on a Ray cluster that reaches SRC and FILE."),
    ] = "local",
    address: Annotated[
        str | None,
        Option(help="The Ray cluster to join. Default: RAY_ADDRESS, or one of its own on this machine."),
    ] = None,
    resume: Annotated[bool, Option("--resume", help="Go on with the batch that was interrupted.")] = False,
    retry_errors: Annotated[
        bool, Option("--retry-errors", help="As --resume, and read again what could not be read.")
    ] = False,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Begin anew; the results are replaced once the new ones are whole.")
    ] = False,
) -> None:
    """Read folders, archives, tables and buckets of pictures into one table of results.

    Each input comes out exactly once; one that cannot be read has its error in its row. A batch that is interrupted,
    by whatever, goes on with --resume. Exit status: 0 all was read, 1 nothing could be read, 3 some inputs could not.
    """
    import digits
    from digits.batch.inputs.plan import PAGES, SINGLES, Sources
    from digits.batch.job import Job
    from digits.batch.results import choose_writer
    from digits.batch.task import Setup, weights_of
    from digits.cli.terminal.console import print_notice
    from digits.errors import shorten

    _refuse_what_does_not_fit(sources, [resume, retry_errors, overwrite], single=single, line=line, field=bool(field))
    refuse_accept_with_field(accept, field)
    choose_writer(out)
    parse_rules(field or [])  # before anything is read
    accepted = parse_accept(accept)
    reader = digits.load(model, accept=accepted)
    if accepted:
        print_notice(reader.info["accept"]["told"])
    setup = Setup(str(model) if model else None, weights_of(reader), tuple(field or ()), single, line, accepted)
    job = Job(out, setup.about | {"column": column, "sources": [shorten(name) for name in sources]})
    if not job.begin(_mode(resume=resume, retry=retry_errors, overwrite=overwrite)):
        print_notice(f"{out} is complete already, nothing is kept to go on with; --overwrite makes it anew")
        return
    is_listed = sources == ["-"]
    places = Sources(
        () if is_listed else sources,
        column,
        SINGLES if single else PAGES,
        _names() if is_listed else (),
        without=job.places,
    )
    _run(job, places, _engine(engine, setup, job, workers, address), retry=retry_errors)


def _refuse_what_does_not_fit(sources: list[str], modes: list[bool], *, single: bool, line: bool, field: bool) -> None:
    if sum(modes) > 1:
        raise click.BadParameter("give one of --resume, --retry-errors and --overwrite, not several")
    if single:
        refuse_single_with(line=line, field=field)
    if "-" in sources and len(sources) > 1:
        raise click.BadParameter("- takes all names from standard input; leave the other sources out")


def _engine(name: str, setup: Setup, job: Job, workers: int | None, address: str | None) -> Engine:
    from digits.batch.local import LocalEngine
    from digits.batch.ray_engine import RayEngine
    from digits.reading.recognition.network.cores import available_cores

    if name == "ray":
        return RayEngine(setup, job.parts, address, workers)
    if address:
        raise click.BadParameter("--address is that of a Ray cluster; add --engine ray")
    return LocalEngine(setup, job.parts, workers or available_cores())


def _run(job: Job, places: Sources, engine: Engine, *, retry: bool) -> None:
    """Run the job with its progress shown, and exit with what came of it."""
    from digits.cli.terminal.batch_progress import Progress
    from digits.cli.terminal.console import print_error, print_notice
    from digits.errors import shorten

    with _heeding_sigterm(), Progress(places if places.names else None) as progress:
        try:
            summary = job.run(places, engine, retry=retry, on_done=progress.show)
        except KeyboardInterrupt:
            print_notice(f"what is read so far is kept in {job.parts.place}; go on with the same command and --resume")
            raise click.exceptions.Exit(INTERRUPTED) from None
    if not summary.inputs:
        what = shorten(" ".join(places.names)) or "the names on standard input"
        print_error(f"expected pictures in {what}; there is none; name the files themselves")
        raise click.exceptions.Exit(FAILED)
    print_notice(progress.sum_up(summary, job.out))
    for error in summary.errors:
        print_error(error)
    if summary.failed:
        print_notice(
            f"{summary.failed:,} could not be read: see the column error; try them again with --retry-errors, "
            f"or remove {job.parts.place}"
        )
        raise click.exceptions.Exit(SOME_FAILED if summary.failed < summary.inputs else FAILED)


def _mode(*, resume: bool, retry: bool, overwrite: bool) -> Mode:
    return "resume" if resume else "retry" if retry else "overwrite" if overwrite else "new"


def _names() -> Iterator[str]:
    """Yield each line of standard input, or what stands between NUL bytes where there are any (find -print0)."""
    import os
    import sys
    from io import BufferedReader

    stream = sys.stdin.buffer if sys.stdin else None
    if not isinstance(stream, BufferedReader):
        return
    if b"\0" not in stream.peek(1 << 16):
        yield from (os.fsdecode(line) for line in map(bytes.strip, stream) if line)
        return
    rest = b""
    while block := stream.read1(1 << 16):
        *whole, rest = (rest + block).split(b"\0")
        yield from (os.fsdecode(name) for name in whole if name)
    if rest:
        yield os.fsdecode(rest)


@contextmanager
def _heeding_sigterm() -> Iterator[None]:
    """Within it, SIGTERM ends the program as Ctrl-C does."""
    import signal

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
