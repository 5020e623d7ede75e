"""The engine for a cluster: two nodes, of which actors and one node die, and every row is there once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ray", reason="needs the extra ray")
from clusters import at_work, cluster_of
from ray.cluster_utils import Cluster

from digits.batch.inputs.plan import Sources
from digits.batch.job import Job
from digits.batch.local import LocalEngine
from digits.batch.parts import Parts
from digits.batch.ray_engine import RayEngine
from digits.batch.task import Engine, Setup, weights_of
from digits.model.load import load

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster of two nodes on this machine; the second can be killed."""
    with cluster_of(1, Path(__file__).parent) as made:
        yield made


def rows_of(engine: Engine, folder: Path, out: Path, setup: Setup) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    job = Job(str(out), setup.about)
    assert job.begin("new")
    job.run(Sources([str(folder)], size=5), engine, retry=False, on_done=lambda _: None)
    return [row | {"seconds": None} for row in pq.read_table(out).to_pylist()]


def test_an_actor_and_then_a_node_are_killed_and_every_row_is_there_once(
    cluster: Cluster, write_tar: Callable[..., Path], pngs: Mapping[str, bytes], tmp_path: Path
) -> None:
    tar = write_tar({f"{i}-{name}": content for i in range(10) for name, content in pngs.items()})
    setup = Setup(None, weights_of(load()), single=True)
    local, clustered = tmp_path / "local.parquet", tmp_path / "ray.parquet"
    wanted = rows_of(LocalEngine(setup, Parts(str(local)), 2), tar, local, setup)
    second = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    engine = RayEngine(setup, Parts(str(clustered)), cluster.address, 2)
    killed: list[str] = []

    def kill() -> None:
        parts = Path(Parts(str(clustered)).place)
        for what, after in (("actor", 5), ("node", 15)):
            while len(list(parts.glob("*.parquet"))) < after:
                time.sleep(0.01)
            if what == "actor":
                at_work("Reading")[0].kill()
            else:
                cluster.remove_node(second, allow_graceful=False)
            killed.append(what)

    killer = threading.Thread(target=kill)
    killer.start()
    found = rows_of(engine, tar, clustered, setup)
    killer.join()
    assert killed == ["actor", "node"]
    assert found == wanted
