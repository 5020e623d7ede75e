"""How tables, forms, boxes in a row, squared paper, and numbers with points, commas, slashes and dashes are read.

Usage: python benchmarks/forms.py [--model FOLDER] [--pages 20] [--only KIND …] [--out FILE] [--pictures FOLDER]

Pages are composed of all of MNIST's validation digits, and of print in typefaces that are kept from training (extra
``typefaces``); the same pages at every run. README's figures are of all of MNIST's, with $DIGITS_DATA set. Tables and
forms are photographed: turned by up to 5 degrees, in perspective, in uneven light. Rows of boxes are scanned straight,
scanned turned by up to 5 degrees, or photographed; of the rest one half is scanned, the other photographed.

Prints a table, and one JSON line; a spread is the standard deviation over pages drawn with replacement (bootstrap).
``--pictures`` writes the pages that are not exact, with what was read on them, and failures.txt beside them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from composing import boxes, separators, squared_paper, table
from composing.photograph import PHONE, SCANNER, Camera, photograph
from composing.sheet import Page
from composing.writing import Writer
from measured import Failures, finish, share, versions_of
from mnist_pictures.mnist_lines import digits_of
from scoring.cells_read import read_cells
from scoring.likeness import matched_lines

import digits
from digits.reading.drawing.overlay import draw_overlay
from digits.reading.result import Line, Reading
from digits.training.typefaces import RESERVED

Compose = Callable[[Writer], Page]
SEED = 28
STRAIGHT, TURNED = replace(SCANNER, degrees=0), replace(SCANNER, degrees=5)
TABLES: dict[str, Compose] = {f"table {kind.__name__.replace('_', ' ')}": kind for kind in table.KINDS} | {
    "form": boxes.form
}
ROWS: dict[str, Camera] = {"boxes straight": STRAIGHT, "boxes turned": TURNED, "boxes photographed": PHONE}
SQUARED: dict[str, Compose] = {
    f"squared paper, pen of {pen_px:.0f} px": partial(squared_paper.page, pen_px=pen_px)
    for pen_px in squared_paper.PENS_PX
}
SIGNS: dict[str, Compose] = {kind: partial(separators.page, kind=kind) for kind in separators.KINDS}
KINDS = (*TABLES, *ROWS, *SQUARED, *SIGNS)
TYPEFACE_PACKAGES = tuple(f"fontpkg-{slug}" for slug in sorted(RESERVED))
TOGETHER = {"tables and forms": TABLES, "boxes in a row": ROWS, "numbers with signs": SIGNS}


Counts = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Judged:
    """A page that was read: what stands there, what was read, and what draws that."""

    page: Page
    reading: Reading
    overlay: Callable[[], bytes]


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--pages", type=int, default=20, help="how many of each kind")
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--out", type=Path, help="also write the JSON to this file")
    parser.add_argument("--pictures", type=Path, help="write the pages that are not exact to this folder")
    arguments = parser.parse_args()
    reader, (images, labels), counted = digits.load(arguments.model), digits_of("validation"), {}
    for kind in arguments.only:
        some = islice(pages(kind, images, labels), arguments.pages)
        counted[kind] = count(kind, (judge(reader, page) for page in some), Failures(arguments.pictures))
        sys.stdout.write(f"{kind:28}{summary(shares(counted[kind]))}\n")
        sys.stdout.flush()
    together = {name: [one for kind in kinds for one in counted.get(kind, ())] for name, kinds in TOGETHER.items()}
    result = {name: shares(counts) for name, counts in (together | counted).items() if counts}
    for name in together.keys() & result.keys():
        sys.stdout.write(f"{name:28}{summary(result[name])}\n")
    about: dict[str, Any] = {
        "model_sha256": reader.info["weights"]["sha256"],
        "seed": SEED,
        "validation_digits": len(images),
    }
    about["versions"] = versions_of(*TYPEFACE_PACKAGES)
    finish({**about, "pages_of_each": arguments.pages, "kinds": result}, arguments.out)


def pages(kind: str, images: Any, labels: Any) -> Iterator[Page]:
    """Give pages of a kind without end; the same ones at every call, whatever other kinds are made.

    Args:
        images, labels: the digits to write with, uint8 (n, 28, 28), light on black, and (n,) in 0-9.
    """
    seeds = np.random.SeedSequence((SEED, KINDS.index(kind)))
    while True:
        random = np.random.default_rng(seeds.spawn(1)[0])
        writer = Writer(images, labels, random)
        camera = PHONE if kind in TABLES or random.random() < 0.5 else SCANNER
        compose = {**TABLES, **SQUARED, **SIGNS}.get(kind, boxes.row)
        yield photograph(compose(writer), random, ROWS.get(kind, camera))


def judge(reader: digits.Reader, page: Page) -> Judged:
    """Read a page."""
    steps = reader.explain(page.picture)
    return Judged(page, steps.reading, partial(draw_overlay, steps))


def count(kind: str, read: Iterator[Judged], failures: Failures) -> list[Counts]:
    """Return for each page how many things are right, and of how many, by name; write the pictures of what is wrong.

    Of pages with cells: ``pages``, ``cells`` and each kind of cell, ``spare`` (how many digits are given that are
    none), and ``in_place`` where readings have tables (a table has the cell exactly, in its row and column). Of pages
    with lines: ``pages`` and ``lines``, as far as digits go, and where lines have ``raw``, ``raw_pages`` and
    ``raw_lines``.
    """
    counts = []
    for number, judged in enumerate(read):
        own, told = (_count_cells if kind in TABLES or kind in ROWS else _count_lines)(judged)
        counts.append(own)
        if not own.get("raw_pages", own["pages"])[0]:
            failures.add(kind, number, told, judged.overlay)
    return counts


def _count_cells(judged: Judged) -> tuple[Counts, str]:
    cells, got = judged.page.cells, read_cells(judged.page, judged.reading)
    is_exact = [cell.text == text for cell, text in zip(cells, got.texts, strict=True)]
    own = {"pages": (int(all(is_exact) and not got.spare), 1), "cells": (sum(is_exact), len(is_exact))}
    for name in sorted({cell.kind for cell in cells}):
        of_kind = [right for cell, right in zip(cells, is_exact, strict=True) if cell.kind == name]
        own[name] = sum(of_kind), len(of_kind)
    placed = [a and b for a, b, cell in zip(is_exact, got.is_in_place, cells, strict=True) if cell.place]
    if _has(Reading, "tables") and placed:
        own["in_place"] = sum(placed), len(placed)
    wrong = [f"{cell.text}→{text}" for cell, text in zip(cells, got.texts, strict=True) if cell.text != text]
    return {**own, "spare": (got.spare, 1)}, f"{got.spare} spare; {' '.join(wrong)}"


def _count_lines(judged: Judged) -> tuple[Counts, str]:
    expected, lines = judged.page.lines, judged.reading.lines
    texts = {"": ([_digits_alone(text) for text in expected], [_digits_alone(line.text) for line in lines])}
    if _has(Line, "raw"):
        texts["raw_"] = [text.replace(" ", "") for text in expected], [_raw(line) for line in lines]
    own = {}
    for name, (bare, got) in texts.items():
        own |= {f"{name}pages": (int(bare == got), 1), f"{name}lines": (matched_lines(bare, got), len(bare))}
    return own, f"{' | '.join(expected)} → {' | '.join(map(_raw, lines))}"


def shares(counts: list[Counts]) -> dict[str, dict[str, float]]:
    """Return what part is right by name, as ``share`` does, of pages that were counted."""
    names = dict.fromkeys(name for own in counts for name in own)
    return {name: share([own.get(name, (0, 0)) for own in counts]) for name in names}


def _has(kind: type, name: str) -> bool:
    """Tell whether a dataclass has a field or a property."""
    return hasattr(kind, name) or name in {field.name for field in fields(kind)}


def _raw(line: Line) -> str:
    return str(getattr(line, "raw", line.text)).replace(" ", "")


def _digits_alone(text: str) -> str:
    """Return the digits of a text, question marks among them."""
    return "".join(character for character in text if character.isdigit() or character == "?")


def summary(result: dict[str, dict[str, float]]) -> str:
    """Return a line that tells the shares, each with its spread."""
    told = []
    for name, one in result.items():
        if name == "spare":
            told.append(f"{one['mean']:.2f} ± {one['spread']:.2f} spare digits a page")
        else:
            told.append(f"{name} {one['mean']:.1%} ± {one['spread']:.1%} of {one['n']}")
    return ", ".join(told)


if __name__ == "__main__":
    main()
