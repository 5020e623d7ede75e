"""What is given for a model folder and is none: named, with what to do."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

import digits
from digits.errors import ModelError
from digits.model.folder import open_model


def test_a_path_without_a_model_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nothing is there"):
        open_model(tmp_path / "absent")
    with pytest.raises(ModelError, match="digits train"):
        open_model(tmp_path)


@pytest.mark.parametrize("name", ["CNN_mnist.h5", "CNN_mnist.keras", "config.json", "evaluation/", "model/model.json"])
def test_what_lies_in_a_run_folder_points_to_that_folder(folder: Path, name: str) -> None:
    path = folder.parent / name
    path.mkdir() if name.endswith("/") else path.touch()
    with pytest.raises(ModelError, match=f"{re.escape(str(path))} is .*; give {re.escape(str(path.parent))}$"):
        digits.load(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.h5", b"\x89HDF\r\n\x1a\n....", r"is an HDF5 file.*open this with keras\.models\.load_model"),
        ("weights", b"\x89HDF\r\n\x1a\n....", "is an HDF5 file"),
        ("a.keras", b"PK\x03\x04", r"is a Keras file.*keras\.models\.load_model"),
        ("a.onnx", b"\x08\x08", "is an ONNX file.*onnxruntime"),
        ("a.tflite", b"\x1c\0\0\0TFL3", "is a LiteRT file.*LiteRT"),
        ("a.pth", b"PK\x03\x04", "is a PyTorch file.*PyTorch"),
        ("a/saved_model.pb", b"\x08", r"a is a TensorFlow SavedModel.*tensorflow\.saved_model\.load"),
        ("a.h5", b"version https://git-lfs", "is a Git LFS pointer.*; check the path"),
        ("a.onnx", b"", "is an empty file; check the path"),
    ],
)
def test_a_network_of_another_format_is_named_with_what_opens_it(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        digits.load(tmp_path / name.split("/")[0])


def test_a_folder_of_runs_points_to_the_newest(folder: Path, tmp_path: Path) -> None:
    for number, name in enumerate(("seed-1", "seed-0")):
        shutil.copytree(folder, tmp_path / "runs" / name / "model")
        os.utime(tmp_path / "runs" / name, (number, number))
    with pytest.raises(ModelError, match=r"runs is a folder without .*; give .*seed-0$"):
        digits.load(tmp_path / "runs")
