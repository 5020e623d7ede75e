"""What the benchmarks measured, to and from its files in results/, and as the guides show it."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

import digits

READING_PACKAGES = ("numpy", "onnxruntime", "opencv-python-headless")
RESULTS = Path(__file__).parent / "results"
# A generated block of a guide: its file, its marker's name, its text.
Block = tuple[Path, str, str]


def load(path: Path) -> dict[str, Any]:
    study: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return study


def finish(result: dict[str, Any], out: Path | None) -> None:
    """Print what was measured as one JSON line, and write it to a file where one is named."""
    sys.stdout.write(json.dumps(result) + "\n")
    if out:
        out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def versions_of(*packages: str) -> dict[str, str]:
    """Return the versions of Python, of digits, of what reading computes with, and of other installed packages."""
    found = {"python": platform.python_version(), "digits": digits.__version__}
    for package in (*READING_PACKAGES, *packages):
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def keep_blocks(blocks: Sequence[Block], command: str, *, is_check: bool) -> None:
    """Write each block between ``<!-- name:begin -->`` and ``<!-- name:end -->``; to check, exit 1 where one differs.

    ``command`` is what a person types to write them.
    """
    stale = sorted({path.name for path, name, text in blocks if _split(path, name)[1] != text})
    if is_check:
        sys.exit(f"{', '.join(stale)}: differs from its source; run {command}" if stale else 0)
    for path, name, text in blocks:
        before, _, after = _split(path, name)
        path.write_text(before + text + after, encoding="utf-8")


def _split(path: Path, name: str) -> tuple[str, str, str]:
    """Return what is before, in and after a block, markers outside."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(f"<!-- {name}:begin -->\n")
    block, end, after = rest.partition(f"<!-- {name}:end -->")
    if not end:
        sys.exit(f"{path}: expected the markers <!-- {name}:begin --> and <!-- {name}:end -->; put them back")
    return before + begin, block, end + after


def percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def share(counts: Sequence[tuple[float, float]], *, draws: int = 500) -> dict[str, float]:
    """Return what part of all is right: ``counts`` has for each page how many are right, and how many there are.

    Returns:
        ``n`` how many there are, ``mean``, and ``spread``: the standard deviation of the mean over as many pages drawn
        with replacement (Efron's bootstrap, Annals of Statistics 1979), always the same draws. What stands on one page
        goes wrong together, so that pages are drawn, not cells.
    """
    right, all_ = np.array(counts, float).reshape(-1, 2).T
    chosen = np.random.default_rng(0).integers(0, max(1, len(right)), (draws, len(right)))
    means = right[chosen].sum(axis=1) / np.maximum(1, all_[chosen].sum(axis=1))
    return {"n": int(all_.sum()), "mean": float(right.sum() / max(1, all_.sum())), "spread": float(means.std())}


class Failures:
    """Writes the pictures that were misread to ``folder``, and what was wrong to failures.txt there; or nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def add(self, kind: str, number: int, told: str, draw: Callable[[], bytes]) -> None:
        """Write the PNG file that ``draw`` returns, for the ``number``-th picture of a kind."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{kind.replace(',', '').replace(' ', '_')}_{number:03}.png"
        (self.folder / name).write_bytes(draw())
        with (self.folder / "failures.txt").open("a", encoding="utf-8") as file:
            file.write(f"{name}: {told}\n")
