from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data.formats.npz import read_npz
from digits.errors import DataError

from ..conftest import make_examples, write_keras_npz

TRAIN, TEST = make_examples(2, seed=1), make_examples(1, seed=2)


def npz_bytes(*, compressed: bool = True, **arrays: Any) -> bytes:
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)
    return buffer.getvalue()


def test_keras_keys_give_a_training_and_a_test_part(tmp_path: Path) -> None:
    parts = read_npz(write_keras_npz(tmp_path / "set.npz", TRAIN, TEST))
    assert parts.test is not None
    assert np.array_equal(parts.train.images, TRAIN.images)
    assert np.array_equal(parts.train.labels, TRAIN.labels)
    assert np.array_equal(parts.test.images, TEST.images)
    assert np.array_equal(parts.test.labels, TEST.labels)


def test_images_and_labels_alone_give_one_part_and_other_keys_are_left_alone() -> None:
    parts = read_npz(npz_bytes(images=TRAIN.images, labels=TRAIN.labels, writer=np.arange(3)))
    assert parts.test is None
    assert np.array_equal(parts.train.images, TRAIN.images)
    assert np.array_equal(parts.train.labels, TRAIN.labels)


def test_missing_keys_are_answered_with_those_present(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(x_train=TRAIN.images, y_train=TRAIN.labels, other=TEST.labels))
    with pytest.raises(DataError, match=r"set\.npz: expected the arrays x_train.*received other, x_train, y_train\."):
        read_npz(path)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"images": TRAIN.images / 100}, "from 0 to 2.55. Save the pixels as uint8"),
        ({"images": TRAIN.images[:, :20]}, "28×28 pixels"),
        ({"images": TRAIN.images[:0], "labels": TRAIN.labels[:0]}, "empty"),
        ({"labels": TRAIN.labels[:-1]}, "20 images and 19 labels"),
        ({"labels": TRAIN.labels + 1}, "labels in 0-9"),
    ],
)
def test_wrong_arrays_are_refused_with_the_file_and_the_remedy(
    tmp_path: Path, changed: dict[str, Any], expected: str
) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(npz_bytes(**({"images": TRAIN.images, "labels": TRAIN.labels} | changed)))
    with pytest.raises(DataError, match=f"set.npz: expected.*{expected}"):
        read_npz(path)


@pytest.mark.parametrize("key", ["images", "labels"])
def test_objects_are_refused_with_what_to_save_and_never_with_the_advice_to_open_them(key: str) -> None:
    arrays = {"images": TRAIN.images, "labels": TRAIN.labels}
    content = npz_bytes(**arrays | {key: arrays[key].astype(object)})
    with pytest.raises(DataError, match=f"received {key} as an array of Python objects.*np.savez_compressed") as caught:
        read_npz(content)
    assert "allow_pickle" not in str(caught.value)


def test_pickle_in_the_place_of_an_archive_is_named() -> None:
    with pytest.raises(DataError, match=r"received a Python pickle, which is never opened.*np\.savez_compressed"):
        read_npz(pickle.dumps({"images": [1], "labels": [2]}))


def test_pickle_in_an_archive_is_not_run(tmp_path: Path) -> None:
    witness = tmp_path / "witness"

    class Mischief:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (witness,)

    labels = np.array([Mischief()], dtype=object)
    with pytest.raises(DataError):
        read_npz(npz_bytes(images=TRAIN.images, labels=labels))
    assert not witness.exists()


@pytest.mark.parametrize("content", [b"", b"<html>no</html>", b"PK\x03\x04 rest"])
def test_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"set\.npz: expected a whole npz archive.*delete it and download") as caught:
        read_npz(path)
    assert "pickle" not in str(caught.value)


def test_bare_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    with path.open("wb") as file:
        np.save(file, TRAIN.images)
    with pytest.raises(DataError, match=r"a single \.npy array.*np.savez_compressed"):
        read_npz(path)


def test_folder_named_npz_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a whole npz archive"):
        read_npz(tmp_path)


SMALL = {"images": TRAIN.images[:2], "labels": TRAIN.labels[:2]}
ARCHIVES = (npz_bytes(**SMALL), npz_bytes(compressed=False, **SMALL))


@given(st.sampled_from(ARCHIVES), st.data())
def test_archive_cut_anywhere_is_refused(archive: bytes, data: st.DataObject) -> None:
    with pytest.raises(DataError):
        read_npz(archive[: data.draw(st.integers(0, len(archive) - 1))])


@given(st.sampled_from(ARCHIVES), st.data())
def test_archive_with_a_changed_byte_is_refused_or_reads_the_same(archive: bytes, data: st.DataObject) -> None:
    changed = bytearray(archive)
    changed[data.draw(st.integers(0, len(archive) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        parts = read_npz(bytes(changed))
    except DataError:
        return
    assert np.array_equal(parts.train.images, SMALL["images"])
    assert np.array_equal(parts.train.labels, SMALL["labels"])
