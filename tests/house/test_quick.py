"""The fast suite stays fast: tests/quick.py fails what takes too long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import quick

TESTS = """
import subprocess, sys, time
import pytest, quick

quick.LIMIT_S = 0.1
SPIN = "import time\\nwhile time.process_time() < 0.3: pass"

def test_spins():
    end = time.process_time() + 0.3
    while time.process_time() < end: pass

def test_lets_another_process_spin():
    subprocess.run([sys.executable, "-c", SPIN], check=True)

@pytest.fixture
def costly():
    test_spins()

def test_shares_what_is_costly(costly):
    pass

def test_loads_a_large_package():
    sys.modules |= {f"part{number}": sys for number in range(201)}
    test_spins()

def test_waits():
    time.sleep(0.3)

@pytest.mark.slow
def test_is_marked_slow():
    test_spins()
"""


@pytest.mark.slow
def test_what_takes_too_much_of_the_processor_fails_in_the_fast_suite(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nmarkers = slow\npythonpath = {Path(quick.__file__).parent}\n")
    command = [sys.executable, "-m", "pytest", "-p", "quick", "-p", "no:cacheprovider", "-rA", "--tb=line", tmp_path]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    def outcomes(*options: str) -> dict[str, str]:
        done = subprocess.run(
            [*command, *options], cwd=tmp_path, env=alone, capture_output=True, text=True, check=False
        )
        assert "FAILED" not in done.stdout or "give it less to do, or mark it slow" in done.stdout
        summary = [line.split() for line in done.stdout.splitlines() if line.startswith(("PASSED", "FAILED"))]
        return {name.split("::")[1]: outcome for outcome, name, *_ in summary}

    assert outcomes("-m", "not slow") == {
        "test_spins": "FAILED",
        "test_lets_another_process_spin": "FAILED",
        "test_shares_what_is_costly": "PASSED",
        "test_loads_a_large_package": "PASSED",
        "test_waits": "PASSED",
    }
    assert set(outcomes().values()) == {"PASSED"}  # whoever runs all tests waits for the slow ones anyway


@pytest.mark.parametrize(("load", "limit_s"), [(1.9, 2), (7.9, 2), (8.1, 4)])
def test_on_a_crowded_machine_the_limit_is_twice_as_high(
    load: float, limit_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    assert quick.limit_s() == limit_s
