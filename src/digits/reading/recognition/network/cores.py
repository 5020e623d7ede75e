"""How many cores this process may keep busy goes out: those it is bound to, and the share a container grants."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path("/")


def available_cores(root: Path = ROOT) -> int:
    """Return how many threads have a core to run on, at least 1.

    That is the least of what Python counts (on 3.13 ``PYTHON_CPU_COUNT`` too), the cores this process is bound to, and
    its CPU quota, which `docker run --cpus` and Kubernetes limits set, a part of a core counted as one.

    Args:
        root: the folder that holds ``proc`` and ``sys``.
    """
    count = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    if hasattr(os, "sched_getaffinity"):
        count = min(count, len(os.sched_getaffinity(0)))
    return max(1, min([count, *(math.ceil(quota) for quota in _quotas(root))]))


def _quotas(root: Path) -> Iterator[float]:
    """Yield each limit on the control group of this process, in cores.

    Linux only; see Control Group v2, "CPU Interface Files", and for v1 CFS Bandwidth Control, in the kernel's docs.
    """
    mounted = root / "sys/fs/cgroup"
    for line in (_read(root / "proc/self/cgroup") or "").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if not controllers:  # v2: one tree for everything
            for folder in _upward(mounted, group):
                quota, _, period = (_read(folder / "cpu.max") or "").partition(" ")
                yield from _share(quota, period)
        elif "cpu" in controllers.split(","):
            for name in (controllers, "cpu"):  # the tree's own name, or the link that most systems have
                for folder in _upward(mounted / name, group):
                    yield from _share(_read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us"))


def _upward(mounted: Path, group: str) -> Iterator[Path]:
    """Yield the folder of ``group`` and those above it, whose limits hold too; in a container some are not there."""
    inside = PurePosixPath(group.lstrip("/"))
    yield from (mounted / part for part in (inside, *inside.parents))


def _share(quota: str | None, period: str | None) -> Iterator[float]:
    """Yield microseconds of work per microsecond, unless there is no limit: "max", -1 or no file."""
    try:
        share = int(quota or "") / int(period or "")
    except (ValueError, ZeroDivisionError):
        return
    if share > 0:
        yield share


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
