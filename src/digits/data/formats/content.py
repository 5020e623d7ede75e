"""Reads a dataset's files, unpacking gzip as its first bytes tell, and names files of the wrong type in an error.

The suffix of a name does not count: browsers unpack downloads but keep ``.gz``; people pack files and forget it.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from digits.data.dataset import mismatch
from digits.errors import DataError
from digits.file_type import (
    EXCEL,
    GZIP,
    HEAD_BYTES,
    IDX_IMAGES,
    IDX_LABELS,
    IDX_OTHER,
    JSON,
    NPY,
    NPZ,
    PICKLE,
    PICTURES,
    UTF16,
    FileType,
)

DOWNLOAD_AGAIN = "The file is damaged; download it again."
_ARRAYS = "save its arrays as images and labels in one file, with np.savez_compressed"
_REMEDIES = {
    IDX_IMAGES: "Give the folder that holds the IDX files.",
    IDX_LABELS: "Give the folder that holds the IDX files.",
    IDX_OTHER: "Get the files of the set whose names end in idx3-ubyte (images) and idx1-ubyte (labels).",
    NPZ: "Give the archive by itself: --data FILE.",
    NPY: "Save images and labels in one file, with np.savez_compressed.",
    PICKLE: f"Open it in the program that made it and {_ARRAYS}.",
    JSON: f"Open it in Python and {_ARRAYS}.",
    EXCEL: "Open it and save the sheet as CSV.",
    UTF16: "Save it as UTF-8; in Excel, choose CSV UTF-8.",
    **dict.fromkeys(PICTURES, "Put pictures into class folders 0 to 9 and give the folder that holds them."),
}


def read_head(path: Path) -> bytes:
    """The first bytes of a file, as they are. Raises DataError when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error


def read_unpacked(path: Path) -> bytes:
    """The whole content, unpacked. Raises DataError when it cannot be read or is a damaged gzip file."""
    try:
        content = path.read_bytes()
        for _ in range(2):  # what is packed twice was packed once more on its way
            if content.startswith(GZIP):
                content = gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise mismatch(path, "a whole gzip file", str(error).rstrip("."), DOWNLOAD_AGAIN) from error
    except OSError as error:
        raise unreadable(path, error) from error
    return content


def unreadable(path: Path, error: OSError) -> DataError:
    """The error for a file that the system cannot open."""
    problem = error.strerror or str(error)
    return mismatch(path, "a file that can be read", problem, "Check the path and its permissions.")


def unwelcome(path: Path, expected: str, kind: FileType, otherwise: str) -> DataError:
    """The error for a file of this kind where another was expected; ``otherwise`` is the remedy of last resort."""
    remedy = kind.remedy[:1].upper() + kind.remedy[1:] + "." if kind.remedy else _REMEDIES.get(kind, otherwise)
    return mismatch(path, expected, kind.name, remedy)
