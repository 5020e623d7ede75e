"""What a person names goes in; the chunks of inputs that make up the job come out, one by one, in a fixed order.

Nothing is listed or held whole. The same sources in the same state give the same chunks.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from digits.batch.chunk import Chunk
from digits.batch.inputs.archives import ENDINGS, TAR_ENDINGS, is_picture, plan_tar, plan_zip
from digits.batch.inputs.listing import list_address, list_folder
from digits.batch.inputs.storage import file_system, fingerprint, is_address, told
from digits.batch.inputs.tables import CSV_ENDINGS, PARQUET_ENDINGS, csv_names, plan_parquet
from digits.errors import DataError

PAGES = 32
SINGLES = 1024


@dataclass(frozen=True)
class Sources:
    """What is to be read.

    Attributes:
        names: files, folders, globs, archives, tables, or fsspec addresses of these. One that is named twice, or lies
            in a folder that is named too, is read once.
        column: the column of tables that holds pictures or their paths.
        size: how many inputs a chunk has at most.
        listed: paths or addresses in place of ``names``, as a stream (standard input).
        without: absolute paths that are left out, such as the output.
    """

    names: Sequence[str]
    column: str | None = None
    size: int = PAGES
    listed: Iterable[str] = ()
    without: frozenset[str] = field(default=frozenset())


def plan(sources: Sources) -> Iterator[Chunk]:
    """Yield the chunks. A source that cannot be listed or opened is a chunk that says so, and stops nothing."""
    for name in _once(sources.names):
        yield from _saying(name, _plan_name(name, sources))
    yield from _group(((name, "") for name in sources.listed), sources.size)


def _once(names: Sequence[str]) -> Iterator[str]:
    """Leave out what is named twice or lies below another name."""
    keys = [name if is_address(name) else os.path.abspath(name) for name in names]
    for i, key in enumerate(keys):
        above = (other.rstrip("/") + "/" for other in keys if other != key)
        if key not in keys[:i] and not key.startswith(tuple(above)):
            yield names[i]


def _plan_name(name: str, sources: Sources) -> Iterator[Chunk]:
    if is_address(name):
        with told(name):
            system, path = file_system(name)
            found = (
                [system.unstrip_protocol(match) for match in sorted(system.glob(path))]
                if glob.has_magic(path)
                else [name]
            )
            is_folder = len(found) == 1 and system.isdir(path)
        if is_folder:
            yield from _plan_folder(name, sources)
            return
    elif os.path.isdir(name):
        yield from _plan_folder(name, sources)
        return
    else:
        found = [name] if os.path.lexists(name) else sorted(glob.glob(name, recursive=True))
    if not found:
        raise DataError(f"expected a file, folder or archive at {name}; nothing is there; check the name")
    plain = []
    for place in found:
        if place.lower().endswith((*ENDINGS, *PARQUET_ENDINGS, *CSV_ENDINGS)):
            yield from _saying(place, _plan_container(place, sources))
        else:
            with told(place):
                plain.append((place, fingerprint(place)))
    yield from _group(plain, sources.size)


def _plan_folder(folder: str, sources: Sources) -> Iterator[Chunk]:
    """Pictures and archives below ``folder``; Parquet files too, where a column is named."""
    containers = (*ENDINGS, *(PARQUET_ENDINGS if sources.column else ()))

    def is_wanted(name: str) -> bool:
        return is_picture(name) or name.lower().endswith(containers)

    with told(folder):
        files = (list_address if is_address(folder) else list_folder)(folder, is_wanted)
        waiting: list[tuple[str, str]] = []
        for path, state in files:
            if _is_below(os.path.abspath(path), sources.without):
                continue
            if path.lower().endswith(containers):
                yield from _saying(path, _plan_container(path, sources))
                continue
            waiting.append((path, state))
            if len(waiting) == sources.size:
                yield from _group(waiting, sources.size)
                waiting = []
    yield from _group(waiting, sources.size)


def _plan_container(place: str, sources: Sources) -> Iterator[Chunk]:
    name = place.lower()
    if name.endswith(TAR_ENDINGS):
        return plan_tar(place, sources.size)
    if name.endswith(PARQUET_ENDINGS):
        return plan_parquet(place, sources.column, sources.size)
    if name.endswith(CSV_ENDINGS):
        return _group(((name, "") for name in csv_names(place, sources.column)), sources.size)
    return plan_zip(place, sources.size)


def _group(files: Iterable[tuple[str, str]], size: int) -> Iterator[Chunk]:
    files = iter(files)
    while part := list(islice(files, size)):
        names, states = zip(*part, strict=True)
        yield Chunk("files", names=names, count=len(names), fingerprint="|".join(states))


def _saying(name: str, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    try:
        yield from chunks
    except DataError as error:
        yield Chunk("unreadable", name, count=1, problem=str(error))


def _is_below(path: str, folders: frozenset[str]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)
