"""A Ray cluster on this machine, whose nodes and processes can be killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import ray
from ray.cluster_utils import Cluster


@contextmanager
def cluster_of(cpus: int, *sources: Path) -> Iterator[Cluster]:
    """Yield a cluster of one node with so many cores, which finds this package and the modules in ``sources``."""
    places = [Path(__file__).parents[1] / "src", *sources]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(map(str, places)), prepend=os.pathsep)
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": cpus, "include_dashboard": False})
        made.wait_for_nodes()
        yield made
        ray.shutdown()
        made.shutdown()


def at_work(task: str) -> list[psutil.Process]:
    """Return the processes below this one that are at work on a task, or are an actor, of this name."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.cmdline()[:1] and process.cmdline()[0].startswith(f"ray::{task}"):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found
