"""The networks beside the digit network: declared, verified, exchangeable."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from silent_spotter import mute_spotter

import digits
from digits.data import Dataset
from digits.errors import ModelError
from digits.model.folder import SHIPPED, open_model, write_model
from digits.model.load import Precision

SHIPPED_SPOTTER = SHIPPED / "spotter.onnx"


@pytest.fixture
def format_1(folder: Path) -> Path:
    """A folder as the release before this one wrote it."""
    info = json.loads((folder / "model.json").read_text())
    del info["networks"]
    (folder / "model.json").write_text(json.dumps(info | {"format": 1}))
    (folder / "spotter.onnx").unlink()
    return folder


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    """A spotter that sees no digit anywhere: its answers are those of the shipped one times nought."""
    return mute_spotter(tmp_path / "silent.onnx")


def number(sample: Dataset) -> np.ndarray:
    """A page with one number on it: dark on white."""
    line = np.hstack([sample.test.images[i] for i in (100, 200, 300)])
    return 255 - np.pad(line, 20)


@pytest.mark.parametrize(("precision", "file"), [("float32", "spotter.onnx"), ("int8", "spotter.int8.onnx")])
def test_a_reader_tells_of_every_network_that_has_a_say(precision: Precision, file: str) -> None:
    known = digits.load(precision=precision).info["networks"]["spotter"]
    assert known["weights"]["file"] == file
    assert known["weights"]["sha256"] == hashlib.sha256((SHIPPED / file).read_bytes()).hexdigest()
    assert known["from"] == "the model folder"
    assert known["purpose"]
    assert known["held_out"]["found"] > 0.9


def test_a_changed_spotter_is_refused(folder: Path) -> None:
    weights = bytearray((folder / "spotter.onnx").read_bytes())
    weights[-1000] ^= 1
    (folder / "spotter.onnx").write_bytes(weights)
    with pytest.raises(ModelError, match="SHA-256"):
        digits.load(folder)


def test_a_missing_spotter_is_named(folder: Path) -> None:
    (folder / "spotter.onnx").unlink()
    with pytest.raises(ModelError, match=r"spotter\.onnx; nothing is there; copy the model folder again"):
        digits.load(folder)


def test_a_spotter_without_its_hash_is_refused(folder: Path) -> None:
    info = json.loads((folder / "model.json").read_text())
    del info["networks"]["spotter"]["weights"]
    (folder / "model.json").write_text(json.dumps(info))
    with pytest.raises(ModelError, match="SHA-256"):
        digits.load(folder)


def test_a_folder_of_format_1_reads_with_the_shipped_spotter_and_says_so(format_1: Path, sample: Dataset) -> None:
    reader = digits.load(format_1, threads=1)
    assert reader.info["networks"]["spotter"]["from"] == "the shipped model"
    assert reader.read(number(sample)).text == digits.load(threads=1).read(number(sample)).text


def test_what_was_written_again_keeps_its_spotter(folder: Path, tmp_path: Path) -> None:
    model = open_model(folder)
    write_model(tmp_path / "copy", model.weights, model.info, int8=model.int8, networks=model.networks)
    copy = open_model(tmp_path / "copy")
    assert (copy.info, copy.networks) == (model.info, model.networks)


def test_another_spotter_takes_the_place_of_the_folders(silent: Path, sample: Dataset) -> None:
    assert len(digits.load(threads=1).read(number(sample)).text) == 3
    reader = digits.load(threads=1, networks={"spotter": silent})
    known = reader.info["networks"]["spotter"]
    assert known["from"] == str(silent)
    assert known["weights"]["sha256"] == hashlib.sha256(silent.read_bytes()).hexdigest()
    assert reader.read(number(sample)).text != digits.load(threads=1).read(number(sample)).text
    assert pickle.loads(pickle.dumps(reader)).read(number(sample)) == reader.read(number(sample))


def test_another_spotter_that_is_none_is_refused_when_it_is_given(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected a spotter"):
        digits.load(networks={"spotter": SHIPPED / "model.onnx"})
    with pytest.raises(ModelError, match=r"none\.onnx"):
        digits.load(networks={"spotter": tmp_path / "none.onnx"})


def test_a_network_that_there_is_not_is_a_wrong_argument() -> None:
    with pytest.raises(ValueError, match="spotter"):
        digits.load(networks={"digits": SHIPPED / "model.onnx"})
    with pytest.raises(TypeError, match="dict"):
        digits.load(networks=[SHIPPED_SPOTTER])  # type: ignore[arg-type]
