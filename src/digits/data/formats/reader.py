"""Chooses the reader for a file or folder.

In: a path that a person gave. Out: its ``Parts``, whatever the format. The first bytes tell the format of a file, the
names in it that of a folder; a folder that fits two formats is an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from digits.data.dataset import Parts, mismatch
from digits.data.formats.content import read_head, unwelcome
from digits.data.formats.folders import holds_class_folders, read_class_folders
from digits.data.formats.idx import holds_idx, read_idx_folder
from digits.data.formats.litter import list_visible
from digits.data.formats.npz import read_npz
from digits.data.formats.table import read_table
from digits.errors import DataError
from digits.file_type import GZIP, NPZ, identify

MNIST_FILE = "mnist.npz"
FORMATS = (
    f"an .npz file (or a folder that holds {MNIST_FILE}), a folder of IDX files, "
    "a folder of class folders 0 to 9, or a Kaggle-style table (.csv, .tsv)"
)
_CONVERT = "Convert the set to one of these."


def read_parts(path: Path) -> Parts:
    """All that ``path`` holds. Raises DataError when it is missing, damaged or of an unknown format."""
    # os.path, because the methods of Path raise where a folder above may not be entered.
    if os.path.isdir(path):  # noqa: PTH112
        return _read_folder(path)
    if not os.path.exists(path):  # noqa: PTH110
        raise mismatch(path, FORMATS, "nothing that can be opened there", "Check the path and its permissions.")
    return _read_file(path)


def _read_file(path: Path) -> Parts:
    head = read_head(path)
    kind = identify(head)
    if kind == NPZ and not head.startswith(GZIP):
        return read_npz(path)
    if kind is not None and not kind.is_text:
        raise unwelcome(path, FORMATS, kind, "Unpack it with gunzip." if kind == NPZ else _CONVERT)
    if path.suffix.lower() == ".npz":
        return read_npz(path)  # which says what is wrong with it
    if kind is not None:
        return read_table(path)
    raise mismatch(path, FORMATS, f"a file of unknown type named {path.name}", _CONVERT)


def _read_folder(folder: Path) -> Parts:
    readers: dict[str, tuple[Callable[[Path], bool], Callable[[Path], Parts]]] = {
        MNIST_FILE: (_holds_npz, _read_npz_in),
        "IDX files": (holds_idx, read_idx_folder),
        "class folders": (holds_class_folders, read_class_folders),
    }
    fitting = {name: read for name, (fits, read) in readers.items() if fits(folder)}
    if len(fitting) == 1:
        return next(iter(fitting.values()))(folder)
    if fitting:
        found = " and ".join(fitting) + " in one folder"
        raise mismatch(folder, FORMATS, found, "Keep one of them there, or give the file itself.")
    raise mismatch(folder, FORMATS, _what_is_there(folder), _where_to_look(folder))


def _what_is_there(folder: Path) -> str:
    names = [child.name + "/" * child.is_dir() for child in list_visible(folder)]
    more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return f"a folder with none of these, but {', '.join(names[:5])}{more}" if names else "a folder with none of these"


def _where_to_look(folder: Path) -> str:
    """Return what to do about a folder of unknown format: class folders may be one level deeper or have other names."""
    folders = [child for child in list_visible(folder) if child.is_dir()]
    try:
        deeper = [child.name for child in folders if holds_class_folders(child)]
    except (DataError, OSError):  # what may not be entered cannot be looked into
        deeper = []
    if len(deeper) == 1:
        return f"Give {folder / deeper[0]}, which holds the class folders."
    if deeper:
        return f"Class folders are in {', '.join(deeper[:5])}: rename these to train and test, or give one of them."
    return "If these are class folders, rename them to the digit they hold, 0 to 9." if folders else "Check the path."


def _holds_npz(folder: Path) -> bool:
    return (folder / MNIST_FILE).is_file()


def _read_npz_in(folder: Path) -> Parts:
    return _read_file(folder / MNIST_FILE)
