"""How long reading takes beside an earlier version of this repository: both in one run, in turns, on one thread.

Usage: git worktree add FOLDER COMMIT, then python benchmarks/against_earlier.py FOLDER [--repeats 5] [--out FILE]

Three readings of pictures made of MNIST digits: an A4 page with 1,000 of them and a phone's photo of ten, by the time
of the processor in a process that has read before; and a whole process that reads a picture of seven digits, by the
clock. Each is the least of the repeats, which alternate between the versions. Prints a table and one JSON line.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
from measured import finish, versions_of
from mnist_pictures.composed import jpeg, page, photo, write

from digits.data import load_dataset
from digits.training.backend import cpu_name

NOW = Path(__file__).resolve().parents[1]
# What is read.
PAGE, PHOTO, SMALL = "page.png", "photo.jpg", "small.png"
IN_PROCESS = """
import sys, time
import cv2, digits
cv2.setNumThreads(1)
reader = digits.load(threads=1)
reader.read(sys.argv[1])
times = []
for _ in range(2):
    started = time.process_time()
    reader.read(sys.argv[1])
    times.append(time.process_time() - started)
print(min(times))
"""


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("earlier", type=Path, help="a checkout of the earlier version")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, help="also write the JSON to this file")
    arguments = parser.parse_args()
    if not (arguments.earlier / "src" / "digits").is_dir():
        parser.error(f"expected a checkout of this repository, got {arguments.earlier}; make one with git worktree add")
    versions = {"earlier": arguments.earlier.resolve(), "now": NOW}
    with tempfile.TemporaryDirectory() as folder:
        make_pictures(Path(folder))
        least = measure(versions, Path(folder), arguments.repeats)
    result: dict[str, Any] = {"commits": {name: commit(path) for name, path in versions.items()}}
    result |= {"repeats": arguments.repeats, "machine": cpu_name(), "versions": versions_of()}
    for what, own in least.items():
        result[what] = own | {"ratio": own["now"] / own["earlier"]}
        sys.stdout.write(f"{what:9}{own['earlier']:9.3f} s{own['now']:9.3f} s{result[what]['ratio']:7.2f}\n")
    finish(result, arguments.out)


def make_pictures(folder: Path) -> None:
    """Write the pictures."""
    examples = load_dataset().test
    cv2.imwrite(str(folder / PAGE), page(examples, 1000, seed=1000))
    (folder / PHOTO).write_bytes(jpeg(photo(examples, seed=5)))
    cv2.imwrite(str(folder / SMALL), write(examples, 7, (240, 640), 48, 3))


def measure(versions: dict[str, Path], folder: Path, repeats: int) -> dict[str, dict[str, float]]:
    """Return the least seconds of each version, by what was read."""
    ways = {"page": (PAGE, in_process), "photo": (PHOTO, in_process), "process": (SMALL, whole_process)}
    least: dict[str, dict[str, float]] = {}
    for what, (picture, way) in ways.items():
        rounds = [{name: way(path, folder / picture) for name, path in versions.items()} for _ in range(repeats)]
        least[what] = {name: min(seconds[name] for seconds in rounds) for name in versions}
    return least


def in_process(version: Path, picture: Path) -> float:
    """Return the processor's seconds for one reading in a process that has read before."""
    done = subprocess.run(
        [sys.executable, "-c", IN_PROCESS, str(picture)], env=environment(version), check=True, capture_output=True
    )
    return float(done.stdout)


def whole_process(version: Path, picture: Path) -> float:
    """Return the seconds of a process that starts, reads one picture and ends."""
    command = [sys.executable, "-m", "digits", "read", str(picture)]
    started = time.perf_counter()
    subprocess.run(command, env=environment(version), check=True, capture_output=True)
    return time.perf_counter() - started


def environment(version: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(version / "src"), "OMP_NUM_THREADS": "1"}


def commit(version: Path) -> str:
    """Return the commit that a checkout is at."""
    command = ["git", "-C", str(version), "rev-parse", "--short=12", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
