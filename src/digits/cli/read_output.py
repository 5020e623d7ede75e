"""The readings of ``digits read`` go in; text, JSON, CSV and pictures come out. Nothing here reads."""

from __future__ import annotations

import csv
import glob
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digits.cli.console import print_error, print_notice
from digits.cli.failure import describe
from digits.cli.read_page import CSV_COLUMNS, Page
from digits.cli.signature import is_drawn, sign
from digits.files import replacing

MOST_BYTES = 200


class Output:
    """Counts what was read, writes the pictures asked for, and prints texts; other formats override the printing."""

    def __init__(self, overlay: Path | None, steps: Path | None) -> None:
        self._overlay, self._steps = overlay, steps
        self._stem_of: dict[str, str] = {}
        self._taken: set[str] = set()  # names of pictures and folders, and what stands before their pages' numbers
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
                self._draw(page)
            except OSError as error:
                self.undrawn += 1
                print_error(f"{page.name} is read, but its picture is not written: {describe(error)}")
        self._to_draw.clear()

    def _draw(self, page: Page) -> None:
        if self._overlay is None and self._steps is None:
            return
        from digits.reading.draw import draw_frames, draw_overlay, draw_steps

        stem = self._stem(page)
        if self._overlay and page.steps:
            _write(self._overlay / f"{stem}.png", draw_overlay(page.steps))
        if self._steps and page.steps:
            for name, picture in draw_steps(page.steps).items():
                _write(self._steps / stem / f"{name}.png", picture)
        elif self._steps and page.frame is not None:
            _write(self._steps / stem / "5-frames.png", draw_frames(page.frame[None]))

    def _stem(self, page: Page) -> str:
        """Name a page's pictures after its source; with a number where the name is taken, be it by somebody's photo."""
        if page.source not in self._stem_of:
            stem = _shortened(Path(page.source).stem) if page.source != "-" else "stdin"
            number, unique = 2, stem
            while unique.casefold() in self._taken or self._is_anothers(unique):
                unique, number = f"{stem}-{number}", number + 1
            self._stem_of[page.source] = unique
        stem = self._stem_of[page.source]
        name = stem if page.number == 1 else f"{stem}-page-{page.number}"
        self._taken |= {name.casefold(), re.sub(r"-page-\d+$", "", name).casefold()}
        return name

    def _is_anothers(self, stem: str) -> bool:
        """Tell whether pictures of this name would replace some that were not drawn here."""
        overlays, pages = self._overlay, f"{glob.escape(stem)}-page-*"
        there = [overlays / f"{stem}.png", *overlays.glob(f"{pages}.png")] if overlays else []
        if self._steps:
            for folder in (self._steps / stem, *self._steps.glob(pages)):
                there += folder.glob("*.png") if folder.is_dir() else [folder]
        return any(path.exists() and not is_drawn(path) for path in there)


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

    def __init__(self, overlay: Path | None, steps: Path | None) -> None:
        super().__init__(overlay, steps)
        self._readings: list[dict[str, Any]] = []

    def _print(self, page: Page) -> None:
        self._readings.append(page.to_dict())

    def _print_failure(self, source: str, error: str) -> None:
        self._readings.append({"source": source, "error": error})

    def _print_rest(self) -> None:
        document = {"readings": self._readings, "read": self.read, "failed": self.failed}
        sys.stdout.write(json.dumps(document | {"needs_review": self.needs_review}, indent=2) + "\n")


class CsvRows(Output):
    """One row a line of digits; a picture that failed is a row too."""

    def __init__(self, overlay: Path | None, steps: Path | None) -> None:
        super().__init__(overlay, steps)
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        with _standard_output():
            self._writer.writerow(CSV_COLUMNS)

    def _print(self, page: Page) -> None:
        self._writer.writerows(page.to_rows())

    def _print_failure(self, source: str, error: str) -> None:
        self._writer.writerow([source, *[""] * (len(CSV_COLUMNS) - 2), error])

    def _print_rest(self) -> None:
        pass


def make_output(format_name: str, overlay: Path | None, steps: Path | None) -> Output:
    """Return what prints in the format ``text``, ``json``, ``jsonl`` or ``csv``."""
    kinds = {"text": Output, "json": JsonDocument, "jsonl": JsonLines, "csv": CsvRows}
    return kinds[format_name](overlay, steps)


@contextmanager
def _standard_output() -> Iterator[None]:
    """Bring what is printed to its reader at once: a long document's first page is of use before its last is read."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        error.filename = error.filename or "standard output"
        raise


def _shortened(stem: str) -> str:
    """Leave room for a page's number and an ending in a name, of which systems allow 255 bytes."""
    return stem.encode(errors="replace")[:MOST_BYTES].decode(errors="ignore") if len(stem) > MOST_BYTES // 4 else stem


def _write(path: Path, png: bytes) -> None:
    with replacing(path) as file:
        file.write(sign(png))
