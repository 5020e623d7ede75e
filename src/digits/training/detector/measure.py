"""A detector goes in; how much it finds on composed pages of validation digits comes out, at several presences.

Pages are as in training, of digits that were never trained on. The presence from which something counts as a digit
(reading/ruled_page.py) is chosen here.

Usage: python -m digits.training.detector.measure [--pages N] [--seed 1000] [--pen-strokes FILE] [FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from digits.data import load_dataset
from digits.model.folder import open_model
from digits.reading.detection.detections import Detections
from digits.reading.detection.detector import Detect, detect
from digits.reading.recognition.network.classifier import open_detector
from digits.reading.result import ByteArray
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.detector.composing.pages import Page, compose_page
from digits.training.detector.materials import load_materials

PRESENCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
# A digit is found where a detection's middle is so near to its own, in digits' heights.
NEAR = 0.4


def main(arguments: Sequence[str] | None = None) -> None:
    """Compose, look, count, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="a detector's ONNX file; by default the shipped one")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--data", type=Path, help="MNIST, as digits train takes it")
    parser.add_argument("--pen-strokes", type=Path, help="UCI's pendigits-orig.tra.gz, if it was trained with it")
    chosen = parser.parse_args(arguments)
    alphabet, _ = load_materials(load_dataset(chosen.data).validation, chosen.pen_strokes)
    network = chosen.file.read_bytes() if chosen.file else open_model().networks["detector"]
    figures = measure(open_detector(network, threads=None), alphabet, chosen.pages, chosen.seed, _show)
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


def measure(
    ask: Detect, alphabet: Alphabet, pages: int, seed: int, report: Callable[[int], None] | None = None
) -> dict[str, object]:
    """Return shares of digits found and of those named right, and false digits a page, for each of PRESENCES."""
    counts = np.zeros((len(PRESENCES), 3))
    digits = 0
    random = np.random.default_rng(seed)
    for number in range(pages):
        page = compose_page(alphabet, random)
        seen = detect(_as_bytes(page), [1.0, 0.5, 0.25], ask, least=min(PRESENCES))
        seen = seen.pick(seen.may_be_digit)
        wanted = np.array([[one.x, one.y, one.height, one.kind] for one in page.targets if _is_inside(one.x, one.y)])
        wanted = wanted.reshape(-1, 4)
        digits += int((wanted[:, 3] < 10).sum())
        for row, presence in zip(counts, PRESENCES, strict=True):
            row += _compare(seen.pick(seen.presence >= presence), wanted)
        if report:
            report(number + 1)
    found, named, false = counts.T
    return {
        "pages": pages,
        "digits": digits,
        "seed": seed,
        "presence": list(PRESENCES),
        "found": (found / max(digits, 1)).round(4).tolist(),
        "named_of_found": (named / np.maximum(found, 1)).round(4).tolist(),
        "false_a_page": (false / pages).round(3).tolist(),
    }


def _as_bytes(page: Page) -> ByteArray:
    return np.asarray(np.rint(page.grey * 255), np.uint8)


def _is_inside(x: float, y: float) -> bool:
    return 10 < x < 500 and 10 < y < 500  # digits that the page's edge cuts are nobody's


def _compare(seen: Detections, wanted: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> tuple[int, int, int]:
    """Return how many digits are found, how many of those are named right, and how many are seen where none is."""
    found = named = 0
    is_used = np.zeros(len(seen), bool)
    middles, values = seen.middles, seen.digits.argmax(axis=1)
    for x, y, height, kind in wanted:
        away = np.hypot(middles[:, 0] - x, middles[:, 1] - y) + 1e9 * is_used
        if len(away) and away.min() < NEAR * height:
            i = int(away.argmin())
            is_used[i] = True
            found += int(kind < 10)
            named += int(kind < 10 and values[i] == kind)
    inside = np.array([_is_inside(x, y) for x, y in middles], bool)
    return found, named, int((~is_used & inside).sum())


def _show(pages: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{pages} pages ")


if __name__ == "__main__":
    main()
