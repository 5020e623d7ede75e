"""CSV as Kaggle has MNIST: one row per image, its label first and then 784 pixels, row by row.

In: a ``.csv`` file with a header or without. Out: ``Parts`` without a test part. Kaggle's unlabelled
``test.csv`` (784 columns) is refused: there is nothing to learn or measure without labels.
"""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np

from digits.data.dataset import SIZE_PX, LabelledImages, Parts, mismatch
from digits.reading.result import ByteArray

COLUMNS = 1 + SIZE_PX * SIZE_PX
_REMEDY = "Use Kaggle's layout: label, then pixel0 to pixel783, whole numbers in 0-255."


def read_table(path: Path) -> Parts:
    """Every row of the table. Raises DataError on another layout or a cell that is not in 0-255."""
    has_header, rows = _read_rows(path)
    if rows.shape[1] != COLUMNS:  # a good header over shorter rows
        raise mismatch(path, f"{COLUMNS} columns in each row", f"{rows.shape[1]}", _REMEDY)
    if not has_header and not rows[:, 0].any() and rows[:, -1].any() and rows[:, -1].max() <= 9:
        raise mismatch(
            path,
            "the label in the first column",
            "a first column of zeros alone and a last one of 0 to 9: the label seems to stand last",
            "Move it to the front; if all of these images are zeros, add a header that begins with label.",
        )
    images = rows[:, 1:].reshape(-1, SIZE_PX, SIZE_PX)
    return Parts(LabelledImages(np.ascontiguousarray(images), rows[:, 0].astype(np.int64), str(path)))


def _read_rows(path: Path) -> tuple[bool, ByteArray]:
    try:
        with path.open(encoding="utf-8-sig") as file, warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # NumPy only warns of a table without rows
            has_header = _is_header(file.readline(), path)
            if not has_header:
                file.seek(0)
            rows: ByteArray = np.loadtxt(file, dtype=np.uint8, delimiter=",", comments=None, quotechar='"', ndmin=2)
    except UserWarning as error:
        raise mismatch(path, "at least one row of data", "none", _REMEDY) from error
    except (OSError, UnicodeDecodeError) as error:
        raise mismatch(path, "a readable CSV table", str(error).rstrip("."), _REMEDY) from error
    except ValueError as error:
        raise mismatch(path, f"{COLUMNS} whole numbers in 0-255 in each row", _first_fault(path), _REMEDY) from error
    return has_header, rows


def _first_fault(path: Path) -> str:
    """Return what is wrong in the first line that NumPy cannot take, as an editor counts lines and columns."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        for row in reader:
            is_header = reader.line_num == 1 and bool(row) and not row[0].strip().lstrip("+-").isdigit()
            if not row or is_header:
                continue
            if len(row) != COLUMNS:
                return f"{len(row)} in line {reader.line_num:,}"
            for column, cell in enumerate(row, 1):
                if not (cell.strip().isdecimal() and int(cell) <= 255):
                    return f"{cell[:20]!r} in line {reader.line_num:,}, column {column}"
    return "others"


def _is_header(line: str, path: Path) -> bool:
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    is_header = not cells[0].lstrip("+-").isdigit()
    if len(cells) != COLUMNS or (is_header and cells[0].lower() != "label"):
        received = f"{len(cells)} beginning with {cells[0][:20]!r}" if line.strip() else "an empty first line"
        raise mismatch(path, f"{COLUMNS} columns beginning with label", received, _REMEDY)
    return is_header
