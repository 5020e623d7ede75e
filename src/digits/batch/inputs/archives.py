"""An archive goes in; runs of its members come out, or their bytes. Members are pictures; all else in it is left out.

A plain tar on a disk is walked once, header by header, for the byte at which each chunk begins: workers then read its
parts side by side. A packed tar, or one at an address, has no such places; one worker reads it from end to end.
"""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from digits.batch.chunk import Chunk
from digits.batch.inputs.storage import fingerprint, is_address, join, open_file, told
from digits.errors import DataError, ImageError, shorten
from digits.reading.picture.sources import SUFFIXES

TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
ENDINGS = (*TAR_ENDINGS, ".zip")
Input = tuple[str, "str | bytes | ImageError"]


def is_picture(name: str) -> bool:
    """Tell by its name whether a member or file is one to read; hidden ones and what macOS adds are not."""
    path = PurePosixPath(name)
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and "__MACOSX" not in path.parts


def plan_tar(place: str, size: int) -> Iterator[Chunk]:
    """Yield the chunks of a tar. A truncated one ends in an unreadable chunk; what came before it counts."""
    with told(place):
        state = fingerprint(place)
        if is_address(place) or not _is_plain(place):
            yield Chunk("tar stream", place, fingerprint=state)
            return
    names: list[str] = []
    start, problem = 0, ""
    try:
        with tarfile.open(place, "r:") as archive:
            for member in _members(archive):
                if not names:
                    start = member.offset
                names.append(member.name)
                if len(names) == size:
                    yield Chunk("tar", place, tuple(names), start, len(names), state)
                    names = []
    except (tarfile.TarError, OSError) as error:
        problem = _damaged(place, error)
    if names:
        yield Chunk("tar", place, tuple(names), start, len(names), state)
    if problem:
        yield Chunk("unreadable", place, fingerprint=state, count=1, problem=problem)


def read_tar(chunk: Chunk) -> Iterator[Input]:
    """Yield source and bytes of each member of a chunk of a tar, or of a whole stream.

    Raises DataError where it ends early or is damaged.
    """
    try:
        with open_file(chunk.place) as file:
            file.seek(chunk.start)
            with tarfile.open(fileobj=file, mode="r:" if chunk.kind == "tar" else "r|*") as archive:
                for number, member in enumerate(_members(archive), 1):
                    content = archive.extractfile(member)
                    yield join(chunk.place, member.name), content.read() if content else b""
                    if number == chunk.count:
                        return
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise DataError(_damaged(chunk.place, error)) from error
    except OSError as error:
        with told(chunk.place):
            raise error from None


def plan_zip(place: str, size: int) -> Iterator[Chunk]:
    """Yield the chunks of a zip archive. Its directory is held in memory: half a gigabyte for a million members."""
    with told(place):
        state = fingerprint(place)
        names = _zip_names(place, state)
    for start in range(0, len(names), size):
        part = tuple(names[start : start + size])
        yield Chunk("zip", place, part, start, len(part), state)


def read_zip(chunk: Chunk) -> Iterator[Input]:
    """Yield the members of a chunk of a zip: source and bytes, or the error of that member."""
    with told(chunk.place):
        archive = _open_zip(chunk.place, chunk.fingerprint)
        members = [member for member in archive.infolist() if is_picture(member.filename)]
    for member in members[chunk.start : chunk.start + chunk.count]:
        source = join(chunk.place, member.filename)
        try:
            yield source, archive.read(member)
        # RuntimeError: it has a password, or is packed in a way that zipfile does not know.
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError) as error:
            yield source, ImageError(f"expected a whole member of a zip archive; {shorten(error)}; pack it again")


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while member := archive.next():
        archive.__dict__["members"].clear()  # it keeps them all otherwise: a gigabyte for a million
        if member.isfile() and is_picture(member.name):
            yield member


def _is_plain(place: str) -> bool:
    with open_file(place) as file:
        return file.read(262)[257:262] == b"ustar"


def _damaged(place: str, error: BaseException) -> str:
    return f"expected a whole tar archive; {shorten(place)} ends early or is damaged ({shorten(error)}); fetch it again"


@lru_cache(maxsize=1)  # the next chunk is mostly of the same archive, whose directory takes long to read
def _open_zip(place: str, _state: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(open_file(place) if is_address(place) else place)  # of a path it closes the file itself


def _zip_names(place: str, state: str) -> list[str]:
    return [member.filename for member in _open_zip(place, state).infolist() if is_picture(member.filename)]
