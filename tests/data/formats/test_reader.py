from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

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


def test_unknown_suffix_is_answered_with_the_known_formats(tmp_path: Path) -> None:
    (tmp_path / "set.h5").write_bytes(b"anything")
    with pytest.raises(DataError, match=r"set\.h5: expected an \.npz file .* received a file named set\.h5"):
        read_parts(tmp_path / "set.h5")


def test_single_idx_file_is_answered_with_the_way_to_give_its_folder(tmp_path: Path) -> None:
    write_part(tmp_path, "train", TRAIN, style="-idx{}-ubyte.gz")
    with pytest.raises(DataError, match="Give the folder that holds the IDX files"):
        read_parts(tmp_path / "train-images-idx3-ubyte.gz")


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (["mnist"], r"Give .*mnist, which has class folders"),
        (["testing", "training"], "lie in testing, training: name"),
    ],
)
def test_class_folders_one_level_deeper_are_pointed_at(tmp_path: Path, names: list[str], advice: str) -> None:
    for name in [*names, ".cache", "__MACOSX"]:
        (tmp_path / name / "7").mkdir(parents=True)
    with pytest.raises(DataError, match=advice):
        read_parts(tmp_path)
