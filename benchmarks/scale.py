"""From what an input costs here to a billion crops and ten million pages: the tables of docs/scale.md.

Usage: python benchmarks/scale.py [--check] [--usd-core-hour 0.04] [--machine-cores 16] ...

Reads results/batch.json and results/serial.json. With --check, exit 1 when the guide differs from them. With an
assumption of your own, the tables are printed, and the guide stays as it is.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from dataclasses import fields, replace
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

from batch import FILES, TAR
from bulk.beside import beside
from bulk.demand import Assumed, Cost, assumptions, duration, figure, table
from measured import RESULTS, Block, keep_blocks, load

from digits.batch import Chunk
from digits.batch.inputs.plan import SINGLES
from digits.batch.task import Done, Task
from digits.batch.work import TOGETHER

GUIDE = Path(__file__).parents[1] / "docs" / "scale.md"
CROPS, PAGES = 1_000_000_000, 10_000_000
FRAMES, PAGE = "frames in Parquet", "pages of 60 digits"
FRAME_BYTES, PAGE_ROWS = 784, 10
MACHINES = (1, 10, 100)


def main() -> None:
    """Rewrite the guide's tables, check them, or print them for other assumptions."""
    parser = argparse.ArgumentParser(description="Compute the tables of docs/scale.md.")
    parser.add_argument("--check", action="store_true", help="exit 1 when the guide differs")
    for each in fields(Assumed):
        option = f"--{each.name.replace('_', '-')}"
        parser.add_argument(option, type=float, default=each.default, help=f"{each.metadata['meaning']}; %(default)s")
    given = vars(parser.parse_args())
    is_check = given.pop("check")
    assumed = Assumed(**given)
    blocks = generated(measured("batch"), measured("serial"), assumed)
    if assumed != Assumed() and not is_check:
        sys.stdout.write("\n".join(text for _, _, text in blocks))
        return
    keep_blocks(blocks, "python benchmarks/scale.py", is_check=is_check)


def measured(name: str) -> dict[str, Any]:
    """Return what a benchmark wrote. Ends the program where it has not run."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        sys.exit(f"expected {path}; it is not there; measure it: python benchmarks/{name}.py --out {path}")
    return load(path)


def generated(batch: dict[str, Any], serial: dict[str, Any], assumed: Assumed) -> list[Block]:
    """Return each generated block: its file, its marker's name, its text."""
    return [
        (GUIDE, "jobs", jobs(batch, assumed)),
        (GUIDE, "assumed", assumptions(assumed)),
        (GUIDE, "containers", containers(batch, assumed)),
        (GUIDE, "parts", parts(batch)),
        (GUIDE, "beside", beside(batch)),
        (GUIDE, "limits", limits(batch, serial, assumed)),
        (GUIDE, "ray", ray(batch, assumed)),
        (GUIDE, "shards", shards(batch, serial, assumed)),
    ]


def crops(batch: dict[str, Any], assumed: Assumed) -> tuple[dict[str, Any], Cost]:
    """Return the row of the most crops in tar files, and what one costs."""
    row = max((row for name, row in batch["rows"].items() if name.startswith(TAR)), key=lambda row: row["inputs"])
    size = assumed.crop_bytes
    return row, Cost.of(row, batch["cores"], size, size / (assumed.get_mb * 1e6))


def pages(batch: dict[str, Any], assumed: Assumed) -> tuple[dict[str, Any], Cost]:
    """Return the row of pages, and what one costs."""
    row, size = batch["rows"][PAGE], assumed.page_kb * 1e3
    return row, Cost.of(row, batch["cores"], size, max(1, size / (assumed.get_mb * 1e6)), PAGE_ROWS)


def jobs(batch: dict[str, Any], assumed: Assumed) -> str:
    """Return from core-seconds to machines, hours and money."""
    each = [(*crops(batch, assumed), CROPS), (*pages(batch, assumed), PAGES)]
    cores, usd = batch["cores"], assumed.usd_core_hour
    rows = [
        ("measured, inputs", *(f"{row['inputs']:,}" for row, _, _ in each)),
        (f"a second, on {cores} cores", *(figure(row["per_second"]) for row, _, _ in each)),
        ("core-seconds for a million, at work", *(figure(cost.busy_s * 1e6) for _, cost, _ in each)),
        ("the same, idle ones counted", *(figure(cost.core_s * 1e6) for _, cost, _ in each)),
        ("**core-hours in all**", *(f"**{figure(cost.core_hours(count))}**" for _, cost, count in each)),
        (
            f"at {usd:g} US dollars a core-hour",
            *(f"**{figure(cost.core_hours(count) * usd)} dollars**" for _, cost, count in each),
        ),
        *(
            (
                f"on {figure(number)} machine{'s' if number > 1 else ''} of {assumed.machine_cores:g} cores",
                *(duration(cost.hours(count, number * assumed.machine_cores)) for _, cost, count in each),
            )
            for number in MACHINES
        ),
    ]
    versions = ", ".join(f"{name} {version}" for name, version in batch["versions"].items())
    note = f"Measured by `python benchmarks/batch.py` on {batch['machine']}, {cores} cores. Versions: {versions}."
    return table(" | a billion crops of one digit | ten million pages of 60 digits", rows, note)


def containers(batch: dict[str, Any], assumed: Assumed) -> str:
    """Return what a billion crops cost in each container."""
    row, cost = crops(batch, assumed)
    frames, files = (batch["rows"][name] for name in (FRAMES, FILES))
    each = {
        "PNG in tar files": (row, cost),
        "frames of 784 bytes in Parquet": (
            frames,
            Cost.of(frames, batch["cores"], FRAME_BYTES, assumed.parquet_gets / SINGLES),
        ),
        "PNG, a file or object each": (files, Cost.of(files, batch["cores"], assumed.crop_bytes, 1)),
    }
    rows = [
        (
            name,
            figure(row["per_second"]),
            figure(cost.core_hours(CROPS)),
            figure(cost.core_hours(CROPS) * assumed.usd_core_hour),
            f"{figure(cost.requests * CROPS)}",
            duration(cost.requests * CROPS / assumed.gets / 3600),
            figure(cost.requests * CROPS / 1e6 * assumed.usd_million_gets),
        )
        for name, (row, cost) in each.items()
    ]
    head = (
        f"a billion crops as | a second, on {batch['cores']} cores | core-hours | dollars for them | requests | "
        f"they take, at {assumed.gets:,g} a second | dollars for them"
    )
    note = (
        "Read from a local disk; what the requests add is computed. In Parquet at an address, give a row group no more "
        f"than the {SINGLES:,} rows of a chunk: with each chunk, its whole group is fetched."
    )
    return table(head, rows, note)


def parts(batch: dict[str, Any]) -> str:
    """Return where a core's time goes."""
    _, cost = crops(batch, Assumed())
    alone = batch["parts_seconds"]
    inside = [alone[name] for name in ("decode", "frame", "digit network")]
    each = {
        "reading its bytes from the tar": alone["read"],
        "decoding the PNG": inside[0],
        "finding the digit and framing it": inside[1],
        "the digit network": inside[2],
        "asking whether it is one digit; doubtful ones again": alone["classify, in all"] - sum(inside),
        "the batch itself: rows, files, waiting": cost.core_s - alone["read"] - alone["classify, in all"],
    }
    rows = [
        (name, f"{spent * 1e6:,.0f}", f"{spent / cost.core_s:.0%}".replace("%", " %")) for name, spent in each.items()
    ]
    largest = max(each, key=lambda name: each[name])
    note = (
        f"In all {cost.core_s * 1e6:,.0f} µs; the most goes to {largest}. Each part was measured alone on one thread, "
        "the last is what remains."
    )
    return table("of a core's time for a crop | µs | share", rows, note)


def limits(batch: dict[str, Any], serial: dict[str, Any], assumed: Assumed) -> str:
    """Return how many cores use up what all of them share, the scarcest first."""
    (_, crop), (_, page) = crops(batch, assumed), pages(batch, assumed)
    rates, network = serial["per_second"], assumed.machine_gbit * 1e3 / 8
    shared = [
        ("object store, an object for each input", "requests", assumed.gets, "assumed", 1, page.requests),
        ("object store, tar files", "requests", assumed.gets, "assumed", crop.requests, None),
        ("network of one machine", "MB", network, "assumed", crop.size / 1e6, page.size / 1e6),
        ("planning of tar files on a disk", "members", rates["tar members planned"], "measured", 1, None),
        ("Ray's note of what each actor looks at", "calls", rates["calls of Watch"], "measured", 1 / TOGETHER, 1),
        ("writing the one table of results", "rows", rates["rows merged"], "measured", crop.rows, page.rows),
    ]
    full = [
        (
            what,
            f"{figure(have)} {unit}, {how}",
            crop.full_at(have, a_crop),
            page.full_at(have, a_page) if a_page else None,
        )
        for what, unit, have, how, a_crop, a_page in shared
    ]
    rows = [
        (what, have, figure(at), figure(at_pages) if at_pages else "–")
        for what, have, at, at_pages in sorted(full, key=lambda row: row[2])
    ]
    note = (
        f"One process plans, keeps Ray's notes and writes the results, for all cores of a job. Measured by `python "
        f"benchmarks/serial.py` on {serial['machine']}, {serial['cores']} cores, on which the callers ran too. "
        "The table of results is written at the end, while the cores have nothing to do: for a billion crops "
        f"{duration(CROPS * crop.rows / rates['rows merged'] / 3600)}, for ten million pages "
        f"{duration(PAGES * page.rows / rates['rows merged'] / 3600)}."
    )
    head = "what all share | there is, a second | full at this many cores, crops | full at this many cores, pages"
    return table(head, rows, note)


def ray(batch: dict[str, Any], assumed: Assumed) -> str:
    """Return what goes through Ray."""
    names = tuple(f"{number:08}.png" for number in range(SINGLES))
    chunk = Chunk("tar", "s3://bucket/shards/00000.tar", names, 0, SINGLES, "51250000:1760000000000000000")
    send = partial(pickle.dumps, protocol=5)
    task = len(send(Task(chunk, f"{chunk.id('')}.parquet", together=TOGETHER)))
    stream = len(send(Task(replace(chunk, kind="tar stream", names=(), count=0), "", together=TOGETHER)))
    done = len(send(Done(f"{chunk.id('')}.parquet", SINGLES, 0)))
    cost, cores = crops(batch, assumed)[1], MACHINES[-1] * assumed.machine_cores
    sent = (task + done) / SINGLES / cost.core_s * cores / 1e6
    return (
        f"\nNo picture and no row passes through Ray's object store. The task of a chunk of {SINGLES:,} crops has "
        f"{figure(task / 1e3)} kB, that of a tar file at an address {figure(stream / 1e3)} kB, the answer "
        f"{figure(done / 1e3)} kB. Ray puts into its store [what has more than 100 kB]"
        "(https://docs.ray.io/en/latest/ray-core/patterns/pass-large-arg-by-value.html). With "
        f"{figure(cores)} cores, {figure(sent)} MB a second leave and reach the process that deals out the chunks.\n\n"
    )


def shards(batch: dict[str, Any], serial: dict[str, Any], assumed: Assumed) -> str:
    """Return how long the parts of a job take, and how many jobs keep below the limits of one."""
    _, cost = crops(batch, assumed)
    count, alone = CROPS / assumed.shard_crops, assumed.shard_crops * cost.core_s / 3600
    cores = MACHINES[-1] * assumed.machine_cores
    noted = cost.full_at(serial["per_second"]["calls of Watch"], 1 / TOGETHER)
    return (
        f"\nWith {figure(assumed.shard_crops)} crops in each, a billion crops are {figure(count)} tar files of "
        f"{figure(assumed.shard_crops * assumed.crop_bytes / 1e6)} MB. One core reads a file in {duration(alone)}; so "
        f"much is lost at most when a process dies, and so long may the last core work alone. With {figure(cores)} "
        f"cores, each has {figure(count / cores)} files to read. Ray's notes are full at {figure(noted)} cores, so "
        f"that this many want {ceil(cores / noted):,} jobs.\n\n"
    )


if __name__ == "__main__":
    main()
