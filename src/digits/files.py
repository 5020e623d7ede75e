"""Files that are either as they were or complete, whatever kills the writer. Knows no format."""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from digits.errors import RunError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; at the end it replaces ``path``, whose folder is made. After an error all is as before.

    A writer that is killed leaves a hidden ``.NAM….….part`` beside ``path``: a name as long as a system allows has
    no room for more.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name[:24]}.{uuid.uuid4().hex}.part")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        if error.errno is not None and error.filename is None:  # a full disk does not say whose bytes did not fit
            error.filename = str(path)
        raise
    finally:
        partial.unlink(missing_ok=True)


def require_writable(folder: Path) -> None:
    """Raise OSError where files could not be written into ``folder``, which need not be there yet; nothing is made."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise NotADirectoryError(f"{place} is no folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(f"{place} may not be written to")


def require_free(
    paths: Iterable[Path], *, force: bool = False, option: str = "--out", are_folders: bool = False
) -> None:
    """Raise ``RunError`` unless ``paths`` can be written and none of them is there; call it before any long work.

    This is the one rule for everything that is written at a person's request: what is there stays, unless they
    ``force``. ``option`` is what they name the place with.
    """
    for path in paths:
        try:
            require_writable(path.parent)
        except OSError as error:
            raise RunError(f"expected to write {path}; {error}; give another place with {option}") from error
        if path.is_dir() and not are_folders:
            raise RunError(f"expected {path} to be a file, but it is a folder; give another place with {option}")
        if os.path.lexists(path) and not force:  # a link that leads nowhere is there, too
            raise RunError(
                f"expected {path} to be free, but it exists; give another place with {option}, or --force to replace it"
            )


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 in one step."""
    with replacing(path) as file:
        file.write(text.encode())


def sync_tree(path: Path) -> None:
    """Bring every file below the folder ``path``, and their names, to the disk: a power cut after this loses none.

    Call it before a folder is renamed to the name by which it counts as complete.
    """
    for entry in path.rglob("*"):
        if entry.is_dir():
            sync_folder(entry)
        else:
            with entry.open("r+b") as file:  # Windows flushes only what may be written
                os.fsync(file.fileno())
    sync_folder(path)


def sync_folder(path: Path) -> None:
    """Bring the names in the folder ``path`` to the disk, where system and file system can; Windows cannot."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # some network file systems refuse it; a folder may be writable and not readable
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_object(path: Path, *parts: str) -> dict[str, Any]:
    """Return the JSON object in ``path``, its ``parts`` as ``require_objects`` wants them.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds something else; the message says what.
    """
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("its brackets are too deep") from error
    if not isinstance(whole, dict):
        raise ValueError(f"it is {type(whole).__name__}, no object")
    require_objects(whole, *parts)
    return whole


def require_objects(whole: Mapping[str, Any], *parts: str) -> None:
    """Raise ValueError unless each of ``parts``, such as "recipe.augmentation", is an object, null or not there."""
    for part in parts:
        value: Any = whole
        for key in part.split("."):
            value = value.get(key) or {}
        if not isinstance(value, dict):
            raise ValueError(f"its {part} is {type(value).__name__}, no object")


def to_json(value: Any) -> str:
    """Return ``value`` as indented JSON that ends in a newline."""
    return json.dumps(value, indent=2) + "\n"
