"""The whole way of a person with pictures: class folders, a training, and what the network then reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from shell import call

import digits
from digits.data import Dataset
from digits.reading.recognition.calibration import ENOUGH

pytestmark = pytest.mark.slow  # each needs a whole training

LINE = "31415926"


@dataclass(frozen=True)
class Trained:
    """Pictures in class folders, what was said on both outputs, and the run."""

    pictures: Path
    run: Path
    out: str
    err: str

    @property
    def metrics(self) -> dict:
        return dict(json.loads((self.run / "metrics.json").read_text(encoding="utf-8")))


def write_pictures(sample: Dataset, count: int, folder: Path) -> Path:
    """Write ``count`` digits, dark on light and larger than a frame, as many of each."""
    images, labels = (
        np.concatenate([getattr(part, name) for part in sample.parts.values()]) for name in ("images", "labels")
    )
    for digit in range(10):
        (folder / str(digit)).mkdir(parents=True)
        for number in np.flatnonzero(labels == digit)[: count // 10]:
            picture = cv2.resize(255 - np.pad(images[number], 8), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
            cv2.imwrite(str(folder / str(digit) / f"{number}.png"), picture)
    return folder


@pytest.fixture(scope="module", params=[80, 400, 1500, 4000])
def trained(request: pytest.FixtureRequest, sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    here = tmp_path_factory.mktemp(f"own{request.param}")
    pictures = write_pictures(sample, request.param, here / "own")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digits.experiments.run.ROBUSTNESS_IMAGES", 20)
        done = call("train", "--data", "own", "--name", "mine", "--epochs", 1, cwd=here)
    assert done.returncode == 0, done.stderr.decode()
    return Trained(pictures, here / "runs" / "mine", done.stdout.decode(), done.stderr.decode())


def test_its_own_pictures_are_read_and_not_refused(trained: Trained) -> None:
    paths = sorted(trained.pictures.rglob("*.png"))[:: max(1, len(list(trained.pictures.rglob("*.png"))) // 80)]
    read = digits.load(trained.run).classify(paths)
    assert np.mean([digit.value is None for digit in read]) <= 0.05
    assert np.mean([digit.value == int(path.parent.name) for digit, path in zip(read, paths, strict=True)]) >= 0.95


def test_a_line_of_them_is_read(trained: Trained, tmp_path: Path) -> None:
    first = {digit: sorted((trained.pictures / str(digit)).iterdir())[0] for digit in range(10)}
    line = np.hstack([cv2.imread(str(first[int(digit)]), cv2.IMREAD_GRAYSCALE)[:, 10:-10] for digit in LINE])
    cv2.imwrite(str(tmp_path / "line.png"), np.pad(line, 40, constant_values=255))
    done = call("read", "--model", trained.run, tmp_path / "line.png")
    assert done.stdout.decode().split() == [LINE]


def test_the_threshold_is_one_that_an_answer_can_reach_and_its_doubts_are_told(trained: Trained) -> None:
    refusal = digits.load(trained.run).info["refusal"]
    held_out = trained.metrics["dataset"]["sizes"]["validation"]
    assert refusal["min_confidence"] <= min(0.05 ** (1 / held_out), digits.load().info["refusal"]["min_confidence"])
    assert held_out < ENOUGH
    told = "TOO FEW DIGITS FOR A REFUSAL THRESHOLD"
    assert told in trained.out
    assert any(notice.startswith(told) for notice in trained.metrics["notices"])
    assert told in (trained.run / "report.html").read_text(encoding="utf-8")


def test_what_was_decided_is_told_first_and_recorded(trained: Trained) -> None:
    told = trained.err.splitlines()[0]
    assert "the training starts from the shipped network's weights, in batches of" in told
    assert "--from-scratch trains a fresh network" in told
    recorded = json.loads((trained.run / "config.json").read_text(encoding="utf-8"))
    shipped = digits.load(precision="float32").info["weights"]["sha256"]
    assert recorded["initial_weights"]["sha256"] == shipped
    assert digits.load(trained.run).info["initial_weights"] == recorded["initial_weights"]
    assert recorded["recipe"]["start"] in (trained.run / "report.html").read_text(encoding="utf-8")


def test_evaluate_measures_its_own_test_images(trained: Trained, tmp_path: Path) -> None:
    done = call("evaluate", trained.run, "--json", cwd=tmp_path)
    measured = json.loads(done.stdout)
    assert (measured["dataset"], measured["n"]) == ("own", trained.metrics["test_n"])
    assert measured["accuracy"] == trained.metrics["int8_test_accuracy"]
