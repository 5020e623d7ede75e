"""CSV as Kaggle has MNIST: one row per image, its label first and then 784 pixels, row by row.

In: a ``.csv`` file with a header or without. Out: ``Parts`` without a test part. Kaggle's unlabelled
``test.csv`` (784 columns) is refused: there is nothing to learn or measure without labels.
"""

from __future__ import annotations

import csv
import re
import warnings
from pathlib import Path

import numpy as np

from digits.data.dataset import SIZE_PX, LabelledImages, Parts, mismatch
from digits.reading.result import ByteArray

COLUMNS = 1 + SIZE_PX * SIZE_PX
_NUMBER = re.compile(r"\+?0*[0-9]{1,3}")
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
        reader, before = csv.reader(file), 0
        try:
            for row in reader:
                is_header = reader.line_num == 1 and bool(row) and not row[0].strip().lstrip("+-").isdigit()
                if row and not is_header and (fault := _fault_in(row)):
                    return fault.format(line=f"line {reader.line_num:,}")
                before = reader.line_num
        except csv.Error:  # a quotation mark that is never closed makes one cell of all that follows
            return f"a cell without end that begins in line {before + 1:,}"
    return "others"


def _fault_in(row: list[str]) -> str | None:
    if len(row) != COLUMNS:
        return f"{len(row)} in {{line}}"
    for column, cell in enumerate(row, 1):
        if not (_NUMBER.fullmatch(cell.strip()) and int(cell) <= 255):
            shown = repr(cell[:20]).replace("{", "{{").replace("}", "}}")
            return f"{shown} in {{line}}, column {column}"
    return None


def _is_header(line: str, path: Path) -> bool:
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    is_header = not cells[0].lstrip("+-").isdigit()
    if len(cells) != COLUMNS or (is_header and cells[0].lower() != "label"):
        received = f"{len(cells)} beginning with {cells[0][:20]!r}" if line.strip() else "an empty first line"
        raise mismatch(path, f"{COLUMNS} columns beginning with label", received, _REMEDY)
    return is_header
