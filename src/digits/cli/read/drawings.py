"""Where ``digits read`` draws: each page's pictures lie below the folder named for them, whatever its source is called.

What is there already stays, unless a person forces it. Nothing here reads.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from digits.cli.read.page import Page
from digits.errors import RunError
from digits.files import replacing, require_free
from digits.reading.picture.sources import STDIN

# Systems allow names of 255 bytes; a page's number and an ending need some of them.
MOST_BYTES = 200
# No system allows all of these in a name: they set folders, drives and patterns apart.
SEPARATORS = frozenset('\\/:*?"<>|')
PAGE = re.compile(r"-page-\d+$")


class Drawings:
    """Draws the pages of ``sources`` into the folders ``overlay`` and ``steps``, where they are given.

    An ``overlay`` that ends in .png, and is no folder, is the picture of the only source.
    """

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
        names = name_pictures(sources)
        self._overlay = _place_overlays(overlay, names) if overlay else None
        self._steps = _Places(steps, names) if steps else None
        if self._overlay:
            places = self._overlay.find(page)
            require_free(places, option="--overlay", force=force)
            _require_other_files(places, names)
        if self._steps:
            places = self._steps.find(page)
            require_free(places, option="--steps", force=force, are_folders=True)
            _require_folders(places)

    @property
    def told(self) -> list[str]:
        """Where pictures were written, a sentence each for overlays and steps."""
        return [place.told for place in (self._overlay, self._steps) if place and place.drawn]

    def draw(self, page: Page) -> None:
        """Write the pictures of one page."""
        if self._overlay is None and self._steps is None:
            return
        from digits.reading.drawing.overlay import draw_overlay
        from digits.reading.drawing.stages import draw_frames, draw_steps

        if self._overlay and page.steps:
            _write(self._overlay.of(page), draw_overlay(page.steps))
            self._overlay.drawn.append(page)
        if self._steps:
            stages = draw_steps(page.steps) if page.steps else {}
            if page.frame is not None:
                stages = {"5-frames": draw_frames(page.frame[None])}
            for stage, picture in stages.items():
                _write(self._steps.of(page) / f"{stage}.png", picture)
            self._steps.drawn.append(page)


@dataclass(frozen=True)
class _Places:
    """Where each page's picture, or its folder of pictures, lies: below ``folder``, by the ``names`` of the sources."""

    folder: Path
    names: Mapping[str, str]
    ending: str = ""
    drawn: list[Page] = field(default_factory=list)

    def of(self, page: Page) -> Path:
        return self.folder / f"{_number(self.names[page.source], page.number)}{self.ending}"

    def find(self, page: int | None) -> list[Path]:
        """Return where pages will be drawn; where any page may be, the first of each source and those there already."""
        names = {_number(name, page or 1) for name in self.names.values()}
        found = sorted(self.folder.iterdir()) if self.folder.is_dir() and page is None else []
        found = [path for path in found if path.name.endswith(self.ending)]
        pages = [path for path in found if PAGE.sub("", path.name.removesuffix(self.ending)) in names]
        return [*(self.folder / f"{name}{self.ending}" for name in sorted(names)), *pages]

    @property
    def told(self) -> str:
        if len(self.drawn) == 1:
            return f"drawn: {self.of(self.drawn[0])}"
        return f"drawn: {len(self.drawn):,} {'pictures' if self.ending else 'folders of stages'} in {self.folder}"


def _place_overlays(overlay: Path, names: Mapping[str, str]) -> _Places:
    if overlay.suffix.lower() != ".png" or overlay.is_dir():
        return _Places(overlay, names, ".png")
    if len(names) != 1:
        raise RunError(
            f"expected a folder for the overlays of {len(names):,} pictures; {overlay} is the name of one picture; "
            "name a folder with --overlay"
        )
    return _Places(overlay.parent, dict.fromkeys(names, overlay.stem), overlay.suffix)


def _require_other_files(places: Iterable[Path], sources: Iterable[str]) -> None:
    read = {os.path.realpath(source) for source in sources}
    for path in places:
        if os.path.lexists(path) and os.path.realpath(path) in read:
            raise RunError(
                f"expected {path} to be free, but it is a picture to read; give another place with --overlay"
            )


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
