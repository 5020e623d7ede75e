"""Seeds trained on a Ray cluster: the networks are those that one process makes, whatever is killed meanwhile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import TINY_PLAN, Silence, study_in_a_new_process

pytest.importorskip("ray", reason="needs the extra ray")
from clusters import at_work, cluster_of
from ray.cluster_utils import Cluster

from digits.data import Dataset
from digits.errors import RunError
from digits.experiments.ray_engine import MOST_DEATHS, RayEngine, train_seed
from digits.experiments.seeds import Engine, LocalEngine, Study
from digits.experiments.study import run_study
from digits.training.resuming.run_folder import begin_run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
SEEDS = [3, 4, 5]
LOCAL = LocalEngine(lambda _: Silence())


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with cluster_of(2 * TINY_PLAN.threads) as made:
        yield made


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def on_ray(cluster: Cluster, told: list[str]) -> RayEngine:
    return RayEngine(told.append, cluster.address)


def study_in(out: Path, data: Dataset, engine: Engine, seeds: list[int] = SEEDS) -> dict[str, Any]:
    return run_study(data, TINY_PLAN, seeds, out=out, name="study", engine=engine)


def facts_of(folder: Path) -> dict[str, Any]:
    """Return what a study's folder holds but for times."""
    found: dict[str, Any] = {"files": sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))}
    for seed in SEEDS:
        run = folder / f"seed-{seed}"
        found[f"{seed}"] = json.loads((run / "metrics.json").read_text()) | {"seconds": None}
        found[f"{seed} config"] = json.loads((run / "config.json").read_text())
        found[f"{seed} network"] = (run / "model" / "model.onnx").read_bytes()
    return found | {"summary": json.loads((folder / "summary.json").read_text()) | {"training_seconds": None}}


def test_with_a_process_killed_the_study_is_the_same_as_in_one_process(
    on_ray: RayEngine, told: list[str], small: Dataset, tmp_path: Path
) -> None:
    local = study_in_a_new_process(tmp_path / "local", small, SEEDS)
    folder = tmp_path / "ray" / "study"

    def kill() -> None:
        while not list(folder.glob("*.partial/checkpoint.npz")):
            time.sleep(0.02)
        at_work("train_seed")[0].kill()

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    clustered = study_in(tmp_path / "ray", small, on_ray)
    assert clustered | {"training_seconds": None} == local | {"training_seconds": None}
    assert facts_of(folder) == facts_of(tmp_path / "local" / "study")
    assert told[0] == "training 3 seeds with Ray, up to 2 at once"
    assert len([line for line in told if "its process died (WorkerCrashedError)" in line]) == 1
    assert sorted(line.split(" is done")[0] for line in told if " is done, " in line) == ["seed 3", "seed 4", "seed 5"]


def test_what_is_complete_is_kept_and_needs_no_cluster(
    on_ray: RayEngine, told: list[str], small: Dataset, tmp_path: Path
) -> None:
    first = study_in(tmp_path, small, on_ray, [3])
    told.clear()
    nowhere = RayEngine(told.append, "nowhere:1")
    assert study_in(tmp_path, small, nowhere, [3]) == first
    assert told == []


def test_an_error_in_a_training_is_that_of_one_process(on_ray: RayEngine, small: Dataset, tmp_path: Path) -> None:
    other = replace(TINY_PLAN, seed=4, recipe=TINY_PLAN.recipe.with_epochs(9))
    begin_run(tmp_path / "study", "seed-4", other.to_dict())
    said = []
    for engine in (on_ray, LOCAL):
        with pytest.raises(RunError, match="expected --epochs 9, with which") as raised:
            study_in(tmp_path, small, engine, [4])
        said.append(str(raised.value))
    assert said[0] == said[1]
    assert [path.name for path in (tmp_path / "study").iterdir()] == ["seed-4.partial"]


def test_a_training_that_dies_again_and_again_is_an_error(
    on_ray: RayEngine, told: list[str], small: Dataset, tmp_path: Path
) -> None:
    is_over = threading.Event()

    def kill() -> None:
        while not is_over.is_set():
            for process in at_work("train_seed"):
                process.kill()
            time.sleep(0.02)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with pytest.raises(RunError, match=f"its process died {MOST_DEATHS} times, the last with WorkerCrashedError"):
            study_in(tmp_path, small, on_ray, [3])
    finally:
        is_over.set()
        killer.join()
    assert len([line for line in told if "its process died" in line]) == MOST_DEATHS - 1


def test_more_threads_than_any_node_has_cores_are_refused(on_ray: RayEngine, small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"expected a Ray node with 64 cores, .* the largest has 4; .* fewer --threads"):
        run_study(small, replace(TINY_PLAN, threads=64), SEEDS, out=tmp_path, name="study", engine=on_ray)


@pytest.mark.parametrize("address", ["127.0.0.1:9", "ray://127.0.0.1:9", "127.0.0.1:99999", "nowhere.invalid:6379"])
def test_a_cluster_that_is_not_there_is_an_error_at_once(
    address: str, told: list[str], small: Dataset, tmp_path: Path
) -> None:
    before = time.monotonic()
    with pytest.raises(RunError, match=f"expected a Ray cluster at {address}; .*; check --address"):
        study_in(tmp_path, small, RayEngine(told.append, address))
    assert time.monotonic() - before < 30
    assert told == []


def test_a_node_that_does_not_reach_the_folder_says_so(small: Dataset, tmp_path: Path) -> None:
    study = Study(small, TINY_PLAN, tmp_path / "study")
    with pytest.raises(RunError, match=r"expected .*study on storage that every node reaches; .* give another --out"):
        train_seed(study, 3, tmp_path / "study" / "mark")
    assert not study.folder.exists()
