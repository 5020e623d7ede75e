"""How single handwritten digits from elsewhere are read, zero-shot, beside a plain resize and, where installed, OCR.

Usage: python benchmarks/handwriting.py [--model RUN_OR_MODEL] [--pasted 2000] [--out FILE] [--rivals-from OLD]

Prints a table and ends in one JSON line. usps_test.npz and swiss_dev.npz come from the folder that $DIGITS_DATA
names, with ``images`` uint8 (n, height, width), ``labels`` and perhaps ``size`` (height and width inside
the padding); MNIST's test digits come the usual way. What is not here is left out, and the table says so.
Lines, pages and amounts: benchmarks/lines.py.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from measured import versions_of
from mnist_pictures.pasted import KINDS, paste
from scoring.ocr import find_rivals, rival_versions

import digits
from digits.data import load_dataset
from digits.files import read_object, to_json, write_text

Image = npt.NDArray[np.uint8]
TARGETS = {"usps_test": 0.985, "swiss_dev": 0.98} | {f"MNIST {kind}": 0.985 for kind in KINDS}
# OCR takes up to a quarter of a second a picture.
RIVALS_N = 200


def main() -> None:
    """Measure, print, and write where ``--out`` says."""
    parser = argparse.ArgumentParser(description="Measure how digits from elsewhere are read.")
    parser.add_argument("--model", type=Path, help="a run or model folder; default: the model in the package")
    parser.add_argument(
        "--pasted", type=int, default=2000, help="how many MNIST test digits to paste, of each kind; 0 for none"
    )
    parser.add_argument("--out", type=Path, help="also write the result to this JSON file")
    parser.add_argument(
        "--rivals-from",
        type=Path,
        help="what OCR that is not installed read of the same pictures, from an earlier result",
    )
    arguments = parser.parse_args()
    before = read_object(arguments.rivals_from) if arguments.rivals_from else {}
    earlier = before.get("sets", {})
    try:
        reader = digits.load(arguments.model)
        sets, absent = measure_sets(reader, arguments.pasted, earlier)
    except digits.DigitsError as error:
        sys.exit(f"error: {error}")
    result = {
        "model": str(arguments.model or "shipped"),
        "model_sha256": reader.info["weights"]["sha256"],
        "recipe": reader.info.get("recipe", {}).get("name"),
        "sets": sets,
        "skipped": absent,
        "rivals_from": arguments.rivals_from and arguments.rivals_from.name,
        "rival_versions": before.get("rival_versions", {}) | rival_versions(),
        "versions": versions_of(),
    }
    print_table(result)
    if arguments.out:
        write_text(arguments.out, to_json(result))
    sys.stdout.write(json.dumps(result) + "\n")


def measure_sets(
    reader: digits.Reader, pasted: int, earlier: dict[str, dict[str, Any]]
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return what ``measure`` says of every set, and why OCR programs are left out that have no ``earlier`` result."""
    rivals, absent = find_rivals()
    read_earlier = {rival for one in earlier.values() for rival in one["rivals"]}
    skipped = [reason for name, reason in absent.items() if name not in read_earlier]
    for reason in skipped:
        sys.stderr.write(f"skipped: {reason}\n")
    sets = {}
    for name, images, labels in load_sets(pasted):
        measured = measure(reader, images, labels, rivals)
        known = earlier.get(name, {"rivals_n": 0, "rivals": {}})
        together = {"rivals": known["rivals"] | measured["rivals"], "target": TARGETS[name]}
        sets[name] = measured | {"rivals_n": measured["rivals_n"] or known["rivals_n"]} | together
        sys.stderr.write(f"{name}: {len(labels):,} pictures\n")
    return sets, skipped


def load_sets(pasted: int) -> Iterator[tuple[str, list[Image], npt.NDArray[np.int64]]]:
    """Yield (name, pictures, labels) of every set that is here."""
    place = Path(os.environ.get("DIGITS_DATA", ".")).expanduser()
    for name in ("usps_test", "swiss_dev"):
        path = (place if place.is_dir() else place.parent) / f"{name}.npz"
        if not path.is_file():
            sys.stderr.write(f"skipped: {path.name} is not here; set DIGITS_DATA to a folder that holds it\n")
            continue
        with np.load(path) as arrays:
            images, labels = list(arrays["images"]), arrays["labels"]
            if "size" in arrays:
                images = [image[:height, :width] for image, (height, width) in zip(images, arrays["size"], strict=True)]
        yield name, images, labels
    if not pasted:
        return
    test = load_dataset().test
    step = max(1, len(test) // pasted)
    for kind in KINDS:
        yield f"MNIST {kind}", paste(kind, test.images[::step][:pasted]), test.labels[::step][:pasted]


def measure(
    reader: digits.Reader, images: list[Image], labels: npt.NDArray[np.int64], rivals: dict[str, Callable[[Image], str]]
) -> dict[str, Any]:
    """Return shares in [0, 1] and milliseconds.

    ``right`` counts the most probable value, refused or not, as the plain resize cannot refuse; ``refused`` and
    ``wrong_and_answered`` tell what a user meets. ``right_as_page`` counts pictures of which ``Reader.read`` reads that
    digit and no more; it does not know that there is one.
    """
    started = time.perf_counter()
    read = reader.classify(images)
    seconds = time.perf_counter() - started
    as_page = [reader.read(image).text for image in images]
    likeliest = np.array([int(np.argmax(digit.probabilities)) for digit in read])
    answers = np.array([-1 if digit.value is None else digit.value for digit in read])
    plain = reader.classify_frames(np.stack([plain_resize(image) for image in images])).values
    few = slice(None, None, max(1, len(labels) // RIVALS_N))
    return {
        "n": len(labels),
        "plain_resize": float(np.mean(plain == labels)),
        "right": float(np.mean(likeliest == labels)),
        "right_as_page": float(np.mean([text == str(label) for text, label in zip(as_page, labels, strict=True)])),
        "refused": float(np.mean(answers < 0)),
        "wrong_and_answered": float(np.mean((answers >= 0) & (answers != labels))),
        "ms_per_picture": round(1000 * seconds / len(labels), 2),
        "rivals_n": len(labels[few]) if rivals else 0,
        "rivals": {
            name: float(
                np.mean([ask(image) == str(label) for image, label in zip(images[few], labels[few], strict=True)])
            )
            for name, ask in rivals.items()
        },
    }


def plain_resize(image: Image) -> Image:
    """Return what a first try does: the picture squeezed into 28×28, stretched to full contrast, light on black."""
    small = cv2.resize(image, (28, 28), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = (small - small.min()) / max(float(np.ptp(small)), 1.0)
    return np.asarray(255 * (1 - small if np.median(small) > 0.5 else small), np.uint8)


def print_table(result: dict[str, Any]) -> None:
    """Print shares in per cent, a set a row."""
    rivals = sorted({name for row in result["sets"].values() for name in row["rivals"]})
    columns = ["n", "plain", "ours", "target", "as page", "refused", "wrong", "ms", *rivals]
    lines = [f"{result['model']}, recipe {result['recipe']}; answers in per cent", ""]
    lines.append(f"{'':20}" + "".join(f"{name:>10}" for name in columns))
    for name, row in result["sets"].items():
        shares = [
            row[key] for key in ("plain_resize", "right", "target", "right_as_page", "refused", "wrong_and_answered")
        ]
        cells = [f"{row['n']:,}", *(f"{100 * share:.2f}" for share in shares), f"{row['ms_per_picture']:.1f}"]
        cells += [f"{100 * row['rivals'][rival]:.1f}" for rival in rivals]
        lines.append(f"{name:20}" + "".join(f"{cell:>10}" for cell in cells))
    sys.stdout.write("\n".join([*lines, "", ""]))


if __name__ == "__main__":
    main()
