"""``digits train --engine ray`` as a shell sees it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from shell import call

from digits.data import Dataset


def test_one_training_alone_is_not_for_ray(tmp_path: Path) -> None:
    for options in ([], ["--members", "2", "--name", "a"], ["--resume"]):
        done = call("train", "--engine", "ray", *options, cwd=tmp_path)
        assert done.returncode == 2
        assert b"add --seeds, such as" in done.stderr


def test_an_address_without_the_engine_is_wrong_use(tmp_path: Path) -> None:
    done = call("train", "--seeds", "0-1", "--address", "auto", cwd=tmp_path)
    assert done.returncode == 2
    assert b"add --engine ray" in done.stderr


def test_without_ray_the_error_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    done = call("train", "--seeds", "0-1", "--engine", "ray", cwd=tmp_path)
    assert done.returncode == 1
    assert b"pip install '.[ray]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_ends_the_tasks_of_a_cluster_and_the_same_command_goes_on(sample: Dataset, tmp_path: Path) -> None:
    """First on a cluster that lives on, then with a Ray of the command's own."""
    pytest.importorskip("ray", reason="needs the extra ray")
    from clusters import at_work, cluster_of

    np.savez(tmp_path / "mine.npz", images=sample.train.images[::10], labels=sample.train.labels[::10])
    options = ["--data", "mine.npz", "--recipe", "finetune", "--epochs", "10", "--threads", "1", "--name", "study"]
    command = [sys.executable, "-m", "digits", "train", "--seeds", "0-1", "--engine", "ray", *options]
    with cluster_of(1) as cluster:
        environment = {**os.environ, "RAY_ADDRESS": cluster.address}
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE)
        while process.poll() is None and not list(tmp_path.glob("runs/study/*.partial/checkpoint.npz")):
            time.sleep(0.05)
        assert at_work("train_seed")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 130, told
        assert b"continue with: the same command" in told
        assert b"Traceback" not in told
        end = time.monotonic() + 20
        while at_work("train_seed") and time.monotonic() < end:
            time.sleep(0.1)
        assert at_work("train_seed") == []
    (begun,) = tmp_path.glob("runs/study/*.partial")
    alone = {key: value for key, value in os.environ.items() if key != "RAY_ADDRESS"}
    done = subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert b"2 of 2: test accuracy" in done.stderr
    assert (begun.with_name("seed-0") / "metrics.json").exists()
    assert sorted(path.name for path in begun.parent.iterdir()) == ["latest", "seed-0", "seed-1", "summary.json"]
