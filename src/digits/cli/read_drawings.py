"""Where ``digits read`` draws: each page's pictures lie below the folder named for them, whatever its source is called.

What is there already stays, unless a person forces it. Nothing here reads.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from digits.cli.read_page import Page
from digits.errors import RunError
from digits.files import replacing, require_free
from digits.reading.sources import STDIN

# Systems allow names of 255 bytes; a page's number and an ending need some of them.
MOST_BYTES = 200
# No system allows all of these in a name: they set folders, drives and patterns apart.
SEPARATORS = frozenset('\\/:*?"<>|')
PAGE = re.compile(r"-page-\d+$")


class Drawings:
    """Draws the pages of ``sources`` into the folders ``overlay`` and ``steps``, where they are given."""

    def __init__(
        self,
        overlay: Path | None,
        steps: Path | None,
        sources: Iterable[str],
        *,
        page: int | None = None,
        force: bool = False,
    ) -> None:
        """Raise RunError where something else is in the way; ``page`` is the only one that will be drawn."""
        self._overlay, self._steps = overlay, steps
        self._names = name_pictures(sources)
        if overlay:
            places = self._places(overlay, page, ".png")
            require_free(places, option="--overlay", force=force)
            self._require_other_files(places)
        if steps:
            places = self._places(steps, page)
            require_free(places, option="--steps", force=force, are_folders=True)
            _require_folders(places)

    def draw(self, page: Page) -> None:
        """Write the pictures of one page."""
        if self._overlay is None and self._steps is None:
            return
        from digits.reading.draw import draw_frames, draw_overlay, draw_steps

        name = _number(self._names[page.source], page.number)
        if self._overlay and page.steps:
            _write(self._overlay / f"{name}.png", draw_overlay(page.steps))
        if self._steps and page.steps:
            for stage, picture in draw_steps(page.steps).items():
                _write(self._steps / name / f"{stage}.png", picture)
        elif self._steps and page.frame is not None:
            _write(self._steps / name / "5-frames.png", draw_frames(page.frame[None]))

    def _require_other_files(self, places: Iterable[Path]) -> None:
        read = {os.path.realpath(source) for source in self._names}
        for path in places:
            if os.path.lexists(path) and os.path.realpath(path) in read:
                raise RunError(
                    f"expected {path} to be free, but it is a picture to read; give another place with --overlay"
                )

    def _places(self, folder: Path, page: int | None, ending: str = "") -> list[Path]:
        """Return where pages will be drawn; where any page may be, the first of each source and those there already."""
        names = {_number(name, page or 1) for name in self._names.values()}
        found = sorted(folder.iterdir()) if folder.is_dir() and page is None else []
        pages = [path for path in found if PAGE.sub("", path.name.removesuffix(ending)) in names]
        return [*(folder / f"{name}{ending}" for name in sorted(names)), *pages]


def name_pictures(sources: Iterable[str]) -> dict[str, str]:
    """Return for each source what its pictures are called: after its file; with a number where that is taken.

    The names differ on every file system, with those of all pages: ``scan-page-2.png`` may be the second of
    ``scan.pdf``. Each is one plain file name, so that it leads nowhere.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    bases: set[str] = set()
    numbers: Counter[str] = Counter()
    for source in sources:
        plain = _plain("stdin" if source == STDIN else Path(source).stem)
        name, key = plain, _fold(plain)
        while key in taken or key in bases or PAGE.sub("", key) in taken:
            numbers[plain] += 1
            name = f"{plain}-{numbers[plain] + 1}"
            key = _fold(name)
        taken.add(key)
        bases.add(PAGE.sub("", key))
        names[source] = name
    return names


def _plain(stem: str) -> str:
    """Return ``stem`` without what is special to a file system, a shell or a terminal, and not too long."""
    text = "".join(c if c.isprintable() and c not in SEPARATORS else "_" for c in stem)
    return text.encode()[:MOST_BYTES].decode(errors="ignore").strip(" .") or "picture"


def _fold(name: str) -> str:
    """Return what names have in common that are one to some file system."""
    return unicodedata.normalize("NFC", name).casefold()


def _number(name: str, page: int) -> str:
    return name if page == 1 else f"{name}-page-{page}"


def _require_folders(places: Iterable[Path]) -> None:
    for path in places:
        if os.path.lexists(path) and (path.is_symlink() or not path.is_dir()):
            raise RunError(
                f"expected {path} to be a folder of stages, but it is a file or a link; give another place with --steps"
            )


def _write(path: Path, png: bytes) -> None:
    with replacing(path) as file:
        file.write(png)
