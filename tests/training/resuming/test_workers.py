"""The processes that compose for a training: gone when it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = """
import os, sys, time
from digits.training.resuming.workers import pool_of

def prepare(folder):
    open(f"{folder}/{os.getpid()}", "w").close()

if __name__ == "__main__":
    with pool_of(2, prepare, sys.argv[1]) as pool:
        print(list(pool.map(abs, [-1, 2])), flush=True)
        time.sleep(60)
"""


def test_they_end_when_the_training_is_killed(tmp_path: Path) -> None:
    (script := tmp_path / "script.py").write_text(SCRIPT)
    (begun := tmp_path / "begun").mkdir()
    parent = subprocess.Popen([sys.executable, str(script), str(begun)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    assert parent.stdout.readline() == "[1, 2]\n"
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    workers = [int(path.name) for path in begun.iterdir()]
    until = time.monotonic() + 20
    while any(map(_lives, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert workers
    assert not any(map(_lives, workers))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().split(")")[-1].split()[0] != "Z"
