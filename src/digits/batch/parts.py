"""The folder of a job that is under way: a whole file of rows for each finished chunk, and what the job is.

It lies beside the results, on a disk or at an fsspec address, and is named after them.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from digits.batch.inputs.storage import file_system, is_address, join
from digits.batch.rows import INPUT, Row, schema
from digits.errors import BatchError
from digits.files import replacing

JOB_FILE = "job.json"
ENDING = ".parts"
# A whole packed tar is one chunk, however many members it has.
ROWS_AT_ONCE = 10_000


class Parts:
    """Files that are there whole or not at all, by name."""

    def __init__(self, out: str) -> None:
        self.place = out + ENDING

    def exists(self, name: str = "") -> bool:
        place = join(self.place, name) if name else self.place
        if not is_address(place):
            return Path(place).exists()
        system, path = file_system(place)
        return bool(system.exists(path))

    def names(self) -> set[str]:
        """The names of all finished chunks' files."""
        if not self.exists():
            return set()
        if is_address(self.place):
            system, path = file_system(self.place)
            found = [str(each).rpartition("/")[2] for each in system.ls(path, detail=False)]
        else:
            found = [each.name for each in Path(self.place).iterdir()]
        return {name for name in found if name.endswith(".parquet") and not name.startswith(".")}

    def write(self, name: str, content: bytes) -> None:
        if is_address(self.place):
            system, path = file_system(join(self.place, name))
            system.pipe_file(path, content)  # an object appears when it is whole
            return
        with replacing(Path(self.place) / name) as file:
            file.write(content)

    def read(self, name: str) -> bytes:
        place = join(self.place, name)
        if not is_address(place):
            return Path(place).read_bytes()
        system, path = file_system(place)
        return bytes(system.cat_file(path))

    def remove(self) -> None:
        if not is_address(self.place):
            shutil.rmtree(self.place, ignore_errors=True)
        elif self.exists():
            system, path = file_system(self.place)
            system.rm(path, recursive=True)

    def write_rows(self, name: str, rows: Iterable[tuple[int, Row]]) -> tuple[int, int]:
        """Write the rows of a chunk, each with the index of its input; return how many inputs, and how many failed."""
        import pyarrow as pa
        import pyarrow.parquet

        fields = schema().append(pa.field(INPUT, pa.int32()))
        inputs: set[int] = set()
        failed: set[int] = set()
        buffer, rows = io.BytesIO(), iter(rows)
        with pyarrow.parquet.ParquetWriter(buffer, fields, compression="zstd") as writer:
            while some := list(islice(rows, ROWS_AT_ONCE)):
                inputs.update(index for index, _ in some)
                failed.update(index for index, row in some if row["error"])
                writer.write_table(pa.Table.from_pylist([row | {INPUT: i} for i, row in some], schema=fields))
            writer.add_key_value_metadata({"inputs": str(len(inputs)), "failed": str(len(failed))})
        self.write(name, buffer.getvalue())
        return len(inputs), len(failed)

    def read_rows(self, name: str) -> Any:
        """Return the table of a chunk, with its column of inputs."""
        import pyarrow.parquet

        return pyarrow.parquet.read_table(io.BytesIO(self.read(name)))

    def count(self, name: str) -> tuple[int, int]:
        """Return how many inputs a finished chunk has, and how many of them failed."""
        import pyarrow.parquet

        told = pyarrow.parquet.read_metadata(io.BytesIO(self.read(name))).metadata
        return int(told[b"inputs"]), int(told[b"failed"])

    def read_job(self) -> dict[str, Any]:
        """Return what the job that left this folder is.

        Raises:
            BatchError: the folder is not one of ours.
        """
        try:
            told = json.loads(self.read(JOB_FILE))
        except (OSError, ValueError) as error:
            raise BatchError(
                f"expected {self.place} to be the folder of an unfinished batch; it has no readable {JOB_FILE}; "
                "give another --out, or remove the folder"
            ) from error
        return dict(told)
