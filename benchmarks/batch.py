"""How fast a million pictures are read, beside the parts of the work alone and what people do without a batch.

Usage: python benchmarks/batch.py [--count 1000000] [--frames N] [--pages 2000] [--rivals 100000] [--ray N] [--out FILE]

All inputs are made here, of MNIST's test digits where they are at hand, else of the offline sample; the seed is fixed.
They are read one after the other in one run on all cores. Prints a table and ends in one JSON line.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bulk.inputs import write_files, write_frames, write_pages, write_shards
from bulk.measure import run
from bulk.parts import time_parts
from measured import finish

from digits.data import load_dataset
from digits.reading.recognition.network.cores import available_cores
from digits.training.backend import cpu_name

HERE = Path(__file__).parent
TAR, FILES, RAY = "PNG in tar", "PNG files", "PNG in shards, by Ray"
RIVALS = {"pool": "PNG files, Pool.map", "keras": "PNG files, plain Keras"}


def main() -> None:
    """Measure, print, and write where ``--out`` says."""
    parser = argparse.ArgumentParser(description="Measure digits batch.")
    parser.add_argument("--count", type=int, default=1_000_000, help="pictures of one digit")
    parser.add_argument("--frames", type=int, help="raw frames in Parquet; by default as many as pictures")
    parser.add_argument("--pages", type=int, default=2_000, help="pages of sixty digits")
    parser.add_argument("--rivals", type=int, default=100_000, help="files that the rivals read, and so do we")
    parser.add_argument("--ray", type=int, default=0, help="pictures that Ray reads on this machine, and so do we")
    parser.add_argument("--out", type=Path, help="also write the result to this JSON file")
    arguments = parser.parse_args()
    dataset = load_dataset()
    with tempfile.TemporaryDirectory() as temporary:
        rows, parts = measure(Path(temporary), dataset.test.images, arguments)
    for name, row in rows.items():
        sys.stdout.write(
            f"{name:<44}{row['inputs']:>10,}{row['per_second']:>10,.0f} a second"
            f"{row['core_seconds_per_million']:>10,.0f} core-s a million{row['peak_mb']:>8,.0f} MB\n"
        )
    ratios = compare(rows, parts, available_cores())
    sys.stdout.write("".join(f"{ratio:.2f} {name}\n" for name, ratio in ratios.items()))
    result = {
        "rows": rows,
        "ratios": ratios,
        "parts_seconds": parts,
        "dataset": dataset.name,
        "cores": available_cores(),
        "machine": cpu_name(),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("digits", "onnxruntime", "pyarrow", "keras", "numpy")},
    }
    finish(result, arguments.out)


def measure(folder: Path, images: Any, arguments: argparse.Namespace) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the rows by name, and the seconds of each part."""
    rows: dict[str, Any] = {}

    def read(name: str, source: Path, count: int, *options: str) -> None:
        command = [sys.executable, "-m", "digits", "batch", str(source), "--overwrite", *options]
        rows[name] = run([*command, "--out", str(folder / "results.parquet")], count).to_dict()
        sys.stderr.write(f"{name}: {rows[name]['per_second']:,.0f} a second\n")

    counts = {arguments.count // 100, arguments.count // 10, arguments.count, arguments.ray} - {0}
    for count in sorted(counts):
        shards = write_shards(folder / f"shards-{count}", images, count)
        read(f"{TAR}, n = {count:,}", shards, count, "--single")
        if count == arguments.ray:
            read(RAY, shards, count, "--single", "--engine", "ray")
    parts = time_parts(next(shards.iterdir()))
    raw = arguments.frames or arguments.count
    read("frames in Parquet", write_frames(folder / "frames.parquet", images, raw), raw, "--single")
    files = write_files(folder / "files", images, arguments.rivals)
    read(FILES, files, arguments.rivals, "--single")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])}
    for rival, name in RIVALS.items():
        command = [sys.executable, "-m", "bulk.rivals", rival, str(files)]
        rows[name] = run(command, arguments.rivals, environment).to_dict()
    read("pages of 60 digits", write_pages(folder / "pages", images, arguments.pages), arguments.pages)
    return rows, parts


def compare(rows: dict[str, Any], parts: dict[str, float], cores: int) -> dict[str, float]:
    """Return what the rows are for, as ratios by name."""
    tar = {row["inputs"]: row for name, row in rows.items() if name.startswith(TAR)}
    fewest, most = min(tar), max(tar)
    allowed = cores / (parts["read"] + parts["classify, in all"])
    ratios = {
        "of what reading and classifying alone allow": tar[most]["per_second"] / allowed,
        f"times the seconds a picture at n = {fewest:,} are those at n = {most:,}": (
            tar[most]["seconds"] / most / (tar[fewest]["seconds"] / fewest)
        ),
    }
    for name in RIVALS.values():
        ratios[f"times as many as {name}"] = rows[FILES]["per_second"] / rows[name]["per_second"]
    if RAY in rows:
        ratios["of our rate on one machine by Ray"] = rows[RAY]["per_second"] / tar[rows[RAY]["inputs"]]["per_second"]
    return ratios


if __name__ == "__main__":
    main()
