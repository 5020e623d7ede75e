"""A batch that is killed at any moment, again and again, ends with the results of one that never was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest

KILLS = 50
# Chunks of three pictures, so that there is always one under way.
SMALL = "from digits.batch.inputs import plan; plan.SINGLES = 3; from digits.cli import main; main()"


def start(tar: Path, out: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SMALL, "batch", tar.name, "--single", "--out", out, *arguments]
    return subprocess.Popen(command, cwd=tar.parent, stderr=subprocess.PIPE, start_new_session=True)


def finish(process: subprocess.Popen[bytes]) -> bytes:
    _, told = process.communicate(timeout=300)
    assert process.returncode == 0, told
    return told


def without_times(path: Path) -> list[dict[str, object]]:
    return [row | {"seconds": None} for row in pq.read_table(path).to_pylist()]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills a group of processes")
def test_killed_fifty_times_it_ends_with_the_same_rows(
    write_tar: Callable[..., Path], pngs: Mapping[str, bytes]
) -> None:
    tar = write_tar({f"{i}-{name}": content for i in range(30) for name, content in pngs.items()})
    finish(start(tar, "whole.parquet"))
    chance, kills, arguments, parts = random.Random(1), 0, (), tar.parent / "killed.parquet.parts"
    while kills < KILLS:
        before = set(parts.glob("*.parquet"))
        process = start(tar, "killed.parquet", *arguments)
        try:
            process.wait(timeout=chance.uniform(0.3, 1.6))
            arguments = ("--overwrite",)  # it was quicker than that: begin anew
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
            assert before <= set(parts.glob("*.parquet")) or arguments == ("--overwrite",)
            arguments = ("--resume",) if (parts / "job.json").exists() else ("--overwrite",)
        assert process.stderr is not None
        process.stderr.close()
    finish(start(tar, "killed.parquet", *arguments))
    assert without_times(tar.parent / "killed.parquet") == without_times(tar.parent / "whole.parquet")
    assert not parts.exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order(
    write_tar: Callable[..., Path], pngs: Mapping[str, bytes], number: signal.Signals
) -> None:
    tar = write_tar({f"{i}-{name}": content for i in range(10) for name, content in pngs.items()})
    process = start(tar, "a.parquet")
    parts = tar.parent / "a.parquet.parts"
    while process.poll() is None and not list(parts.glob("*.parquet")):
        pass
    process.send_signal(number)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"go on with the same command and --resume" in told
    assert b"Traceback" not in told
    assert b"before)" in finish(start(tar, "a.parquet", "--resume"))
