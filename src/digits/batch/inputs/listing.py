"""A folder goes in; the files below it come out in a fixed order, however many there are, in bounded memory."""

from __future__ import annotations

import heapq
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import IO, NamedTuple

from digits.batch.inputs.storage import file_system

# A folder with more names is sorted in runs of so many, on disk: 10 MB each.
RUN = 100_000


class Entry(NamedTuple):
    """A file or folder in a folder; ``state`` is what ``storage.fingerprint`` says."""

    name: str
    is_folder: bool
    state: str


def list_folder(folder: str, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Yield path and state of each wanted file below ``folder``: its own files by name, then its folders by name.

    Hidden files and folders, and links to folders, are left out. Raises OSError where a folder cannot be listed.
    """
    folders = []
    for entry in _sorted(folder, is_wanted):
        path = os.path.join(folder, entry.name)
        if entry.is_folder:
            folders.append(path)
        else:
            yield path, entry.state
    for path in folders:
        yield from list_folder(path, is_wanted)


def list_address(address: str, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Yield address and state of each wanted file below ``address``, folder by folder."""
    system, path = file_system(address)
    for _, _, files in system.walk(path, detail=True):
        for name in sorted(files):
            if is_wanted(name):
                info = files[name]
                changed = info.get("ETag") or info.get("LastModified") or info.get("mtime") or ""
                yield system.unstrip_protocol(info["name"]), f"{info.get('size')}:{changed}"


def _sorted(folder: str, is_wanted: Callable[[str], bool]) -> Iterator[Entry]:
    with ExitStack() as stack, os.scandir(folder) as found:
        wanted = (entry for entry in map(_entry, found) if entry and (entry.is_folder or is_wanted(entry.name)))
        run = sorted(islice(wanted, RUN))
        runs: list[Iterator[Entry]] = []
        while len(run) == RUN:
            spill = stack.enter_context(tempfile.TemporaryFile())
            for entry in run:
                pickle.dump(entry, spill)
            runs.append(_read(spill))
            run = sorted(islice(wanted, RUN))
        yield from heapq.merge(*runs, run)


def _entry(found: os.DirEntry[str]) -> Entry | None:
    if found.name.startswith("."):
        return None
    if found.is_dir(follow_symlinks=False):
        return Entry(found.name, True, "")
    try:
        state = found.stat()
    except OSError:  # a link that leads nowhere: reading it says so
        return Entry(found.name, False, "absent")
    return Entry(found.name, False, f"{state.st_size}:{state.st_mtime_ns}") if not found.is_dir() else None


def _read(spill: IO[bytes]) -> Iterator[Entry]:
    spill.seek(0)
    try:
        while True:
            yield pickle.load(spill)
    except EOFError:
        return
