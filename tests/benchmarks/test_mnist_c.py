"""The benchmark's mechanics; what it measures is no test's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "mnist_c.py"
CORRUPTIONS = (
    "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "shear", "scale", "rotate", "brightness", "translate",
    "stripe", "fog", "spatter", "dotted_line", "zigzag", "canny_edges",
)  # fmt: skip


def run(place: Path | None, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "DIGITS_DATA"}
    environment |= {"DIGITS_DATA": str(place)} if place else {}
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def place(tmp_path: Path, sample: Dataset) -> Path:
    """A folder with a file of corruptions that leave the digits as they are, except for a black fog."""
    images, labels = sample.test.images[:50], sample.test.labels[:50]
    corrupted = dict.fromkeys(CORRUPTIONS, images) | {"fog": np.zeros_like(images)}
    np.savez(tmp_path / "mnist_c_1000.npz", labels=labels, **corrupted)
    return tmp_path


def test_without_the_file_it_says_so_and_is_no_failure(tmp_path: Path) -> None:
    for where in (None, tmp_path):
        done = run(where, "--out", tmp_path / "result.json")
        assert done.returncode == 0
        assert done.stdout == ""
        assert done.stderr.startswith("skipped: MNIST-C is not here")
        assert not (tmp_path / "result.json").exists()


@pytest.mark.slow
def test_it_ends_in_one_line_of_json_and_writes_the_same(place: Path, sample: Dataset, reader: digits.Reader) -> None:
    done = run(place, "--out", place / "results" / "mnist_c.json")
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == json.loads((place / "results" / "mnist_c.json").read_text(encoding="utf-8"))
    predictions = reader.classify_frames(sample.test.images[:50])
    right = float((predictions.values == sample.test.labels[:50]).mean())
    assert result["accuracy"]["shear"] == right
    assert result["accuracy"]["fog"] < 0.5
    assert result["mean_accuracy"] == pytest.approx((right * 14 + result["accuracy"]["fog"]) / 15)
    assert result["n"] == 50
    assert result["model_sha256"] == reader.info["weights"]["sha256"]


@pytest.mark.slow
def test_a_file_in_the_folder_names_the_folder_too(place: Path) -> None:
    done = run(place / "mnist.npz")
    assert "mean of 15" in done.stdout


@pytest.mark.slow
def test_what_is_no_model_or_no_mnist_c_is_a_sentence(place: Path) -> None:
    done = run(place, "--model", place / "nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("error: expected a model or run folder")
    np.savez(place / "mnist_c_1000.npz", labels=np.arange(3))
    done = run(place)
    assert done.returncode == 1
    assert "expected shot_noise" in done.stderr
