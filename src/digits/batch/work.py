"""A chunk and a reader go in; a row for everything in the chunk comes out. No engine is known here, and no file.

An input that cannot be read is a row with an error; nothing but a dying process ends a chunk early.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digits.batch.chunk import Chunk
from digits.batch.inputs.contents import read_contents
from digits.batch.rows import Row, digit_row, error_row, page_rows
from digits.errors import DigitsError, ImageError, shorten
from digits.reading.fields.rules import Rule
from digits.reading.reader import Reader

# Pictures of one digit that are classified together: enough for the network, and soon repeated where one is broken.
TOGETHER = 64


@dataclass(frozen=True)
class Work:
    """How to read: pages, pictures of one ``single`` digit or of one ``line``; ``rules`` say what lines may contain."""

    reader: Reader
    rules: Sequence[Rule] = ()
    single: bool = False
    line: bool = False

    def read(
        self,
        chunk: Chunk,
        *,
        only: Collection[int] | None = None,
        banned: Mapping[int, str] | None = None,
        at: Callable[[int], None] = lambda _: None,
        together: int = TOGETHER,
    ) -> Iterator[tuple[int, Row]]:
        """Yield index of input and row, input by input.

        Args:
            chunk: what to read.
            only: the indices of the inputs to read; all by default.
            banned: inputs that are not looked at, and the error that their row says.
            at: called with the index of each input before it is looked at, or of the first of several.
            together: how many pictures of one digit are classified at once.
        """
        waiting: list[tuple[int, str, Any]] = []
        for index, (source, picture) in enumerate(read_contents(chunk)):
            if only is not None and index not in only:
                continue
            if banned and index in banned:
                yield index, error_row(source, banned[index], 0.0)
            elif isinstance(picture, ImageError):
                yield index, error_row(source, str(picture), 0.0)
            elif self.single:
                waiting.append((index, source, picture))
                if len(waiting) >= together:
                    at(waiting[0][0])
                    yield from self._classify(waiting)
                    waiting = []
            else:
                at(index)
                yield from ((index, row) for row in self._read(source, picture))
        if waiting:
            at(waiting[0][0])
            yield from self._classify(waiting)

    def _classify(self, inputs: Sequence[tuple[int, str, Any]]) -> Iterator[tuple[int, Row]]:
        begun = time.perf_counter()
        try:
            digits = self.reader.classify([picture for _, _, picture in inputs])
        except Exception as error:
            if len(inputs) == 1:
                ((index, source, _),) = inputs
                yield index, error_row(source, _sentence(error), time.perf_counter() - begun)
                return
            for each in inputs:
                yield from self._classify([each])
            return
        seconds = (time.perf_counter() - begun) / len(inputs)
        for (index, source, _), digit in zip(inputs, digits, strict=True):
            yield index, digit_row(source, digit, seconds)

    def _read(self, source: str, picture: Any) -> Iterator[Row]:
        page, begun = 1, time.perf_counter()
        try:
            for page, steps in enumerate(self.reader.explain_pages(picture, is_line=self.line), 1):
                reading = steps.reading
                fields = [line.choose(*self.rules) for line in reading.lines] if self.rules else None
                yield from page_rows(source, page, reading, fields, time.perf_counter() - begun)
                begun = time.perf_counter()
        except Exception as error:
            yield error_row(source, _sentence(error), time.perf_counter() - begun, page)


def _sentence(error: Exception) -> str:
    """A bug that one picture of millions brings out is told in its row; it must not end the job."""
    if isinstance(error, DigitsError):
        return str(error).removeprefix("images[0]: ")
    return f"an unexpected {type(error).__name__}: {shorten(error)}; please report it with this picture"
