"""How numbers of several digits are read: pages, cheque amounts, and lines made of MNIST test digits. Zero-shot.

Usage: python benchmarks/lines.py [--model FOLDER] [--lines 500] [--part test] [--seed 0] [--field RULE] [--out FILE]

Prints a table and ends in one JSON line. A set's row ``told`` is read knowing that each picture holds one line. Pages
and amounts come from pages_dev and cheque_amounts_dev in the folder that $DIGITS_DATA names, each with its labels.csv;
a set that is not there is left out, and the table says so.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from mnist_pictures.mnist_lines import SPACED, TOUCHING, digits_of, mnist_lines
from scoring.likeness import edit_distance, matched_lines
from scoring.ocr import find_rivals, rival_versions

import digits
from digits.files import read_object
from digits.reading.fields.rules import Rule, parse_rule

Picture = Path | npt.NDArray[np.uint8]
Example = tuple[Picture, str]


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--lines", type=int, default=500, help="how many lines of MNIST digits, of each kind")
    parser.add_argument("--part", choices=("test", "validation"), default="test", help="whose digits the lines are of")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rivals", type=int, default=0, help="how many lines of each kind installed OCR reads")
    parser.add_argument("--rivals-from", type=Path, help="what OCR that is not installed read, from an earlier result")
    parser.add_argument("--field", type=parse_rule, help="read every line as a field of this rule, such as length=5")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    reader = digits.load(arguments.model)
    results = measure_all(
        reader, lines=arguments.lines, part=arguments.part, seed=arguments.seed, field=arguments.field
    )
    print_table(results)
    earlier = read_object(arguments.rivals_from) if arguments.rivals_from else {}
    rivals = earlier.get("rivals", {}) | (measure_rivals(arguments.rivals) if arguments.rivals else {})
    versions = earlier.get("rival_versions", {}) | (rival_versions() if arguments.rivals else {})
    for name, sets in rivals.items():
        for kind, result in sets.items():
            sys.stdout.write(f"{name} on {kind}: {result['lines_exact']:.1%} of {result['lines']} lines exact\n")
    document = json.dumps(
        {
            "model_sha256": reader.info["weights"]["sha256"],
            "sets": results,
            "rivals": rivals,
            "rival_versions": versions,
        }
    )
    sys.stdout.write(document + "\n")
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(document + "\n", encoding="utf-8")


def measure_all(
    reader: digits.Reader, *, lines: int, part: str = "test", seed: int = 0, field: Rule | None = None
) -> dict[str, dict[str, Any]]:
    """Measure every set that is here; returns what ``measure`` returns under each set's name.

    With a rule for the field, lines of MNIST digits alone are measured: the others have no one rule.
    """
    results = {}
    folder = None if field else data_folder()
    read, told = _values_of(reader, field) if field else None, _lines_of(reader)
    if folder and (folder / "pages_dev" / "labels.csv").is_file():
        results["pages_dev"] = measure(reader, pages(folder / "pages_dev"))
    if folder and (folder / "cheque_amounts_dev" / "labels.csv").is_file():
        results["cheque_amounts_dev"] = measure(reader, amounts(folder / "cheque_amounts_dev"))
        results["cheque_amounts_dev_told"] = measure(reader, amounts(folder / "cheque_amounts_dev"), told)
    for name, gap in (("spaced", SPACED), ("touching", TOUCHING)):
        made = list(mnist_lines(*digits_of(part), count=lines, gap=gap, seed=seed))
        results[f"mnist_lines_{name}"] = measure(reader, made, read)
        if not field:
            results[f"mnist_lines_{name}_told"] = measure(reader, made, told)
    return results


def measure_rivals(count: int) -> dict[str, dict[str, dict[str, Any]]]:
    """Let the OCR programs that are installed read ``count`` lines of each kind, and all amounts."""
    found, absent = find_rivals(page_mode="7")
    sys.stdout.write("".join(f"left out: {reason}\n" for reason in absent.values()))
    test, folder = digits_of("test"), data_folder()
    results: dict[str, dict[str, dict[str, Any]]] = {}
    for name, ask in found.items():
        sets = {
            f"mnist_lines_{kind}": mnist_lines(*test, count=count, gap=gap)
            for kind, gap in (("spaced", SPACED), ("touching", TOUCHING))
        }
        if folder and (folder / "cheque_amounts_dev" / "labels.csv").is_file():
            sets["cheque_amounts_dev"] = amounts(folder / "cheque_amounts_dev")
        results[name] = {kind: measure(None, examples, _grey(ask)) for kind, examples in sets.items()}
    return results


def _texts_of(reader: digits.Reader) -> Callable[[Any], str]:
    return lambda picture: reader.read(picture).text


def _lines_of(reader: digits.Reader) -> Callable[[Any], str]:
    """Return what reads a picture that is said to hold one line."""
    return lambda picture: reader.read_line(picture).text


def _values_of(reader: digits.Reader, rule: Rule) -> Callable[[Any], str]:
    """Return what gives the most likely valid value of each line, a question mark where there is none."""
    return lambda picture: "\n".join(line.choose(rule).text for line in reader.read(picture).lines)


def _grey(ask: Callable[[npt.NDArray[np.uint8]], str]) -> Callable[[Any], str]:
    return lambda picture: ask(cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE) if isinstance(picture, Path) else picture)


def measure(
    reader: digits.Reader | None, examples: Iterable[Example], read: Callable[[Any], str] | None = None
) -> dict[str, Any]:
    """Read every picture and compare with its text; ``read`` stands in for the reader where it is given.

    Returns:
        ``pictures`` and ``pictures_exact`` (digits alone, in lines), ``lines`` and ``lines_exact``, ``digits`` and
        ``digits_right`` (1 - edit distance / digits), ``seconds``, ``wrong`` (the texts of pictures not exact).
    """
    if read is None:
        assert reader is not None
        read = _texts_of(reader)
    totals = dict.fromkeys(("pictures", "exact", "lines", "lines_exact", "digits", "edits"), 0)
    wrong, seconds = [], 0.0
    for picture, text in examples:
        started = time.perf_counter()
        answer = read(picture)
        seconds += time.perf_counter() - started
        expected, got = _bare(text), _bare(answer)
        totals["pictures"] += 1
        totals["exact"] += expected == got
        totals["lines"] += len(expected)
        totals["lines_exact"] += matched_lines(expected, got)
        totals["digits"] += sum(map(len, expected))
        totals["edits"] += edit_distance("\n".join(expected), "\n".join(got))
        if expected != got:
            wrong.append((picture.name if isinstance(picture, Path) else "", "|".join(expected), "|".join(got)))
    return {
        "pictures": totals["pictures"],
        "pictures_exact": totals["exact"] / totals["pictures"],
        "lines": totals["lines"],
        "lines_exact": totals["lines_exact"] / totals["lines"],
        "digits": totals["digits"],
        "digits_right": max(0.0, 1 - totals["edits"] / totals["digits"]),
        "seconds": seconds,
        "wrong": wrong,
    }


def pages(folder: Path) -> Iterator[Example]:
    """Give photos of pages and their lines."""
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield folder / row["file"], row["text_lines_by_bar"].replace("|", "\n")


def amounts(folder: Path) -> Iterator[Example]:
    """Give crops of amounts and their digits."""
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield folder / row["file"], row["text"]


def data_folder() -> Path | None:
    """Return the folder that $DIGITS_DATA names, or that holds the file it names; None where it is not set."""
    value = os.environ.get("DIGITS_DATA")
    place = Path(value).expanduser() if value else None
    return (place if place.is_dir() else place.parent) if place else None


def _bare(text: str) -> list[str]:
    return [line.replace(" ", "") for line in text.split("\n") if line.strip()]


def print_table(results: dict[str, dict[str, Any]]) -> None:
    """Print the sets in per cent."""
    lines = [f"{'set':27}{'pictures':>9}{'exact':>9}{'lines':>8}{'exact':>9}{'digits':>8}{'right':>9}{'s/picture':>11}"]
    for name, result in results.items():
        lines.append(
            f"{name:27}{result['pictures']:9}{result['pictures_exact']:9.1%}{result['lines']:8}"
            f"{result['lines_exact']:9.1%}{result['digits']:8}{result['digits_right']:9.1%}"
            f"{result['seconds'] / result['pictures']:11.3f}"
        )
    absent = [name for name in ("pages_dev", "cheque_amounts_dev") if name not in results]
    lines += [f"{name:27}left out: not in $DIGITS_DATA, or not of one rule" for name in absent]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
