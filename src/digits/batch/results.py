"""The files of chunks go in; one table of results comes out, whole or not at all: Parquet, CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from digits.batch.inputs.storage import file_system, is_address, open_file
from digits.batch.rows import schema
from digits.errors import BatchError
from digits.files import replacing

Tables = Iterator[Any]
Writer = Callable[[BinaryIO, Tables, dict[str, str]], None]


def choose_writer(out: str) -> Writer:
    """Return what writes the format that the name of ``out`` asks for.

    Raises:
        BatchError: it asks for none that is known.
    """
    for ending, writer in WRITERS.items():
        if out.lower().endswith(ending):
            return writer
    raise BatchError(f"expected --out to end in {', '.join(WRITERS)}; got {out}; give it one of these endings")


def write_results(out: str, tables: Tables, about: dict[str, str]) -> None:
    """Write the rows of all ``tables``; Parquet's metadata hold ``about``."""
    writer = choose_writer(out)
    with _whole(out) as file:
        writer(file, tables, about)


def read_about(out: str) -> dict[str, Any]:
    """Return what the metadata of finished results say about the job that wrote them.

    Raises:
        BatchError: they are not Parquet, or not ours.
    """
    import pyarrow.parquet

    told: dict[bytes, bytes] = {}
    if out.lower().endswith(".parquet"):
        with open_file(out) as file, suppress(OSError, pyarrow.ArrowInvalid):
            told = pyarrow.parquet.read_schema(file).metadata or {}
    if b"digits.job" not in told:
        raise BatchError(
            f"expected an unfinished batch, or its results in Parquet, at {out}; it does not say what it was made "
            "from; give another --out, or --overwrite to replace it"
        )
    return dict(json.loads(told[b"digits.job"]))


@contextmanager
def _whole(out: str) -> Iterator[BinaryIO]:
    if not is_address(out):
        with replacing(Path(out)) as file:
            yield file
        return
    system, path = file_system(out)
    with tempfile.TemporaryFile() as local:
        yield local
        local.seek(0)
        with system.open(path, "wb") as remote:
            shutil.copyfileobj(local, remote, 1 << 24)


def _write_parquet(file: BinaryIO, tables: Tables, about: dict[str, str]) -> None:
    import pyarrow.parquet

    told = schema().with_metadata({f"digits.{key}": value for key, value in about.items()})
    with pyarrow.parquet.ParquetWriter(file, told, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table.cast(told))


def _write_csv(file: BinaryIO, tables: Tables, _: dict[str, str]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    names = schema().names
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    for row in _rows(tables):
        writer.writerow(row | {"digits": json.dumps(row["digits"]) if row["digits"] is not None else ""})
    text.flush()
    text.detach()


def _write_jsonl(file: BinaryIO, tables: Tables, _: dict[str, str]) -> None:
    for row in _rows(tables):
        file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _rows(tables: Tables) -> Iterator[dict[str, Any]]:
    """Floats are given four digits after the point: float32 has no more than seven in all."""
    for table in tables:
        for row in table.to_pylist():
            for digit in row["digits"] or ():
                digit["confidence"] = round(digit["confidence"], 4)
            yield row | {key: round(row[key], 4) for key in ("confidence", "seconds") if row[key] is not None}


WRITERS: dict[str, Writer] = {
    ".parquet": _write_parquet,
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
}
