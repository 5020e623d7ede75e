"""The model folder: whole, verified, or refused."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.errors import ModelError
from digits.model.folder import SHIPPED, open_model, write_model
from digits.training.augmentation.augment import as_input
from digits.training.export.quantization import int8_bytes


@pytest.fixture(scope="module")
def int8(sample: Dataset) -> bytes:
    pytest.importorskip("onnx", reason="quantizing needs digits[train]")
    return int8_bytes(open_model().weights, as_input(sample.train.images[:50]))


@pytest.fixture
def both(folder: Path, int8: bytes) -> Path:
    """A folder with both precisions, the second with a temperature of its own."""
    model = open_model(folder)
    section = {"temperature": 1.5, "refusal": {"min_confidence": 0.25}, "measured": {"test_accuracy": 0.5}}
    write_model(folder, model.weights, dict(model.info) | {"int8": section}, int8=int8)
    return folder


@pytest.fixture
def float32_alone(folder: Path) -> Path:
    """A folder such as earlier releases wrote."""
    model = open_model(folder)
    write_model(folder, model.weights, model.info)
    return folder


def test_the_shipped_model_opens_and_is_not_much_over_three_megabytes() -> None:
    model = open_model()
    assert model.path == SHIPPED
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 3_200_000
    assert model.info["dataset"]["name"] == "mnist"
    assert model.info["measured"]["test_accuracy"] > 0.99


def test_the_shipped_int8_weights_lose_at_most_two_hundredths_of_a_point() -> None:
    info = open_model().info
    if "int8" not in info:
        pytest.skip("the shipped model is from before there was int8")
    assert info["int8"]["measured"]["test_accuracy"] >= info["measured"]["test_accuracy"] - 0.0002 - 1e-9


def test_a_run_folder_opens_through_its_model_folder(folder: Path) -> None:
    assert open_model(folder.parent).weights == open_model(folder).weights


def test_what_was_written_opens_again(folder: Path, tmp_path: Path) -> None:
    model = open_model(folder)
    write_model(tmp_path / "copy", model.weights, model.info, int8=model.int8, networks=model.networks)
    assert open_model(tmp_path / "copy").info == model.info


def test_writing_replaces_an_older_folder_and_leaves_nothing_beside_it(folder: Path) -> None:
    model = open_model(folder)
    write_model(folder, model.weights, dict(model.info) | {"note": "new"}, int8=model.int8)
    assert open_model(folder).info["note"] == "new"
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_disk_that_fills_up_leaves_the_older_folder_and_nothing_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_model(folder)
    replaced = os.replace

    def fail(source: Path, target: Path) -> None:
        if target == folder and source.name.startswith(".model-") and not source.name.endswith("-old"):
            raise OSError(errno.ENOSPC, "No space left on device")
        replaced(source, target)

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_model(folder, model.weights, dict(model.info) | {"note": "new"}, int8=model.int8)
    assert open_model(folder).info == model.info
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("name", ["model.onnx", "model.int8.onnx"])
def test_a_changed_weight_is_refused(both: Path, name: str) -> None:
    weights = bytearray((both / name).read_bytes())
    weights[-1000] ^= 1
    (both / name).write_bytes(weights)
    with pytest.raises(ModelError, match="SHA-256"):
        digits.load(both)


@pytest.mark.parametrize("name", ["model.onnx", "model.int8.onnx"])
def test_missing_weights_are_named(both: Path, name: str) -> None:
    (both / name).unlink()
    with pytest.raises(ModelError, match=re.escape(name)):
        open_model(both)


def test_int8_is_read_by_default_and_brings_its_own_confidence_and_figures(both: Path) -> None:
    default, float32 = digits.load(both), digits.load(both, precision="float32")
    assert (default.info["precision"], float32.info["precision"]) == ("int8", "float32")
    assert (default.info["temperature"], default.info["measured"]) == (1.5, {"test_accuracy": 0.5})
    assert float32.info["temperature"] != 1.5
    assert default.info["weights"]["file"] == "model.int8.onnx"
    assert default.info["recipe"] == float32.info["recipe"]


def test_both_precisions_read_the_same_digits(both: Path, sample: Dataset) -> None:
    values = [
        digits.load(both, precision=name).classify_frames(sample.test.images).values for name in ("float32", "int8")
    ]
    assert np.mean(values[0] == values[1]) >= 0.99


def test_a_folder_without_int8_is_read_in_float32(float32_alone: Path) -> None:
    assert not (float32_alone / "model.int8.onnx").exists()
    assert digits.load(float32_alone).info["precision"] == "float32"


def test_a_precision_that_is_not_there_is_an_error(float32_alone: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.int8\.onnx"):
        digits.load(float32_alone, precision="int8")


def test_a_precision_that_there_is_not_is_a_wrong_argument() -> None:
    with pytest.raises(ValueError, match="float16"):
        digits.load(precision="float16")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected a model description"),
        ("[]", "it is list"),
        ("[" * 100_000, "too deep"),
        ('{"format": 99}', "got 99"),
        ('{"format": 1}', "SHA-256"),
        ('{"format": 1, "weights": {"sha256": 5}}', "SHA-256"),
        ('{"format": 1, "weights": {"sha256": "0"}, "int8": {}}', "SHA-256"),
        ('{"format": 1, "weights": {"sha256": "0"}, "int8": 5}', "SHA-256"),
    ],
)
def test_a_damaged_description_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / "model.json").write_text(text)
    with pytest.raises(ModelError, match=message):
        open_model(folder)


@pytest.mark.parametrize("name", ["read_text", "read_bytes", "is_file"])
def test_what_may_not_be_read_is_not_called_damaged(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def deny(path: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, name, deny)
    with pytest.raises(ModelError, match="Permission denied; check the path and its permissions"):
        open_model(folder)


@pytest.mark.parametrize("part", ["dataset", "dataset.sizes", "recipe", "recipe.augmentation", "measured"])
def test_a_part_of_the_description_that_is_no_object_is_refused(folder: Path, part: str) -> None:
    info = json.loads((folder / "model.json").read_text())
    inner = info
    *above, last = part.split(".")
    for key in above:
        inner = inner[key]
    inner[last] = "what is this"
    (folder / "model.json").write_text(json.dumps(info))
    with pytest.raises(ModelError, match=f"its {part} is str"):
        digits.load(folder)
    inner[last] = None
    (folder / "model.json").write_text(json.dumps(info))
    digits.load(folder)


def test_a_description_without_temperature_is_refused(folder: Path) -> None:
    info = json.loads((folder / "model.json").read_text())
    for section in (info, info.get("int8", {})):
        section.pop("temperature", None)
    (folder / "model.json").write_text(json.dumps(info))
    with pytest.raises(ModelError, match="temperature"):
        digits.load(folder)


@pytest.mark.slow
def test_the_shipped_model_keeps_its_published_accuracy(reader: digits.Reader, mnist: Dataset) -> None:
    test = mnist.test
    accuracy = float(np.mean(reader.classify_frames(test.images).values == test.labels))
    assert accuracy == pytest.approx(reader.info["measured"]["test_accuracy"], abs=2e-4)


@pytest.mark.parametrize("temperature", [0, -1, float("nan"), float("inf"), 1e-320, 10**400, "warm"])
def test_a_temperature_that_is_none_is_refused(folder: Path, temperature: object) -> None:
    info = json.loads((folder / "model.json").read_text())
    for section in (info, info.get("int8", {})):
        section["temperature"] = temperature
    (folder / "model.json").write_text(json.dumps(info))
    with pytest.raises(ModelError, match="temperature"):
        digits.load(folder)
