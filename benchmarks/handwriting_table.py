"""What was measured of handwriting from elsewhere goes in; the tables of it come out (table.py)."""

from __future__ import annotations

import statistics
from typing import Any

from measured import RESULTS, load, percent
from photographed import AS_THEY_ARE

SINGLES = {
    "usps_test": "single digits, American mail (USPS)",
    "swiss_dev": "single digits, Swiss writers",
    "MNIST 8-60 px tall": "MNIST digits, 8 to 60 px tall",
    "MNIST in shadow": "MNIST digits in shadow",
}
NUMBERS = {
    "mnist_lines_spaced": "lines of five MNIST digits",
    "mnist_lines_touching": "the same, two of them touching",
    "cheque_amounts_dev": "amounts on cheques",
    "pages_dev": "lines on phone photos of pages",
}
# Of a set whose pictures hold one line each, what was read knowing that.
TOLD = "_told"
PHOTOGRAPHED = (
    ("lines on those photos, tilted, turned, darkened, blurred …", "lines", "lines_exact"),
    ("digits in those sudokus, changed likewise", "cells", "cells_right"),
)


# The rows of README's table.
FEW = ("usps_test", "swiss_dev", "mnist_lines_spaced", "cheque_amounts_dev")


def summary(shipped: dict[str, Any]) -> str:
    """Return README's table, in Markdown: ``shipped`` is what was measured of the shipped network on MNIST."""
    handwriting, numbers = load(RESULTS / "handwriting.json"), load(RESULTS / "lines.json")
    rows = []
    for key in FEW:
        one = handwriting["sets"][key] if key in SINGLES else _as_told(numbers, key)
        n, right = (one["n"], one["right"]) if key in SINGLES else (one["lines"], one["lines_exact"])
        others = _rivals_of(numbers, key) or _same_rivals(handwriting, numbers, one)
        shares = [right, others.get("rapidocr"), others.get("tesseract")]
        rows.append(f"| {(SINGLES | NUMBERS)[key]} | {n:,} | {_cells(shares)} |")
    head = [f"| read correctly | pictures | digits | {_rapidocr(numbers)} | Tesseract |", "|---|---|---|---|---|"]
    fast = load(RESULTS / "fast.json")["test_accuracy"]
    note = (
        "The network was trained on none of this handwriting; it was preferred to another by the Swiss digits. All "
        "were told that a picture shows one digit or one line; the OCR programs read at least 200 pictures of each "
        "kind. On MNIST's 10,000 test images, the network in "
        f"this package is right {_two_places(shipped['accuracy'])} of the time, and what `digits train` makes "
        f"{_two_places(fast['mean'])} (mean of {fast['n']} trainings). The test images were used only once, at the "
        "end. [All results](docs/results.md), with the commands that measure them."
    )
    return "\n".join(["", *head, *rows, "", note, ""]) + "\n"


def _cells(shares: list[float | None]) -> str:
    """Return a row's shares in [0, 1], the best of them bold, whoever's it is; None was not measured."""
    texts = ["–" if share is None else percent(share) for share in shares]
    best = percent(max(share for share in shares if share is not None))  # as it is printed: equal figures look alike
    return " | ".join(f"**{text}**" if text == best else text for text in texts)


def _same_rivals(handwriting: dict[str, Any], numbers: dict[str, Any], one: dict[str, Any]) -> dict[str, float]:
    """Return what OCR read of single digits, but for RapidOCR in another version than the one that read the lines."""
    is_same = handwriting.get("rival_versions", {}).get("rapidocr") == numbers["rival_versions"]["rapidocr"]
    return {tool: share for tool, share in one["rivals"].items() if is_same or tool != "rapidocr"}


def _two_places(share: float) -> str:
    return f"{share:.2%}".replace("%", " %")


def _rapidocr(numbers: dict[str, Any]) -> str:
    """Return RapidOCR's name with the version that was measured, such as 3.10."""
    return f"RapidOCR {numbers['rival_versions']['rapidocr'].rpartition('.')[0]}"


def _as_told(numbers: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what was read when digits was told that there is one line, as its rivals were, if that was measured."""
    sets: dict[str, dict[str, Any]] = numbers["sets"]
    return sets.get(f"{key}{TOLD}", sets[key])


def _rivals_of(numbers: dict[str, Any], key: str) -> dict[str, float]:
    return {tool: sets[key]["lines_exact"] for tool, sets in numbers["rivals"].items() if key in sets}


def reading() -> str:
    """Return the table of handwriting from elsewhere, in Markdown."""
    handwriting, numbers = load(RESULTS / "handwriting.json"), load(RESULTS / "lines.json")
    singles, versions = handwriting["sets"], handwriting["versions"]
    rows = [
        _compared(name, one["n"], one["right"], one["plain_resize"], _same_rivals(handwriting, numbers, one))
        for key, name in SINGLES.items()
        for one in [singles[key]]
    ]
    for key, name in NUMBERS.items():
        one = numbers["sets"][key]
        rows.append(_compared(name, one["lines"], one["lines_exact"], None, _rivals_of(numbers, key)))
        if told := numbers["sets"].get(f"{key}{TOLD}"):
            rows.append(
                _compared(
                    f"{name}: told that it is one", told["lines"], told["lines_exact"], None, _rivals_of(numbers, key)
                )
            )
    cells = load(RESULTS / "sudoku.json")["handwritten"]
    rows.append(_compared("sudoku cells on photos", cells["cells"], cells["right"], None, {}))
    ways = [row for way, row in load(RESULTS / "photographed.json").items() if way != AS_THEY_ARE]
    for name, n, right in PHOTOGRAPHED:
        mean = statistics.mean(way[right] for way in ways)
        rows.append(_compared(name, sum(way[n] for way in ways), mean, None, {}))
    pages = [row for kind, row in load(RESULTS / "circumstances.json").items() if kind != "plain"]
    exact = statistics.mean(row["exact"] for row in pages)
    rows.append(
        _compared(
            "pages askew, on squared paper, on a table, with words …",
            sum(row["pages"] for row in pages),
            exact,
            None,
            {},
        )
    )
    names = f"read correctly | n | digits | resized to 28×28 | {_rapidocr(numbers)} | Tesseract"
    head = [f"| {names} |", "|---|---|---|---|---|---|"]
    note = _note([singles[key]["right_as_page"] for key in SINGLES], versions)
    return "\n".join(["", *head, *rows, "", note, ""]) + "\n"


def _note(as_pages: list[float], versions: dict[str, str]) -> str:
    return (
        "A single digit counts as correct when its most probable value is right; a number, when every digit is right "
        "and none is refused. If digits is not told that a picture shows one digit, it still reads exactly that digit "
        f"in {percent(min(as_pages))} to {percent(max(as_pages))} of the pictures. RapidOCR and Tesseract were told "
        "that there is one digit or one line; they read at least 200 pictures of each kind, and RapidOCR all amounts "
        "on cheques. We looked at failures on cheques and photos to decide what to train for, and preferred the "
        "network to another by the Swiss digits, so those rows are no blind test.\n\nCommands: `python "
        "benchmarks/handwriting.py`, `lines.py --rivals 200`, `sudoku.py`, "
        "`photographed.py` and `circumstances.py`. Versions: "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + "."
    )


def _compared(name: str, n: int, right: float, plain: float | None, rivals: dict[str, float]) -> str:
    return f"| {name} | {n:,} | {_cells([right, plain, rivals.get('rapidocr'), rivals.get('tesseract')])} |"
