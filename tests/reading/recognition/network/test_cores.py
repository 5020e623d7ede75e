"""The number of threads follows what a container grants; the files of the kernel are fakes in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from digits.reading.recognition.network.cores import available_cores


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of 16 cores, 8 of which this process is bound to."""
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    monkeypatch.setattr(os, "process_cpu_count", lambda: 16, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(8)), raising=False)


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


V2 = "sys/fs/cgroup"
V1 = "sys/fs/cgroup/cpu,cpuacct"


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 8),  # no Linux, or no control groups
        ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "max 100000"}, 8),
        ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "300000 100000"}, 3),
        ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "150000 100000"}, 2),
        ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "5000 100000"}, 1),
        ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "1600000 100000"}, 8),
        ({"proc/self/cgroup": "0::/a/b", f"{V2}/a/b/cpu.max": "max 100000", f"{V2}/a/cpu.max": "200000 100000"}, 2),
        ({"proc/self/cgroup": "4:cpu,cpuacct:/", f"{V1}/cpu.cfs_quota_us": "-1", f"{V1}/cpu.cfs_period_us": "9"}, 8),
        (
            {
                "proc/self/cgroup": "5:memory:/x\n4:cpu,cpuacct:/docker/not-seen-from-inside\n0::/",
                f"{V1}/cpu.cfs_quota_us": "250000",
                f"{V1}/cpu.cfs_period_us": "100000",
            },
            3,
        ),
        (
            {
                "proc/self/cgroup": "1:cpu:/own",
                f"{V2}/cpu/own/cpu.cfs_quota_us": "400000",
                f"{V2}/cpu/own/cpu.cfs_period_us": "100000",
            },
            4,
        ),
        ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "what is this"}, 8),
        ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "100000 0"}, 8),
        ({"proc/self/cgroup": "no such thing", f"{V2}/cpu.max": ""}, 8),
    ],
)
def test_cores_are_the_least_that_any_limit_grants(tmp_path: Path, files: dict[str, str], cores: int) -> None:
    assert available_cores(write(tmp_path, files)) == cores


def test_what_python_was_told_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "process_cpu_count", lambda: 5, raising=False)
    assert available_cores(tmp_path) == 5


def test_where_nothing_is_known_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "process_cpu_count", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert available_cores(tmp_path) == 1
