"""The processes that benchmarks/inference.py measures; how fast they are is no test's business."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from speed.contestants import BATCH_SIZE, REFERENCE
from speed.worker import Worker

from digits.model.folder import SHIPPED


@pytest.fixture
def files(tmp_path: Path) -> Path:
    np.save(tmp_path / "frames.npy", np.zeros((BATCH_SIZE, 28, 28), np.uint8))
    shutil.copytree(SHIPPED, tmp_path / "model")
    return tmp_path


@pytest.mark.slow
def test_a_contestant_takes_its_turns_and_is_compared_round_by_round(files: Path) -> None:
    worker = Worker(sys.executable, REFERENCE, files, 1)
    try:
        assert worker.wait_until_ready() is None
        worker.measure()
        worker.measure()
        row = worker.summarize(worker)
    finally:
        worker.close()
    assert row["ratio"] == row["latency_ratio"] == 1
    assert row["ratio_range"] == [1, 1]
    assert 0 < row["latency_us"]["median"] <= row["latency_us"]["p99"]
    assert row["images_per_second"]["n"] == 2
    assert row["memory_mb"] > 10


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process's memory counts from its start anyway")
def test_a_contestant_s_memory_is_its_own_and_not_that_of_who_started_it(files: Path) -> None:
    held = np.ones(50_000_000)  # 400 MB
    worker = Worker(sys.executable, REFERENCE, files, 1)
    try:
        assert worker.wait_until_ready() is None
        worker.measure()
        assert worker.summarize(worker)["memory_mb"] < held.nbytes / 2**20
    finally:
        worker.close()


def test_a_contestant_that_cannot_run_says_why(files: Path) -> None:
    (files / "model" / "model.onnx").write_bytes(b"no model")
    worker = Worker(sys.executable, REFERENCE, files, 1)
    reason = worker.wait_until_ready()
    worker.close()
    assert reason
    assert "model.onnx" in reason
