"""How fast the network answers: our reader against bare runtimes and Keras, in one run on one machine.

Usage: python benchmarks/inference.py [--model RUN_OR_MODEL] [--rounds 15] [--openvino-python PATH] [--out FILE]

Each contestant runs in a process of its own, on one thread and then on two; all take turns in every round, so that a
busy machine disturbs them alike and the ratios within a round hold. What is not installed is skipped with a reason.
Prints a table and ends in one JSON line. Accuracy is measured elsewhere.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from speed.contestants import BATCH_SIZE, CONTESTANTS, REFERENCE
from speed.startup import measure_startup
from speed.worker import Worker

from digits.data import load_dataset
from digits.files import to_json, write_text
from digits.model.folder import open_model
from digits.training.backend import cpu_name

THREADS = (1, 2)


def main() -> None:
    """Measure, print, and write where ``--out`` says."""
    parser = argparse.ArgumentParser(description="Compare how fast runtimes classify.")
    parser.add_argument("--model", type=Path, help="a run or model folder; default: the model in the package")
    parser.add_argument("--rounds", type=int, default=15, help="how often each contestant has its turn")
    parser.add_argument("--openvino-python", default=sys.executable, help="an interpreter that has openvino and numpy")
    parser.add_argument("--out", type=Path, help="also write the result to this JSON file")
    arguments = parser.parse_args()
    model = open_model(arguments.model)
    with tempfile.TemporaryDirectory() as temporary:
        files = _prepare(Path(temporary), model.path)
        rows, skipped = [], {}
        for threads in THREADS:
            rows += _race(files, threads, arguments, skipped)
        result = {
            "model": str(arguments.model or "shipped"),
            "model_sha256": model.info["weights"]["sha256"],
            "machine": cpu_name(),
            "versions": {"python": platform.python_version(), "onnxruntime": version("onnxruntime")},
            "rounds": arguments.rounds,
            "batch": BATCH_SIZE,
            "contestants": rows,
            "startup": measure_startup(files, skipped),
            "skipped": skipped,
        }
    sys.stdout.write(_render(result))
    if arguments.out:
        write_text(arguments.out, to_json(result))
    sys.stdout.write(json.dumps(result) + "\n")


def _prepare(folder: Path, model: Path) -> Path:
    """Put what the processes read into ``folder``: the frames, and where the model is."""
    np.save(folder / "frames.npy", load_dataset().test.images[:BATCH_SIZE])
    (folder / "model").symlink_to(model.resolve())
    return folder


def _race(files: Path, threads: int, arguments: argparse.Namespace, skipped: dict[str, str]) -> list[dict[str, Any]]:
    """Let every contestant take its turn in every round; return a row of figures for each."""
    workers: list[Worker] = []
    try:
        for name in CONTESTANTS:
            python = arguments.openvino_python if name.startswith("openvino") else sys.executable
            worker = Worker(python, name, files, threads)
            reason = worker.wait_until_ready()
            if reason:
                skipped[name] = reason
                worker.close()
            else:
                workers.append(worker)
        for _ in range(arguments.rounds):
            for worker in workers:
                worker.measure()
        reference = next(worker for worker in workers if worker.name == REFERENCE)
        return [worker.summarize(reference) for worker in workers]
    finally:
        for worker in workers:
            worker.close()


def _render(result: dict[str, Any]) -> str:
    titles = f"{'contestant':<24}{'threads':>8}{'median µs':>11}{'p99 µs':>9}{'images/s':>10}{'ratio':>7}"
    lines = [f"{titles}  {'range':<11}{'MB':>5}"]
    for row in result["contestants"]:
        latency, (low, high) = row["latency_us"], row["ratio_range"]
        lines.append(
            f"{row['name']:<24}{row['threads']:>8}{latency['median']:>11,.0f}{latency['p99']:>9,.0f}"
            f"{row['images_per_second']['median']:>10,.0f}{row['ratio']:>7.2f}  {low:.2f}-{high:<6.2f}"
            f"{row['memory_mb']:>5.0f}"
        )
    lines.append(f"ratio: images/s in batches of {BATCH_SIZE} against {REFERENCE} in the same round, median")
    for name, seconds in result["startup"].items():
        lines.append(f"a process that classifies one file, {name}: {seconds['median_s']:.2f} s (n = {seconds['n']})")
    lines += [f"skipped {name}: {reason}" for name, reason in result["skipped"].items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
