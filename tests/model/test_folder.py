"""The model folder: whole, verified, or refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.errors import ModelError
from digits.model.folder import SHIPPED, open_model, write_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


def test_the_shipped_model_opens_and_is_under_two_megabytes() -> None:
    model = open_model()
    assert model.path == SHIPPED
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 2_000_000
    assert model.info["dataset"]["name"] == "mnist"
    assert model.info["measured"]["test_accuracy"] > 0.99


def test_a_run_folder_opens_through_its_model_folder(folder: Path) -> None:
    assert open_model(folder.parent).weights == open_model(folder).weights


def test_what_was_written_opens_again(folder: Path, tmp_path: Path) -> None:
    model = open_model(folder)
    write_model(tmp_path / "copy", model.weights, model.info)
    assert open_model(tmp_path / "copy").info == model.info


def test_writing_replaces_an_older_folder_and_leaves_nothing_beside_it(folder: Path) -> None:
    model = open_model(folder)
    write_model(folder, model.weights, dict(model.info) | {"note": "new"})
    assert open_model(folder).info["note"] == "new"
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_changed_weight_is_refused(folder: Path) -> None:
    weights = bytearray((folder / "model.onnx").read_bytes())
    weights[-1000] ^= 1
    (folder / "model.onnx").write_bytes(weights)
    with pytest.raises(ModelError, match="SHA-256"):
        digits.load(folder)


def test_missing_weights_are_named(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx"):
        open_model(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected a model description"),
        ("[]", "got list"),
        ('{"format": 99}', "got 99"),
        ('{"format": 1}', "SHA-256"),
        ('{"format": 1, "weights": {"sha256": 5}}', "SHA-256"),
    ],
)
def test_a_damaged_description_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / "model.json").write_text(text)
    with pytest.raises(ModelError, match=message):
        open_model(folder)


def test_a_description_without_temperature_is_refused(folder: Path) -> None:
    info = json.loads((folder / "model.json").read_text())
    del info["temperature"]
    (folder / "model.json").write_text(json.dumps(info))
    with pytest.raises(ModelError, match="temperature"):
        digits.load(folder)


def test_a_path_without_a_model_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nothing is there"):
        open_model(tmp_path / "absent")
    with pytest.raises(ModelError, match="digits train"):
        open_model(tmp_path)


def test_the_shipped_model_keeps_its_published_accuracy(reader: digits.Reader, mnist: object) -> None:
    test = mnist.test  # type: ignore[attr-defined]
    accuracy = float(np.mean(reader.classify_frames(test.images).values == test.labels))
    assert accuracy == pytest.approx(reader.info["measured"]["test_accuracy"], abs=2e-4)
