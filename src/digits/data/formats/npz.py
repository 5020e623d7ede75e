"""NumPy archives: MNIST as Keras keeps it, or one file of ``images`` and ``labels``.

In: a path, or the bytes of a download. Out: ``Parts``. Pickled objects inside are never opened.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from digits.data.dataset import LabelledImages, Parts, mismatch
from digits.file_type import HEAD_BYTES, identify

KERAS_KEYS = ("x_train", "y_train", "x_test", "y_test")
PLAIN_KEYS = ("images", "labels")
# All that np.load was seen to raise on damaged archives (tests/data/formats/test_npz.py turns bytes at random).
DAMAGE = (
    OSError,
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)

_ARCHIVE = "a whole npz archive of plain arrays"
_NEVER_OPENED = "is never opened, because opening one can run code"
_GET_ANEW = "The file is damaged or not an npz file; delete it and download or export it again."
_SAVE_PLAIN = (
    "Save plain arrays: np.savez_compressed(path, images=np.stack(images).astype(np.uint8), "
    "labels=np.array(labels, np.uint8))."
)


def read_npz(content: Path | bytes, where: str | None = None) -> Parts:
    """The arrays under Keras's four keys, or under ``images`` and ``labels``; other keys are ignored.

    ``where`` names bytes that have no path. Raises DataError when the archive is damaged or lacks the keys.
    """
    where = where or (str(content) if isinstance(content, Path) else "npz bytes")
    arrays = _read_arrays(content, where)
    if "images" in arrays:
        return Parts(LabelledImages(arrays["images"], arrays["labels"], where))
    return Parts(
        LabelledImages(arrays["x_train"], arrays["y_train"], f"{where} (train)"),
        LabelledImages(arrays["x_test"], arrays["y_test"], f"{where} (test)"),
    )


def _read_arrays(content: Path | bytes, where: str) -> dict[str, npt.NDArray[Any]]:
    try:
        # Opened here, because np.load leaves a file open that turns out to be no archive.
        with _open(content) as file:
            _require_archive(file, where)
            with np.load(file, allow_pickle=False) as archive:
                present = set(archive.keys())
                for keys in (KERAS_KEYS, PLAIN_KEYS):
                    if present.issuperset(keys):
                        return {key: _read_array(archive, key, where) for key in keys}
    except DAMAGE as error:
        raise mismatch(where, _ARCHIVE, _first_line(error), _GET_ANEW) from error
    raise mismatch(
        where,
        f"the arrays {', '.join(KERAS_KEYS)}, or {' and '.join(PLAIN_KEYS)}",
        ", ".join(sorted(present)) or "an empty archive",
        _SAVE_PLAIN,
    )


def _require_archive(file: BinaryIO, where: str) -> None:
    """Raise DataError unless ``file`` is a zip archive: NumPy would take it for a pickle and suggest opening it."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if head.startswith(b"PK"):
        return
    if head.startswith(b"\x93NUMPY"):
        raise mismatch(where, _ARCHIVE, "a single .npy array", _SAVE_PLAIN)
    if head.startswith(b"\x80"):
        raise mismatch(where, _ARCHIVE, f"a Python pickle, which {_NEVER_OPENED}", _SAVE_PLAIN)
    kind = identify(head)
    raise mismatch(where, _ARCHIVE, kind.name if kind else f"a file that begins with {head[:8]!r}", _GET_ANEW)


def _read_array(archive: Mapping[str, npt.NDArray[Any]], key: str, where: str) -> npt.NDArray[Any]:
    try:
        return archive[key]
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        received = f"{key} as an array of Python objects, which {_NEVER_OPENED}"
        raise mismatch(where, _ARCHIVE, received, _SAVE_PLAIN) from error


def _open(content: Path | bytes) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
