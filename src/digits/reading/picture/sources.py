"""What a person names goes in: files, folders, globs, data URLs, a dash; the pictures to read come out, in order.

Nothing here decodes a picture.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from digits.reading.picture.data_url import is_data_url

STDIN = "-"
# What is taken from a folder; a file named by itself may have any name.
SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".heic", ".heif", ".pdf"))


def find_sources(names: Iterable[str], is_left_out: Callable[[str], bool] = lambda _: False) -> Iterator[str]:
    """Yield each picture's path or data URL, or "-" for standard input; once however it is written, folders in order.

    A name that is neither there nor a glob that matches, and a folder that may not be entered, are yielded as they are:
    reading them says what is wrong. Folders are entered, hidden ones and links to folders are not. A file in a folder,
    or one that a glob matches, is passed over where ``is_left_out`` says so; one that is named itself never is.
    """
    seen: set[str] = set()
    for name in names:
        for path in _expand(name):
            # Path.absolute() leaves "a/../b" as it is.
            key = path if path == STDIN or is_data_url(path) else os.path.normcase(os.path.abspath(path))  # noqa: PTH100
            if key not in seen and (path == name or not is_left_out(path)):
                seen.add(key)
                yield path


def name_sources(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each source of ``find_sources`` behind its name: a path's is itself, data URLs are numbered."""
    number = 0
    for source in sources:
        if is_data_url(source):
            number += 1
            yield f"data-url-{number}", source
        else:
            yield source, source


def _expand(name: str) -> Iterator[str]:
    # os.path, because Path.is_file() raises where a folder above may not be entered.
    if name == STDIN or is_data_url(name) or os.path.isfile(name):  # noqa: PTH113
        yield name
    elif os.path.isdir(name):  # noqa: PTH112
        refused: list[OSError] = []
        for folder, folders, files in os.walk(name, onerror=refused.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            found = (Path(folder) / file for file in sorted(files) if not file.startswith("."))
            yield from (str(file) for file in found if file.suffix.lower() in SUFFIXES)
        yield from (str(error.filename) for error in refused)
    else:
        # Path.glob refuses patterns that begin at the root.
        matches = sorted(match for match in glob.glob(name, recursive=True) if os.path.isfile(match))  # noqa: PTH113, PTH207
        yield from matches or [name]
