"""The readings of ``digits read`` go in; text, JSON and CSV come out. Nothing here reads."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from digits.cli.read.drawings import Drawings
from digits.cli.read.page import CSV_COLUMNS, Page
from digits.cli.terminal.console import print_error, print_notice
from digits.cli.terminal.failure import describe


class Output:
    """Counts what was read, has its pictures drawn, and prints texts; other formats override the printing."""

    def __init__(self, drawings: Drawings, about: Mapping[str, Any] | None = None) -> None:
        """``about`` all readings, for formats that have a place for it."""
        self._drawings = drawings
        self._about = dict(about or {})
        self._held: Page | None = None
        self._to_draw: list[Page] = []
        self.read = self.failed = self.undrawn = 0
        self.needs_review = False

    def add(self, page: Page) -> None:
        """Take one page: print it, then draw it, so that a full disk costs no text."""
        self.read += 1
        self.needs_review |= page.needs_review
        with _standard_output():
            self._print(page)
        self._to_draw.append(page)
        if self._held is None:
            self._draw_all()

    def add_failure(self, source: str, error: str) -> None:
        """Take a picture that could not be read."""
        self.failed += 1
        with _standard_output():
            self._print_failure(source, error)

    def finish(self) -> None:
        """Print and draw what was held back."""
        with _standard_output():
            self._print_rest()
        self._draw_all()

    def _print_rest(self) -> None:
        if self._held is not None and self._held.text:
            sys.stdout.write(self._held.text + "\n")

    def _print(self, page: Page) -> None:
        """One page's text stands alone; among several, each line follows its source and a tab. Notes go elsewhere."""
        for note in page.notes:
            print_notice(note)
        if self.read == 1 and not self.failed:
            self._held = page
            return
        if self._held is not None:
            self._print_with_source(self._held)
            self._held = None
        self._print_with_source(page)

    def _print_with_source(self, page: Page) -> None:
        for line in page.text.split("\n"):
            sys.stdout.write(f"{page.source}\t{line}\n")

    def _print_failure(self, source: str, error: str) -> None:
        """The text format leaves failures to standard error."""

    def _draw_all(self) -> None:
        """Draw the pages whose text is out; one that cannot be written stops nothing."""
        for page in self._to_draw:
            try:
                self._drawings.draw(page)
            except OSError as error:
                self.undrawn += 1
                print_error(f"{page.name} is read, but its picture is not written: {describe(error)}")
        self._to_draw.clear()


class JsonLines(Output):
    """One JSON object a page, at once."""

    def _print(self, page: Page) -> None:
        sys.stdout.write(json.dumps(page.to_dict()) + "\n")

    def _print_failure(self, source: str, error: str) -> None:
        sys.stdout.write(json.dumps({"source": source, "error": error}) + "\n")

    def _print_rest(self) -> None:
        pass


class JsonDocument(Output):
    """One JSON document at the end."""

    def __init__(self, drawings: Drawings, about: Mapping[str, Any] | None = None) -> None:
        super().__init__(drawings, about)
        self._readings: list[dict[str, Any]] = []

    def _print(self, page: Page) -> None:
        self._readings.append(page.to_dict())

    def _print_failure(self, source: str, error: str) -> None:
        self._readings.append({"source": source, "error": error})

    def _print_rest(self) -> None:
        document = {"readings": self._readings, "read": self.read, "failed": self.failed}
        sys.stdout.write(json.dumps(document | {"needs_review": self.needs_review} | self._about, indent=2) + "\n")


class CsvRows(Output):
    """One row a line of digits; a picture that failed is a row too."""

    def __init__(self, drawings: Drawings, about: Mapping[str, Any] | None = None) -> None:
        super().__init__(drawings, about)
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        with _standard_output():
            self._writer.writerow(CSV_COLUMNS)

    def _print(self, page: Page) -> None:
        self._writer.writerows(page.to_rows())

    def _print_failure(self, source: str, error: str) -> None:
        self._writer.writerow([{"source": source, "error": error}.get(column, "") for column in CSV_COLUMNS])

    def _print_rest(self) -> None:
        pass


def make_output(format_name: str, drawings: Drawings, about: Mapping[str, Any] | None = None) -> Output:
    """Return what prints in the format ``text``, ``json``, ``jsonl`` or ``csv``; ``about`` goes into the document."""
    kinds = {"text": Output, "json": JsonDocument, "jsonl": JsonLines, "csv": CsvRows}
    return kinds[format_name](drawings, about)


@contextmanager
def _standard_output() -> Iterator[None]:
    """Bring what is printed to its reader at once: a long document's first page is of use before its last is read."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        error.filename = error.filename or "standard output"
        raise
