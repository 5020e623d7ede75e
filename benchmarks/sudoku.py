"""How photos of sudokus are read, cell by cell: printed digits, handwritten ones, empty cells. Zero-shot.

Usage: python benchmarks/sudoku.py [--model RUN_OR_MODEL] [--out FILE.json]

Prints a table and ends in one JSON line. The photos come from sudoku_dev in the folder that $DIGITS_DATA names, with a
labels.csv: nine rows of nine digits, 0 for an empty cell, and for each cell h (handwritten), p (printed) or a dot.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lines import data_folder

import digits

KINDS = {"h": "handwritten", "p": "printed", ".": "empty"}


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--out", type=Path, help="also write the JSON to this file")
    arguments = parser.parse_args()
    folder = data_folder()
    if not folder or not (folder / "sudoku_dev" / "labels.csv").is_file():
        sys.exit("left out: no sudoku_dev in $DIGITS_DATA")
    result = measure(digits.load(arguments.model), folder / "sudoku_dev")
    for kind in KINDS.values():
        cells, right = result[kind]["cells"], result[kind]["right"]
        sys.stdout.write(f"{kind:12}{cells:5} cells {right:7.1%} right\n")
    sys.stdout.write(f"{result['found']} of {result['photos']} grids found\n{json.dumps(result)}\n")
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def measure(
    reader: digits.Reader, folder: Path, photograph: Callable[[Path], Iterable[Any]] = lambda path: [path]
) -> dict[str, Any]:
    """Return for each kind of cell how many there are and the share read right; a grid not found is all wrong.

    ``photograph`` gives the pictures that stand in for a photo.
    """
    counts = {kind: [0, 0] for kind in KINDS}
    photos, found, started = 0, 0, time.perf_counter()
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            expected = row["grid_rows_0_is_empty"].replace(" ", "").replace("0", ".")
            kinds = row["h_handwritten_p_printed"].replace(" ", "")
            for picture in photograph(folder / row["file"]):
                reading = reader.read(picture)
                photos, found = photos + 1, found + bool(reading.grid)
                got = reading.grid_text.replace("\n", "") or "-" * len(expected)
                for kind, one, other in zip(kinds, expected, got, strict=True):
                    counts[kind][0] += 1
                    counts[kind][1] += one == other
    shares = {KINDS[kind]: {"cells": n, "right": right / max(n, 1)} for kind, (n, right) in counts.items()}
    return {"photos": photos, "found": found, "seconds": time.perf_counter() - started, **shares}


if __name__ == "__main__":
    main()
