"""What the digit network is worth by itself: the page network, which has a say in reading, must not flatter it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from shell import call

import digits
from digits.data import Dataset
from digits.model.folder import SHIPPED


@pytest.fixture(scope="module")
def ignorant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped model with a digit network to which all digits are as likely: it always answers 0."""
    folder = tmp_path_factory.mktemp("ignorant") / "model"
    shutil.copytree(SHIPPED, folder)
    network = onnx.load(folder / "model.onnx")
    for constant in network.graph.initializer:
        if constant.name.startswith("probabilities."):
            constant.CopyFrom(numpy_helper.from_array(0 * numpy_helper.to_array(constant), constant.name))
    weights = network.SerializeToString()
    (folder / "model.onnx").write_bytes(weights)
    info = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    info["weights"] |= {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}
    del info["int8"]
    (folder / "model.json").write_text(json.dumps(info), encoding="utf-8")
    return folder


def test_the_page_network_alone_reads_most_digits(ignorant: Path, sample: Dataset) -> None:
    """Or the next test would show nothing."""
    read = digits.load(ignorant).classify(list(sample.test.images[::8]))
    assert np.mean([int(np.argmax(one.probabilities)) for one in read] == sample.test.labels[::8]) > 0.8


@pytest.mark.slow
def test_a_network_that_knows_nothing_is_measured_as_that(ignorant: Path, sample: Dataset, tmp_path: Path) -> None:
    np.savez(tmp_path / "some.npz", images=sample.test.images[::5], labels=sample.test.labels[::5])
    done = call("evaluate", ignorant, "--data", "some.npz", "--out", "out", cwd=tmp_path)
    measured = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
    assert measured["accuracy"] == np.mean(sample.test.labels[::5] == 0) < 0.2
    assert any(notice.startswith("AT CHANCE") for notice in measured["notices"])
    assert measured["measured"] == "the digit network alone"
    assert "measured is the digit network alone; digits read asks the page network as well" in done.stdout.decode()


def test_a_reader_shows_whose_page_network_has_a_say(ignorant: Path) -> None:
    reader = digits.load(ignorant)
    sha256 = reader.info["networks"]["spotter"]["weights"]["sha256"]
    assert f"page network {sha256[:12]}" in repr(reader)
