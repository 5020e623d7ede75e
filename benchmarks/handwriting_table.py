"""What was measured of handwriting from elsewhere goes in; README's table of it comes out (table.py)."""

from __future__ import annotations

import statistics

from measured import RESULTS, load, percent
from photographed import AS_THEY_ARE

SINGLES = {
    "usps_test": "single digits, American mail (USPS)",
    "swiss_dev": "single digits, Swiss writers",
    "canvas_dev": "single digits drawn on a screen",
    "MNIST 8-60 px tall": "MNIST digits, 8 to 60 px tall",
    "MNIST in shadow": "MNIST digits in shadow",
}
NUMBERS = {
    "mnist_lines_spaced": "lines of five MNIST digits",
    "mnist_lines_touching": "the same, two of them touching",
    "cheque_amounts_dev": "amounts on cheques",
    "pages_dev": "lines on phone photos of pages",
}
PHOTOGRAPHED = (
    ("lines on those photos, tilted, turned, darkened, blurred …", "lines", "lines_exact"),
    ("digits in those sudokus, changed likewise", "cells", "cells_right"),
)


def reading() -> str:
    """Return README's table of handwriting from elsewhere, in Markdown."""
    handwriting, numbers = load(RESULTS / "handwriting.json"), load(RESULTS / "lines.json")
    singles, versions = handwriting["sets"], handwriting["versions"]
    rows = [
        _compared(name, one["n"], one["right"], one["plain_resize"], one["rivals"])
        for key, name in SINGLES.items()
        for one in [singles[key]]
    ]
    rivals = numbers["rivals"]
    for key, name in NUMBERS.items():
        one = numbers["sets"][key]
        others = {tool: sets[key]["lines_exact"] for tool, sets in rivals.items() if key in sets}
        rows.append(_compared(name, one["lines"], one["lines_exact"], None, others))
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
    head = ["| read correctly | n | digits | resized to 28×28 | RapidOCR | Tesseract |", "|---|---|---|---|---|---|"]
    note = _note([singles[key]["right_as_page"] for key in SINGLES], versions)
    return "\n".join(["", *head, *rows, "", note, ""]) + "\n"


def _note(as_pages: list[float], versions: dict[str, str]) -> str:
    return (
        "A single digit is read correctly when its most probable value is right; a number, when every digit is right "
        "and none is refused. Where digits is not told that there is one digit, it reads that one and no more in "
        f"{percent(min(as_pages))} to {percent(max(as_pages))} of the pictures. RapidOCR and Tesseract read about 200 "
        "of each kind, and were told that there is one digit or one line. Failures on cheques and photos suggested "
        "what to train for, so those rows are not blind. Measured with `python benchmarks/handwriting.py`, "
        "`lines.py --rivals 200`, `sudoku.py`, `photographed.py` and `circumstances.py`, with "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + "."
    )


def _compared(name: str, n: int, right: float, plain: float | None, rivals: dict[str, float]) -> str:
    shares = [plain, rivals.get("rapidocr"), rivals.get("tesseract")]
    others = " | ".join("–" if share is None else percent(share) for share in shares)
    return f"| {name} | {n:,} | **{percent(right)}** | {others} |"
