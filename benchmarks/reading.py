"""Where the time of a reading goes, stage by stage, and how it grows with pixels and with digits.

Usage: python benchmarks/reading.py [--model RUN_OR_MODEL] [--repeats 3] [--out benchmarks/results/reading.json]

Pages are made of MNIST digits, from wherever they are found (digits/data/places.py), with stated seeds. Times are those
of the processor on one thread, the least of the repeats; a whole process is timed by the clock. Prints tables and ends
in one JSON line.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np
from mnist_pictures.composed import jpeg, page, photo

import digits
from digits.data import load_dataset
from digits.data.dataset import LabelledImages
from digits.files import to_json, write_text
from digits.reading import page as story
from digits.reading import plain_page as rows
from digits.reading import reader as front
from digits.reading.networks import Networks
from digits.training.backend import cpu_name

# The stages in the order of the story, by the names under which it calls them.
STAGES = (
    (front, "load_image"),
    (story, "look_at"),
    (story, "find_grid"),
    (story, "set_upright"),
    (Networks, "recheck"),
    (story, "may_have_cells"),
    (rows, "find_squares"),
    (rows, "find_unruled"),
    (rows, "find_letters"),
    (rows, "see_rows"),
    (rows, "_share_inks"),
    (rows, "frame_digit"),
    (rows, "look_twice"),
    (rows, "_verify"),
    (rows, "make_line"),
)
# Digits on an A4 page at 300 dpi; sides of a page with 100 digits whose size stays the same, in parts of A4's.
COUNTS, SIDES = (0, 100, 300, 600, 1000), (0.5, 0.71, 1.0, 1.41)
TARGETS_S = {"page": 1.0, "photo": 0.25, "process": 0.5}
STARTS = 5


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--repeats", type=int, default=3, help="how often each picture is read")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    reader = digits.load(arguments.model, threads=1)
    examples = load_dataset().test
    result = measure_all(reader, examples, arguments.repeats) | {
        "whole_process": measure_process(examples),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "model_sha256": reader.info["weights"]["sha256"],
        "machine": cpu_name(),
        "versions": {"python": platform.python_version(), "onnxruntime": version("onnxruntime")},
    }
    print_tables(result)
    if arguments.out:
        write_text(arguments.out, to_json(result))
    sys.stdout.write(json.dumps(result) + "\n")


def measure_all(reader: digits.Reader, examples: LabelledImages, repeats: int) -> dict[str, Any]:
    """Return the stages of a page and of a photo, and seconds for each count of digits and each size of page."""
    reader.read(page(examples, 10, seed=0))  # the first reading opens the networks
    full, phone = page(examples, 1000, seed=1000), jpeg(photo(examples, seed=5))
    by_digits = {count: measure(reader, page(examples, count, seed=count), repeats) for count in COUNTS}
    by_pixels = [
        {"megapixels": picture.size / 1e6, **measure(reader, picture, repeats)}
        for picture in (page(examples, 100, seed=7, side=side) for side in SIDES)
    ]
    return {
        "page": measure(reader, full, repeats),
        "photo": measure(reader, phone, repeats),
        "by_digits": {str(count): row["seconds"] for count, row in by_digits.items()},
        "by_pixels": {f"{row['megapixels']:.1f}": row["seconds"] for row in by_pixels},
    }


def measure(reader: digits.Reader, picture: Any, repeats: int) -> dict[str, Any]:
    """Return the least ``seconds`` of so many readings, those of each of its ``stages``, and how many ``digits``."""
    runs = []
    for _ in range(repeats):
        with stopwatches() as spent:
            started = time.process_time()
            reading = reader.read(picture)
            seconds = time.process_time() - started
        runs.append((seconds, spent))
    seconds, spent = min(runs, key=lambda run: run[0])
    spent["the rest"] = seconds - sum(spent.values())
    return {"seconds": seconds, "stages": spent, "digits": sum(len(line.digits) for line in reading.lines)}


@contextmanager
def stopwatches() -> Iterator[dict[str, float]]:
    """Time the stages while a reading runs: a stage called by another counts for the outer one alone."""
    spent = {name: 0.0 for _, name in STAGES}
    running: list[str] = []

    def timed(name: str, stage: Any) -> Any:
        def run(*arguments: Any, **options: Any) -> Any:
            if running:
                return stage(*arguments, **options)
            running.append(name)
            started = time.process_time()
            try:
                return stage(*arguments, **options)
            finally:
                spent[running.pop()] += time.process_time() - started

        return run

    with ExitStack() as stack:
        for home, name in STAGES:
            stack.enter_context(patch.object(home, name, timed(name, getattr(home, name))))
        yield spent


def measure_process(examples: LabelledImages) -> dict[str, Any]:
    """Return the seconds by the clock of ``digits read`` on one small picture, and those of an empty Python."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.png"
        cv2.imwrite(str(path), page(examples, 3, seed=3, side=0.1))
        commands = {"seconds": ["-m", "digits", "read", str(path)], "python_alone": ["-c", "pass"]}
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(STARTS):
            for name, command in commands.items():
                started = time.perf_counter()
                done = subprocess.run([sys.executable, *command], capture_output=True, check=False)
                taken[name].append(time.perf_counter() - started)
                if done.returncode:
                    raise SystemExit(f"expected a reading, got {done.stderr.decode()}")
    return {name: statistics.median(values) for name, values in taken.items()} | {"n": STARTS}


def print_tables(result: dict[str, Any]) -> None:
    """Print the stages beside each other, then how the time grows."""
    page_row, photo_row = result["page"], result["photo"]
    write = sys.stdout.write
    write(f"{'stage, ms':<24}{'A4, 1,000 digits':>18}{'photo, 10 digits':>18}\n")
    for name, seconds in page_row["stages"].items():
        write(f"{name.strip('_'):<24}{1000 * seconds:>18.0f}{1000 * photo_row['stages'][name]:>18.0f}\n")
    write(f"{'all':<24}{1000 * page_row['seconds']:>18.0f}{1000 * photo_row['seconds']:>18.0f}\n")
    write(f"{'at most':<24}{1000 * TARGETS_S['page']:>18.0f}{1000 * TARGETS_S['photo']:>18.0f}\n")
    for title, key in (("digits on an A4 page", "by_digits"), ("megapixels, 100 digits", "by_pixels")):
        rows = result[key]
        write(f"\n{title:<24}{'ms':>10}\n")
        for size, seconds in rows.items():
            write(f"{size:<24}{1000 * seconds:>10.0f}\n")
        sizes, times = np.array(list(rows), float), np.array(list(rows.values()))
        slope, start = np.polyfit(sizes, times, 1)
        worst = float(np.abs(times / (start + slope * sizes) - 1).max())
        write(f"a straight line: {1000 * start:.0f} ms + {1000 * slope:.2f} ms each, off by {worst:.0%} at most\n")
    process = result["whole_process"]
    write(f"\na process that reads one small picture: {process['seconds']:.2f} s (at most {TARGETS_S['process']} s)")
    write(f", Python alone {process['python_alone']:.2f} s\n")


if __name__ == "__main__":
    main()
