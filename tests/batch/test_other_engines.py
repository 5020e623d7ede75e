"""The guide's lines for Spark and Daft: run as they stand there, they give the rows that a batch gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from blocks import blocks_of
from shell import call

from digits.batch import schema

GUIDE = Path(__file__).parents[2] / "docs" / "scale.md"
SHARDS = 5


@pytest.mark.slow
@pytest.mark.parametrize(("package", "out"), [("pyspark", "spark.parquet"), ("daft", "daft.parquet")])
def test_the_lines_of_the_guide_give_the_rows_of_a_batch(
    write_tar: Callable[..., Path], pngs: Mapping[str, bytes], tmp_path: Path, package: str, out: str
) -> None:
    pytest.importorskip(package, reason=f"needs {package}, which no extra of this package installs")
    if package == "pyspark" and not shutil.which("java"):
        pytest.skip("needs Java")
    (tmp_path / "shards").mkdir()
    for number in range(SHARDS):
        write_tar({f"{number}-{name}": content for name, content in pngs.items()}, f"shards/{number}.tar")
    write_tar({"broken.png": b"\x89PNG broken"}, "shards/broken.tar")
    (code,) = (block.text for block in blocks_of(GUIDE) if block.language == "python" and package in block.text)
    sources = os.pathsep.join([str(GUIDE.parents[1] / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": sources, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert call("batch", "shards", "--single", cwd=tmp_path).returncode == 3
    found = pyarrow.dataset.dataset(tmp_path / out, format="parquet").to_table()
    rows = rows_of(found)
    assert len(rows) == SHARDS * len(pngs) + 1
    assert rows == rows_of(pq.read_table(tmp_path / "results.parquet"))


def rows_of(table: pa.Table) -> list[dict[str, object]]:
    """Return the rows in the order of their members, without the time that each took."""
    assert table.column_names == schema().names
    rows = [row | {"seconds": None, "source": Path(row["source"]).name} for row in table.cast(schema()).to_pylist()]
    return sorted(rows, key=lambda row: str(row["source"]))
