"""How a model does on MNIST-C (Mu and Gilmer 2019): 15 corruptions of test images that no model here was trained on.

Usage: python benchmarks/mnist_c.py [--model RUN_OR_MODEL] [--out benchmarks/results/mnist_c_shipped.json]

Prints a table and ends in one JSON line. The images are given to the network as they are, by Reader.classify_frames.
They come from mnist_c_1000.npz in the folder that $DIGITS_DATA names: ``labels`` (n,) and, under the name of each
corruption, uint8 (n, 28, 28). Without that file it says so, measures nothing, and exits with status 0.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import digits
from digits.files import to_json, write_text

FILE = "mnist_c_1000.npz"
LABELS = "labels"
CORRUPTIONS = (
    "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "shear", "scale", "rotate", "brightness", "translate",
    "stripe", "fog", "spatter", "dotted_line", "zigzag", "canny_edges",
)  # fmt: skip


def main() -> None:
    """Measure, print, and write where ``--out`` says."""
    parser = argparse.ArgumentParser(description="Measure a model on MNIST-C.")
    parser.add_argument("--model", type=Path, help="a run or model folder; default: the model in the package")
    parser.add_argument("--out", type=Path, help="also write the result to this JSON file")
    arguments = parser.parse_args()
    path = find()
    if path is None:
        sys.stderr.write(f"skipped: MNIST-C is not here; set DIGITS_DATA to a folder that holds {FILE}\n")
        return
    try:
        result = measure(digits.load(arguments.model), path)
    except digits.DigitsError as error:
        sys.exit(f"error: {error}")
    result = {"model": str(arguments.model or "shipped"), **result}
    print_table(result)
    if arguments.out:
        write_text(arguments.out, to_json(result))
    sys.stdout.write(json.dumps(result) + "\n")


def find() -> Path | None:
    """Return the file of corruptions in $DIGITS_DATA, a folder or a file in it; None where there is none."""
    value = os.environ.get("DIGITS_DATA")
    if not value:
        return None
    place = Path(value).expanduser()
    path = (place if place.is_dir() else place.parent) / FILE
    return path if path.is_file() else None


def measure(reader: digits.Reader, path: Path) -> dict[str, Any]:
    """Classify every corruption's images and return accuracies in [0, 1], their plain mean, and what they depend on.

    Raises ``DataError`` when the file lacks a corruption or its labels.
    """
    with np.load(path) as arrays:
        missing = [name for name in (LABELS, *CORRUPTIONS) if name not in arrays]
        if missing:
            raise digits.DataError(f"expected {', '.join(missing)} in {path}; not there; make the file anew")
        labels = arrays[LABELS]
        accuracy = {name: float((reader.classify_frames(arrays[name]).values == labels).mean()) for name in CORRUPTIONS}
    return {
        "model_sha256": reader.info["weights"]["sha256"],
        "recipe": reader.info.get("recipe", {}).get("name"),
        "n": len(labels),
        "mean_accuracy": sum(accuracy.values()) / len(accuracy),
        "accuracy": accuracy,
        "versions": {
            "python": platform.python_version(),
            "digits": digits.__version__,
            **{package: version(package) for package in ("numpy", "onnxruntime")},
        },
    }


def print_table(result: dict[str, Any]) -> None:
    """Print the accuracies in per cent, the worst first."""
    lines = [f"{result['model']} on MNIST-C, {result['n']:,} images a corruption", ""]
    lines += [
        f"{name:14}{100 * value:6.1f} %" for name, value in sorted(result["accuracy"].items(), key=lambda x: x[1])
    ]
    lines += [f"{f'mean of {len(CORRUPTIONS)}':14}{100 * result['mean_accuracy']:6.1f} %", ""]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
