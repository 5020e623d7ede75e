"""A chunk: a fixed list of inputs that are read together, by one process, into one file of rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

Kind = Literal["files", "tar", "tar stream", "zip", "parquet", "unreadable"]


@dataclass(frozen=True)
class Chunk:
    """Inputs that lie together.

    Attributes:
        kind: "files", or the container they lie in; a "tar stream" can only be read from its beginning to its end, so
            it is one chunk; "unreadable" stands for a source that gives no input, and ``problem`` says why.
        place: the path or address of the container; empty for files.
        names: the paths of files or the names of members. Empty for a stream and for rows of a table.
        start: where the first input is: a byte of a tar, an index of a zip, a row of a table.
        count: how many inputs there are; 0 for a stream, whose end alone tells.
        fingerprint: size and time of change of the container or of each file: a chunk of other contents is another.
        column: the column of a table.
    """

    kind: Kind
    place: str = ""
    names: tuple[str, ...] = ()
    start: int = 0
    count: int = 0
    fingerprint: str = ""
    column: str = ""
    problem: str = ""

    def id(self, job: str) -> str:
        """Return 20 hexadecimal digits that tell this chunk, read by ``job``, from every other."""
        told = json.dumps([job, asdict(self)], sort_keys=True)  # ASCII: names may hold bytes that are no UTF-8
        return hashlib.sha256(told.encode()).hexdigest()[:20]
