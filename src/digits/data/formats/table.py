"""A table in Kaggle's layout of MNIST: one row per image, its label first and then 784 pixels, row by row.

In: a text file, gzipped or not, with a header or without; commas, semicolons or tabs separate its cells. Out: ``Parts``
without a test part. Kaggle's unlabelled ``test.csv`` (784 columns) is refused: there is nothing to learn or measure
without labels.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from pathlib import Path

import numpy as np

from digits.data.dataset import CLASSES, SIZE_PX, LabelledImages, Parts, mismatch
from digits.data.formats.content import read_unpacked, unwelcome
from digits.errors import DataError
from digits.file_type import EMPTY, HEAD_BYTES, identify
from digits.reading.result import ByteArray

COLUMNS = 1 + SIZE_PX * SIZE_PX
DELIMITERS = ",;\t"
_NUMBER = re.compile(r"\+?0*[0-9]{1,3}")
# Programs that keep numbers as floats write 3 as 3.0.
_POINT_ZERO = re.compile(rb"(?<=[0-9])\.0*(?=[,;\t\r\n\"]|$)")
_REMEDY = "Use Kaggle's layout: label, then pixel0 to pixel783, whole numbers in 0-255."


def read_table(path: Path) -> Parts:
    """Every row of the table. Raises DataError on another layout or a cell that is not in 0-255."""
    content = _read_text(path)
    first = re.split(rb"[\r\n]", content, maxsplit=1)[0].decode("utf-8-sig")
    delimiter = max(DELIMITERS, key=first.count)
    has_header = _is_header(first, delimiter, path)
    rows = _parse_rows(content, delimiter, path, has_header=has_header)
    if rows.shape[1] != COLUMNS:  # a good header over shorter rows
        raise mismatch(path, f"{COLUMNS} columns in each row", f"{rows.shape[1]}", _REMEDY)
    if not has_header and not rows[:, 0].any() and rows[:, -1].any() and rows[:, -1].max() < CLASSES:
        raise mismatch(
            path,
            "the label in the first column",
            "a first column of zeros alone and a last one of 0 to 9: the label seems to be last",
            "Move it to the front; if all of these images are zeros, add a header that begins with label.",
        )
    wrong = int((rows[:, 0] >= CLASSES).sum())
    if wrong:
        received = _first_fault(content, delimiter, highest_label=CLASSES - 1)
        received += f" ({wrong:,} such labels)" if wrong > 1 else ""
        raise mismatch(path, "labels in 0-9", received, "Correct the labels or leave those rows out.")
    images = rows[:, 1:].reshape(-1, SIZE_PX, SIZE_PX)
    return Parts(LabelledImages(np.ascontiguousarray(images), rows[:, 0].astype(np.int64), str(path)))


def _read_text(path: Path) -> bytes:
    """The table in UTF-8, after a trial decoding; not as ``str``, for which ``io`` takes four bytes per character."""
    content = read_unpacked(path)
    kind = identify(content[:HEAD_BYTES])
    if kind is not None and not kind.is_text and kind != EMPTY:
        raise unwelcome(path, "a table as text", kind, _REMEDY)
    if b"." in content:
        content = _POINT_ZERO.sub(b"", content)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise mismatch(path, "a table as UTF-8 text", str(error).rstrip("."), "Save it as CSV in UTF-8.") from error
    return content


def _open(content: bytes, newline: str | None = None) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline=newline)


def _parse_rows(content: bytes, delimiter: str, path: Path, *, has_header: bool) -> ByteArray:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # NumPy only warns of a table without rows
            rows: ByteArray = np.loadtxt(
                _open(content),
                dtype=np.uint8,
                comments=None,
                delimiter=delimiter,
                skiprows=int(has_header),
                ndmin=2,
                quotechar='"',
            )
    except UserWarning as error:
        raise mismatch(path, "at least one row of data", "none", _REMEDY) from error
    except ValueError as error:
        expected = f"{COLUMNS} whole numbers in 0-255 in each row"
        raise mismatch(path, expected, _first_fault(content, delimiter), _REMEDY) from error
    return rows


def _first_fault(content: bytes, delimiter: str, *, highest_label: int = 255) -> str:
    """Return the fault of the first line that cannot be used, with line and column as an editor counts them."""
    reader, before = csv.reader(_open(content, newline=""), delimiter=delimiter), 0
    try:
        for row in reader:
            is_header = reader.line_num == 1 and bool(row) and not row[0].strip().lstrip("+-").isdigit()
            if row and not is_header and (fault := _fault_in(row, highest_label)):
                return fault.format(line=f"line {reader.line_num:,}")
            before = reader.line_num
    except csv.Error:  # a quotation mark that is never closed makes one cell of all that follows
        return f"a quoted cell that begins in line {before + 1:,} and never ends"
    return "others"


def _fault_in(row: list[str], highest_label: int) -> str | None:
    if len(row) != COLUMNS:
        return f"{len(row)} in {{line}}"
    for column, cell in enumerate(row, 1):
        if not (_NUMBER.fullmatch(cell.strip()) and int(cell) <= (highest_label if column == 1 else 255)):
            shown = repr(cell[:20]).replace("{", "{{").replace("}", "}}")
            return f"{shown} in {{line}}, column {column}"
    return None


def _is_header(line: str, delimiter: str, path: Path) -> bool:
    cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
    is_header = not cells[0].lstrip("+-").isdigit()
    if len(cells) != COLUMNS or (is_header and cells[0].lower() != "label"):
        raise _no_table(line, cells, path)
    return is_header


def _no_table(line: str, cells: list[str], path: Path) -> DataError:
    received = f"{len(cells)} beginning with {cells[0][:20]!r}" if line.strip() else "an empty first line"
    return mismatch(path, f"{COLUMNS} columns beginning with label", received, _REMEDY)
