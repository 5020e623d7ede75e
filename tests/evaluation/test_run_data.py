"""Which images a run is measured on: those it was trained to read, or it is told why not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digits.data import Dataset, load_dataset
from digits.evaluation.run_data import choose_images
from digits.files import to_json
from digits.model.folder import SHIPPED


@pytest.fixture
def data(sample: Dataset, tmp_path: Path) -> Path:
    path = tmp_path / "mine.npz"
    np.savez(path, images=sample.test.images[:200], labels=sample.test.labels[:200])
    return path


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, sample: Dataset) -> None:
    """Stands for a machine on which MNIST is not to be had."""
    monkeypatch.setattr(
        "digits.evaluation.run_data.load_labelled",
        lambda *given: (sample.name, sample.test) if not given or given[0] is None else ("given", sample.validation),
    )


def make_run(folder: Path, dataset: dict[str, Any]) -> Path:
    shutil.copytree(SHIPPED, folder / "model")
    (folder / "config.json").write_text(to_json({"dataset": dataset}), encoding="utf-8")
    return folder


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Path:
    return make_run(tmp_path / "runs" / "a", load_dataset(data).to_dict())


def test_a_run_on_own_data_is_measured_on_its_own_test_images(run: Path, data: Path) -> None:
    name, examples, remark = choose_images([run])
    assert (name, remark) == ("mine", None)
    assert examples.sha256 == load_dataset(data).test.sha256


def test_so_are_several_runs_on_the_same_data(run: Path, tmp_path: Path) -> None:
    other = make_run(tmp_path / "runs" / "b", json.loads((run / "config.json").read_text())["dataset"])
    assert choose_images([run, other])[::2] == ("mine", None)


@pytest.mark.usefixtures("here")
def test_data_that_is_given_is_what_counts(run: Path) -> None:
    assert choose_images([run], Path("other.npz"))[::2] == ("given", None)


@pytest.mark.usefixtures("here")
def test_a_run_on_mnist_and_the_shipped_model_are_measured_on_mnist(tmp_path: Path, sample: Dataset) -> None:
    on_mnist = make_run(tmp_path / "m", {"name": "mnist"})
    assert choose_images([on_mnist, None])[::2] == (sample.name, None)


@pytest.mark.usefixtures("here")
def test_data_that_is_gone_is_told(run: Path, data: Path, sample: Dataset) -> None:
    data.unlink()
    name, _, remark = choose_images([run])
    assert name == sample.name
    assert "cannot be read" in str(remark)
    assert str(remark).endswith("this is measured on mnist-sample-5000, give other data with --data")


@pytest.mark.usefixtures("here")
def test_data_that_has_changed_is_told(run: Path, data: Path, sample: Dataset) -> None:
    np.savez(data, images=sample.test.images[200:400], labels=sample.test.labels[200:400])
    assert "are no longer those of this training" in str(choose_images([run])[2])


@pytest.mark.usefixtures("here")
def test_runs_on_different_data_are_told(run: Path, tmp_path: Path) -> None:
    assert "not all trained on the same data" in str(
        choose_images([run, make_run(tmp_path / "m", {"name": "mnist"})])[2]
    )


@pytest.mark.usefixtures("here")
def test_a_model_folder_without_its_run_is_told(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "a", {"name": "elsewhere"})
    assert "does not say where the data is" in str(choose_images([folder])[2])
