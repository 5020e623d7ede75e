"""How often a second a batch can do what one process does for all its workers: where a cluster stops helping.

Usage: python benchmarks/serial.py [--count 200000] [--out FILE]

Needs the extra ray. Prints a table and ends in one JSON line; docs/scale.md is made of it and of batch.py's (scale.py).
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from bulk.inputs import write_shards
from bulk.serial import measure
from measured import finish

from digits.data import load_dataset
from digits.reading.recognition.network.cores import available_cores
from digits.training.backend import cpu_name


def main() -> None:
    """Measure, print, and write where ``--out`` says."""
    parser = argparse.ArgumentParser(description="Measure what digits batch does once for all workers.")
    parser.add_argument("--count", type=int, default=200_000, help="pictures of one digit whose tar files are planned")
    parser.add_argument("--out", type=Path, help="also write the result to this JSON file")
    arguments = parser.parse_args()
    dataset, cores = load_dataset(), available_cores()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shards = write_shards(folder / "shards", dataset.test.images, arguments.count)
        rates = measure(shards, folder / "results.parquet", cores)
    for name, rate in rates.items():
        sys.stdout.write(f"{name:<24}{rate:>12,.0f} a second\n")
    result = {
        "per_second": rates,
        "count": arguments.count,
        "cores": cores,
        "machine": cpu_name(),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("digits", "pyarrow", "ray")},
    }
    finish(result, arguments.out)


if __name__ == "__main__":
    main()
