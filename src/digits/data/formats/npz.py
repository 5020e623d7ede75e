"""NumPy archives: MNIST as Keras keeps it, or one file of ``images`` and ``labels``.

In: a path, or the bytes of a download. Out: ``Parts``. Pickled objects inside are never opened.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from digits.data.dataset import LabelledImages, Parts, mismatch

KERAS_KEYS = ("x_train", "y_train", "x_test", "y_test")
PLAIN_KEYS = ("images", "labels")
# All that np.load was seen to raise on damaged archives (tests/data/test_npz.py turns bytes at random).
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


def read_npz(content: Path | bytes, where: str | None = None) -> Parts:
    """The arrays under Keras's four keys, or under ``images`` and ``labels``; other keys are left alone.

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
        with _open(content) as file, np.load(file, allow_pickle=False) as archive:
            present = set(archive.keys())
            for keys in (KERAS_KEYS, PLAIN_KEYS):
                if present.issuperset(keys):
                    return {key: archive[key] for key in keys}
    except (*DAMAGE, AttributeError) as error:  # AttributeError: a bare .npy array, which has no keys
        raise mismatch(
            where,
            "a whole npz archive of plain arrays",
            _first_line(error),
            "The file is damaged or no npz; delete it and download or export it again.",
        ) from error
    raise mismatch(
        where,
        f"the arrays {', '.join(KERAS_KEYS)}, or {' and '.join(PLAIN_KEYS)}",
        ", ".join(sorted(present)) or "an empty archive",
        "Save the set under these names with np.savez_compressed.",
    )


def _open(content: Path | bytes) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
