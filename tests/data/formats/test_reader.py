from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.data.dataset import Parts
from digits.data.formats.reader import read_parts
from digits.errors import DataError

from ..conftest import make_examples, write_keras_npz
from .test_idx import write_part

TRAIN, TEST = make_examples(2, seed=1), make_examples(1, seed=2)


def write_class_folders(folder: Path) -> None:
    for part, examples in (("train", TRAIN), ("test", TEST)):
        for index, (image, label) in enumerate(zip(examples.images, examples.labels, strict=True)):
            path = folder / part / str(label) / f"{index:03}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            # A black rim, because noise has no side that could tell paper from ink.
            framed = np.zeros_like(image)
            framed[1:-1, 1:-1] = image[1:-1, 1:-1]
            Image.fromarray(framed).save(path)


def test_file_and_folder_of_npz_hold_the_same(tmp_path: Path) -> None:
    path = write_keras_npz(tmp_path / "mnist.npz", TRAIN, TEST)
    assert read_parts(path).sha256() == read_parts(tmp_path).sha256()


def test_npz_and_idx_of_the_same_arrays_hold_the_same(tmp_path: Path) -> None:
    path = write_keras_npz(tmp_path / "a.npz", TRAIN, TEST)
    write_part(tmp_path, "train", TRAIN)
    write_part(tmp_path, "t10k", TEST)
    assert read_parts(path).sha256() == read_parts(tmp_path).sha256()


def test_class_folders_are_recognised(tmp_path: Path) -> None:
    write_class_folders(tmp_path)
    parts = read_parts(tmp_path)
    assert parts.train.counts.tolist() == TRAIN.counts.tolist()
    assert parts.test is not None
    assert parts.test.counts.tolist() == TEST.counts.tolist()


def test_folder_that_fits_two_formats_is_refused(tmp_path: Path) -> None:
    write_part(tmp_path, "train", TRAIN)
    write_class_folders(tmp_path)
    with pytest.raises(DataError, match="received IDX files and class folders in one folder"):
        read_parts(tmp_path)


def test_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.npz: expected .* received nothing"):
        read_parts(tmp_path / "absent.npz")


def test_empty_folder_is_answered_with_the_known_formats(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="IDX files, a folder of class folders"):
        read_parts(tmp_path)


def test_a_file_of_no_known_kind_is_answered_with_the_known_formats(tmp_path: Path) -> None:
    (tmp_path / "set.bin").write_bytes(b"\xf0\xf1\xf2")
    with pytest.raises(DataError, match=r"set\.bin: expected an \.npz file .* of unknown type named set\.bin"):
        read_parts(tmp_path / "set.bin")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "an HTML page, .* Download the file itself"),
        (b"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer, .* Run git lfs pull"),
        ("label,pixel0".encode("utf-16"), "UTF-16 text. Save it as UTF-8"),
        (b"PK\x03\x04" + bytes(22) + b"\x13\x00\x00\x00[Content_Types].xml", "an Excel file .* save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel file .* save the sheet as CSV"),
        (b"PK\x03\x04" + bytes(30), "a zip archive. Unpack it"),
        (b"\x80\x04\x95", r"a Python pickle\. .* np\.savez_compressed"),
        (b'{"images": []}', r"JSON text\. .* np\.savez_compressed"),
        (b"\x93NUMPY\x01\x00", r"a single NumPy array \(\.npy\)\. .* np\.savez_compressed"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture. Put pictures into class folders"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"", "an empty file. Download or export it again"),
    ],
)
@pytest.mark.parametrize("name", ["set.npz", "set.csv", "set.gz", "folder/mnist.npz"])
def test_another_kind_of_file_is_named_with_what_to_do(tmp_path: Path, content: bytes, said: str, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"received {said}"):
        read_parts(path.parent if "/" in name else path)


def test_an_archive_is_known_whatever_its_name(tmp_path: Path) -> None:
    path = write_keras_npz(tmp_path / "mnist.npz", TRAIN, TEST)
    assert read_parts(path.rename(tmp_path / "download")).sha256() == Parts(TRAIN, TEST).sha256()


def test_a_folder_of_no_format_is_answered_with_what_is_there(tmp_path: Path) -> None:
    for name in ("Sample001", "Sample002"):
        (tmp_path / name).mkdir()
    with pytest.raises(DataError, match="none of these, but Sample001/, Sample002/\\. If these are class folders"):
        read_parts(tmp_path)


def test_single_idx_file_is_answered_with_the_way_to_give_its_folder(tmp_path: Path) -> None:
    write_part(tmp_path, "train", TRAIN, style="-idx{}-ubyte.gz")
    with pytest.raises(DataError, match="Give the folder that holds the IDX files"):
        read_parts(tmp_path / "train-images-idx3-ubyte.gz")


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (["mnist"], r"Give .*mnist, which holds the class folders"),
        (["testing", "training"], "are in testing, training: rename"),
    ],
)
def test_class_folders_one_level_deeper_are_pointed_at(tmp_path: Path, names: list[str], advice: str) -> None:
    for name in [*names, ".cache", "__MACOSX"]:
        (tmp_path / name / "7").mkdir(parents=True)
    with pytest.raises(DataError, match=advice):
        read_parts(tmp_path)
