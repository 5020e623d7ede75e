"""A Parquet or CSV table goes in; runs of its rows come out, or the pictures that one of its columns holds or names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from digits.batch.chunk import Chunk
from digits.batch.inputs.storage import fingerprint, join, open_file, parent, told
from digits.errors import DataError, ImageError, MissingExtraError, shorten

if TYPE_CHECKING:
    from digits.reading.result import ByteArray

PARQUET_ENDINGS = (".parquet", ".pq")
CSV_ENDINGS = (".csv", ".tsv")
SIDE = 28
FRAME_BYTES = SIDE * SIDE


def plan_parquet(place: str, column: str | None, size: int) -> Iterator[Chunk]:
    """Yield the chunks of a Parquet file, none of which crosses a row group."""
    with told(place), open_file(place) as file:
        table = _parquet().ParquetFile(file)
        column = _choose(place, column, list(table.schema_arrow.names))
        groups = [table.metadata.row_group(i).num_rows for i in range(table.metadata.num_row_groups)]
        state = fingerprint(place)
    first = 0
    for rows in groups:
        for start in range(0, rows, size):
            count = min(size, rows - start)
            yield Chunk("parquet", place, (), first + start, count, state, column)
        first += rows


def read_parquet(chunk: Chunk) -> Iterator[tuple[str, Any]]:
    """Yield each row's picture: bytes, a frame where they are 784, or the path or address of a file.

    The source is the path that a row names; of bytes, the table and the row's number from 0: ``crops.parquet#12``.
    """
    with told(chunk.place), open_file(chunk.place) as file:
        table = _parquet().ParquetFile(file)
        group, first = 0, 0
        while first + table.metadata.row_group(group).num_rows <= chunk.start:
            first += table.metadata.row_group(group).num_rows
            group += 1
        batches = table.iter_batches(batch_size=chunk.count, row_groups=[group], columns=[chunk.column])
        values = (value.as_py() for batch in batches for value in batch.column(0))
        skipped = chunk.start - first
        rows = list(islice(values, skipped, skipped + chunk.count))
    for number, value in enumerate(rows, chunk.start):
        yield _picture(chunk.place, number, value)


def csv_names(place: str, column: str | None) -> Iterator[str]:
    """Yield the path or address in ``column`` of each row; a path is relative to the folder of the table."""
    with told(place), open_file(place) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
        rows = csv.DictReader(text, delimiter="\t" if place.lower().endswith(".tsv") else ",")
        column = _choose(place, column, list(rows.fieldnames or ()))
        for row in rows:
            yield join(parent(place), row[column] or "")


def _picture(place: str, number: int, value: Any) -> tuple[str, str | bytes | ByteArray | ImageError]:
    if isinstance(value, str):
        path = join(parent(place), value)
        return path, path
    source = f"{place}#{number}"
    if isinstance(value, dict) and value.get("bytes"):  # as Hugging Face's datasets keep pictures
        value = value["bytes"]
    if isinstance(value, list) and len(value) == FRAME_BYTES:
        value = bytes(value)
    if isinstance(value, bytes) and len(value) == FRAME_BYTES:
        return source, np.frombuffer(value, np.uint8).reshape(SIDE, SIDE)
    if isinstance(value, bytes):
        return source, value
    return source, ImageError(f"expected a picture's bytes or its path, got {type(value).__name__}; leave the row out")


def _choose(place: str, column: str | None, names: list[str]) -> str:
    if column is None and len(names) == 1:
        return names[0]
    if column is None or column not in names:
        got = "none was named" if column is None else f"there is no {shorten(column)}"
        raise DataError(
            f"expected the column of {shorten(place)} that holds pictures or their paths; {got}; "
            f"give --column one of {shorten(', '.join(names))}"
        )
    return column


def _parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("pyarrow", "Parquet tables", "batch") from error
    return pyarrow.parquet
