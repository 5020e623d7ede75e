"""Writes files so that a killed writer leaves either the old file or the complete new one. Knows no format."""

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
    """Yield a file to write; at the end it replaces ``path``. Makes the folder; after an error, nothing has changed.

    A killed writer leaves a hidden ``.NAM….….part`` beside ``path``. It holds only the beginning of the name, which may
    itself be as long as the system allows.
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
    """Raise OSError unless files can be written into ``folder``, which need not exist yet; makes nothing."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise NotADirectoryError(f"{place} is not a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(f"{place} cannot be written to")


def require_free(
    paths: Iterable[Path], *, force: bool = False, option: str = "--out", are_folders: bool = False
) -> None:
    """Raise ``RunError`` unless ``paths`` can be written and none of them exists; call it before any long work.

    This is the one rule for all output that a person asks for: an existing file stays, unless they ``force``.
    ``option`` is the command line option that names the place.
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
    """Flush every file below the folder ``path``, and its name, to the disk: a later power cut loses none of them.

    Call it before renaming a folder to the name that marks it as complete.
    """
    for entry in path.rglob("*"):
        if entry.is_dir():
            sync_folder(entry)
        else:
            with entry.open("r+b") as file:  # Windows flushes only what may be written
                os.fsync(file.fileno())
    sync_folder(path)


def sync_folder(path: Path) -> None:
    """Flush the names in the folder ``path`` to the disk where the system and the file system can; Windows cannot."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # some network file systems refuse it; a folder may be writable and not readable
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_object(path: Path, *parts: str) -> dict[str, Any]:
    """Return the JSON object in ``path``, after checking its ``parts`` with ``require_objects``.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds something else; the message says what.
    """
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("its brackets are nested too deeply") from error
    if not isinstance(whole, dict):
        raise ValueError(f"it is {type(whole).__name__}, not an object")
    require_objects(whole, *parts)
    return whole


def require_objects(whole: Mapping[str, Any], *parts: str) -> None:
    """Raise ValueError unless each of ``parts``, such as "recipe.augmentation", is an object, null or missing."""
    for part in parts:
        value: Any = whole
        for key in part.split("."):
            value = value.get(key) or {}
        if not isinstance(value, dict):
            raise ValueError(f"its {part} is {type(value).__name__}, not an object")


def to_json(value: Any) -> str:
    """Return ``value`` as indented JSON that ends in a newline."""
    return json.dumps(value, indent=2) + "\n"
