from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from digits.data import LabelledImages
from digits.data.formats.idx import holds_idx, read_idx, read_idx_folder
from digits.errors import DataError

from ..conftest import make_examples


def idx_bytes(array: np.ndarray) -> bytes:
    """The oracle, written from the format's description and byte by byte."""
    content = b"\x00\x00\x08" + bytes([array.ndim])
    for size in array.shape:
        content += struct.pack(">I", size)
    return content + bytes(int(value) for value in array.ravel())


def write_part(folder: Path, part: str, examples: LabelledImages, *, style: str = "-idx{}-ubyte") -> None:
    for kind, array in (("images", examples.images), ("labels", examples.labels)):
        content = idx_bytes(array)
        path = folder / f"{part}-{kind}{style.format(array.ndim)}"
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@given(
    arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6)),
    st.booleans(),
)
def test_every_array_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, is_packed: bool
) -> None:
    path = tmp_path_factory.mktemp("idx") / ("array.gz" if is_packed else "array")
    path.write_bytes(gzip.compress(idx_bytes(array)) if is_packed else idx_bytes(array))
    read = read_idx(path, array.ndim)
    assert read.dtype == np.uint8
    assert read.shape == array.shape
    assert np.array_equal(read, array)


@pytest.mark.parametrize("style", ["-idx{}-ubyte", ".idx{}-ubyte", "-idx{}-ubyte.gz", ".idx{}-ubyte.gz"])
def test_folder_is_read_under_every_name_in_use(tmp_path: Path, style: str) -> None:
    train, test = make_examples(3, seed=1), make_examples(2, seed=2)
    write_part(tmp_path, "train", train, style=style)
    write_part(tmp_path, "t10k", test, style=style)
    assert holds_idx(tmp_path)
    parts = read_idx_folder(tmp_path)
    assert parts.test is not None
    for read, written in ((parts.train, train), (parts.test, test)):
        assert np.array_equal(read.images, written.images)
        assert np.array_equal(read.labels, written.labels)


def test_folder_without_test_files_has_no_test_part(tmp_path: Path) -> None:
    write_part(tmp_path, "train", make_examples())
    assert read_idx_folder(tmp_path).test is None


@pytest.mark.parametrize("name", ["train-labels-idx1-ubyte", "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_missing_file_of_a_pair_is_named(tmp_path: Path, name: str) -> None:
    write_part(tmp_path, "train", make_examples())
    write_part(tmp_path, "t10k", make_examples())
    (tmp_path / name).unlink()
    with pytest.raises(DataError, match=f"expected the file {name}"):
        read_idx_folder(tmp_path)


def test_images_and_labels_of_different_counts_are_refused(tmp_path: Path) -> None:
    write_part(tmp_path, "train", make_examples(3))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(make_examples(2).labels))
    with pytest.raises(DataError, match="30 images and 20 labels"):
        read_idx_folder(tmp_path)


GOOD = idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "an empty file"),
        (b"<html>", "images in unsigned bytes; received an HTML page"),
        (b"\xf0\xf1\xf2\xf3\xf4", "images in unsigned bytes; received a file that begins with the bytes f0f1f2f3"),
        (idx_bytes(np.arange(4)), "images in unsigned bytes; received an IDX file of labels.*rename"),
        (GOOD[:10], "a header of 16 bytes"),
        (GOOD[:-1], "40 bytes for shape"),
        (GOOD + b"\x00", "40 bytes for shape"),
        (
            b"\x00\x00\x08\x03" + b"\xff" * 12,
            "bytes for shape",
        ),  # claims 2**96 pixels, must not try to hold them
    ],
)
def test_damaged_file_is_named_with_what_was_expected(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"{path.name}: expected .*{expected}.*[dD]ownload"):
        read_idx(path, 3)


# With a fixed time in them, the tests have the same names in every process.
PACKED = gzip.compress(GOOD, mtime=0)


@pytest.mark.parametrize("content", [b"not gzip at all", PACKED[:-9], PACKED[:12]])
def test_damaged_gzip_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"images\.gz: expected"):
        read_idx(path, 3)


@given(st.data())
def test_a_file_cut_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    is_packed = data.draw(st.booleans())
    content = PACKED if is_packed else GOOD
    path = tmp_path_factory.mktemp("cut") / ("cut.gz" if is_packed else "cut")
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(DataError):
        read_idx(path, 3)


@pytest.mark.parametrize("prefix", ["emnist-digits-", "qmnist-", "my.own_set "])
@pytest.mark.parametrize("test", ["t10k", "test"])
def test_a_set_is_read_whatever_stands_before_its_names(tmp_path: Path, prefix: str, test: str) -> None:
    write_part(tmp_path, f"{prefix}train", make_examples(2, seed=1), style="-idx{}-ubyte.gz")
    write_part(tmp_path, f"{prefix}{test}", make_examples(1, seed=2))
    parts = read_idx_folder(tmp_path)
    assert parts.test is not None
    assert (len(parts.train), len(parts.test)) == (20, 10)


def test_names_without_a_part_are_all_there_is(tmp_path: Path) -> None:
    for kind, array in (("images", make_examples().images), ("labels", make_examples().labels)):
        (tmp_path / f"mine-{kind}.idx{array.ndim}-ubyte").write_bytes(idx_bytes(array))
    assert read_idx_folder(tmp_path).test is None


def test_two_sets_in_one_folder_are_refused_by_name(tmp_path: Path) -> None:
    for prefix in ("emnist-digits-", "emnist-mnist-"):
        write_part(tmp_path, f"{prefix}train", make_examples())
    with pytest.raises(DataError, match=r"received several: emnist-digits-train-.*, emnist-mnist-train-"):
        read_idx_folder(tmp_path)


def test_missing_file_of_a_prefixed_pair_is_named_as_the_others_are(tmp_path: Path) -> None:
    for part in ("train", "test"):
        write_part(tmp_path, f"emnist-{part}", make_examples())
    (tmp_path / "emnist-test-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="expected the file emnist-test-labels-idx1-ubyte "):
        read_idx_folder(tmp_path)


@pytest.mark.parametrize("name", ["array", "array.gz"])
@pytest.mark.parametrize("packings", [0, 1, 2])
def test_a_file_is_unpacked_by_its_first_bytes_whatever_its_name(tmp_path: Path, name: str, packings: int) -> None:
    content = GOOD
    for _ in range(packings):
        content = gzip.compress(content)
    (tmp_path / name).write_bytes(content)
    assert read_idx(tmp_path / name, 3).ravel().tolist() == list(range(24))


@pytest.mark.parametrize("other", ["empty", "equal", "equal and packed"])
@pytest.mark.parametrize("is_first_empty", [True, False])
def test_a_second_file_that_is_empty_or_equal_does_no_harm(tmp_path: Path, other: str, is_first_empty: bool) -> None:
    write_part(tmp_path, "train", make_examples())
    raw, packed = tmp_path / "train-images-idx3-ubyte", tmp_path / "train-images-idx3-ubyte.gz"
    content = raw.read_bytes()
    packed.write_bytes({"empty": b"", "equal": content, "equal and packed": gzip.compress(content)}[other])
    if is_first_empty:
        raw.write_bytes(packed.read_bytes())
        packed.write_bytes(content)
    assert np.array_equal(read_idx_folder(tmp_path).train.images, make_examples().images)


def test_two_files_that_differ_are_refused_by_name(tmp_path: Path) -> None:
    write_part(tmp_path, "train", make_examples())
    write_part(tmp_path, "train", make_examples(seed=1), style="-idx{}-ubyte.gz")
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte and train-images-idx3-ubyte\.gz, which differ"):
        read_idx_folder(tmp_path)


def test_images_and_labels_with_each_other_s_names_are_told(tmp_path: Path) -> None:
    write_part(tmp_path, "train", make_examples())
    images, labels = tmp_path / "train-images-idx3-ubyte", tmp_path / "train-labels-idx1-ubyte"
    images.rename(tmp_path / "x")
    labels.rename(images)
    (tmp_path / "x").rename(labels)
    with pytest.raises(DataError, match=r"an IDX file of images .* received an IDX file of labels.*rename them"):
        read_idx_folder(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html>", "received an HTML page, .* Download the file itself"),
        (b"version https://git-lfs.github.com/spec/v1", "received a Git LFS pointer, .* Run git lfs pull"),
        (b"PK\x03\x04" + bytes(30), "received a zip archive. Unpack it"),
        (b"\x80\x04\x95", "received a Python pickle. Open it in the program that made it"),
        (b"\x00\x00\x0c\x02" + bytes(20), "received an IDX file of numbers other than unsigned bytes.*idx1-ubyte"),
    ],
)
@pytest.mark.parametrize("is_packed", [True, False])
def test_another_kind_of_file_is_named_with_what_to_do(
    tmp_path: Path, content: bytes, said: str, is_packed: bool
) -> None:
    path = tmp_path / "train-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(content) if is_packed else content)
    with pytest.raises(DataError, match=said):
        read_idx(path, 1)


def test_a_download_that_did_not_end_and_a_folder_of_the_same_name_are_passed_over(tmp_path: Path) -> None:
    write_part(tmp_path, "train", make_examples())
    (tmp_path / "train-images-idx3-ubyte.gz.part").write_bytes(b"half")
    (tmp_path / "train-images.idx3-ubyte").mkdir()
    assert len(read_idx_folder(tmp_path).train) == len(make_examples())
