"""The benchmark of what one process does for all, on two hundred pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_it_ends_in_one_line_of_json_with_three_rates(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs the extra ray")
    command = [sys.executable, ROOT / "benchmarks" / "serial.py", "--count", "200", "--out", tmp_path / "serial.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == json.loads((tmp_path / "serial.json").read_text())
    assert set(result["per_second"]) == {"tar members planned", "rows merged", "calls of Watch"}
    assert all(rate > 50 for rate in result["per_second"].values())
