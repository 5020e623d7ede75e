"""The benchmark of batches, on a hundred pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_it_ends_in_one_line_of_json_with_a_row_for_each_way(tmp_path: Path) -> None:
    few = ["--count", "100", "--pages", "1", "--rivals", "20", "--out", tmp_path / "batch.json"]
    command = [sys.executable, ROOT / "benchmarks" / "batch.py", *few]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == json.loads((tmp_path / "batch.json").read_text())
    assert {"PNG in tar, n = 100", "PNG files, Pool.map", "PNG files, plain Keras"} < set(result["rows"])
    assert all(row["per_second"] > 0 for row in result["rows"].values())
    assert all(row["peak_mb"] == max(row["memory_mb"]) > 10 for row in result["rows"].values())
    assert all(row["processor_seconds"] > 0.1 for row in result["rows"].values())
    assert all(ratio > 0 for ratio in result["ratios"].values())
    assert set(result["parts_seconds"]) == {"read", "decode", "frame", "digit network", "classify, in all"}
