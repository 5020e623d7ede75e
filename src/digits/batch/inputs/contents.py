"""A chunk goes in; its pictures come out, each behind the name that its rows will have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digits.batch.chunk import Chunk
from digits.batch.inputs.archives import read_tar, read_zip
from digits.batch.inputs.storage import is_address, join, open_file, told
from digits.batch.inputs.tables import read_parquet
from digits.errors import DataError, ImageError


def read_contents(chunk: Chunk) -> Iterator[tuple[str, Any]]:
    """Yield the source of each input and what a ``Reader`` takes: a path, bytes or a frame; or an ``ImageError``.

    Each input of the chunk comes out, also where its container cannot be read any more.
    """
    if chunk.kind == "unreadable":
        yield chunk.place, ImageError(chunk.problem)
        return
    if chunk.kind == "files":
        yield from ((name, _fetched(name)) for name in chunk.names)
        return
    read = {"tar": read_tar, "tar stream": read_tar, "zip": read_zip, "parquet": read_parquet}[chunk.kind]
    done = 0
    try:
        for source, picture in read(chunk):
            yield source, _fetched(picture) if isinstance(picture, str) else picture
            done += 1
    except DataError as error:
        if not chunk.count:  # a stream ends early, and nobody knows what would have come
            yield chunk.place, ImageError(str(error))
        for number in range(done, chunk.count):
            name = chunk.names[number] if chunk.names else None
            source = join(chunk.place, name) if name else f"{chunk.place}#{chunk.start + number}"
            yield source, ImageError(str(error))


def _fetched(place: str) -> str | bytes | ImageError:
    if not is_address(place):
        return place
    try:
        with told(place), open_file(place) as file:
            return file.read()
    except DataError as error:
        return ImageError(str(error))
