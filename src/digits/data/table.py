"""CSV as Kaggle has MNIST: one row per image, its label first and then 784 pixels, row by row.

In: a ``.csv`` file with a header or without. Out: ``Parts`` without a test part. Kaggle's unlabelled
``test.csv`` (784 columns) is refused: there is nothing to learn or measure without labels.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from digits.data.dataset import SIZE_PX, LabelledImages, Parts, mismatch
from digits.reading.result import ByteArray

COLUMNS = 1 + SIZE_PX * SIZE_PX
_REMEDY = "Use Kaggle's layout: label, then pixel0 to pixel783, whole numbers in 0-255."


def read_table(path: Path) -> Parts:
    """Every row of the table. Raises DataError on another layout or a cell that is not in 0-255."""
    rows = _read_rows(path)
    if rows.shape[1] != COLUMNS:  # a good header over shorter rows
        raise mismatch(path, f"{COLUMNS} columns in each row", f"{rows.shape[1]}", _REMEDY)
    images = rows[:, 1:].reshape(-1, SIZE_PX, SIZE_PX)
    return Parts(LabelledImages(np.ascontiguousarray(images), rows[:, 0].astype(np.int64), str(path)))


def _read_rows(path: Path) -> ByteArray:
    try:
        with path.open(encoding="utf-8-sig") as file, warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # NumPy only warns of a table without rows
            if not _is_header(file.readline(), path):
                file.seek(0)
            rows: ByteArray = np.loadtxt(file, dtype=np.uint8, delimiter=",", comments=None, quotechar='"', ndmin=2)
    except UserWarning as error:
        raise mismatch(path, "at least one row of data", "none", _REMEDY) from error
    except (OSError, ValueError) as error:  # UnicodeDecodeError is a ValueError
        raise mismatch(
            path, "a readable CSV table of whole numbers in 0-255", str(error).rstrip("."), _REMEDY
        ) from error
    return rows


def _is_header(line: str, path: Path) -> bool:
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    is_header = not cells[0].lstrip("+-").isdigit()
    if len(cells) != COLUMNS or (is_header and cells[0].lower() != "label"):
        received = f"{len(cells)} beginning with {cells[0][:20]!r}" if line.strip() else "an empty first line"
        raise mismatch(path, f"{COLUMNS} columns beginning with label", received, _REMEDY)
    return is_header
