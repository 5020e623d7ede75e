"""How long each contestant trains until it holds 99 % on the same 5,000 validation images, in one run on one machine.

Contestants: our recipes `fast` and `spec`, the Keras documentation's small convnet, and a CNN of the shape of the
PyTorch example, each in a process of its own with the same data in memory and the same number of threads, in turns.
The machine's matrix peak is measured in every round too. Prints a table, and ends in one line of JSON.

Usage: python benchmarks/time_to_accuracy.py [--save] [--torch-python PATH]; a quick try: --limit 2000 --target 0.9
No test image is looked at. Let nothing else run meanwhile: PyTorch's threads spin, and lose most to company.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from race.summary import render, summarize
from race.task import Task, save_examples

from digits.data import Dataset, load_dataset
from digits.files import to_json, write_text
from digits.training.backend import cpu_name

FOLDER = Path(__file__).parent
RESULTS_FILE = FOLDER / "results" / "time_to_accuracy.json"
MODULES = {
    "fast": "race.our_recipe",
    "spec": "race.our_recipe",
    "keras-convnet": "race.keras_convnet",
    "pytorch-cnn": "race.torch_cnn",
}
PEAK_MODULE = "race.matrix_peak"


@dataclass(frozen=True)
class Race:
    """What every process is told alike."""

    threads: int
    target: float
    looks_per_epoch: int
    torch_python: str
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "examples.npz"

    def run(self, contestant: str, module: str, seed: int) -> dict[str, Any]:
        """Start ``module`` on one task and return its answer; its progress goes to stderr.

        Raises:
            subprocess.CalledProcessError: it failed; it has said why on stderr.
        """
        out = self.folder / f"{contestant}-{seed}.json"
        task = Task(
            contestant, seed, self.threads, self.target, self.looks_per_epoch, data=str(self.data), out=str(out)
        )
        python = self.torch_python if contestant == "pytorch-cnn" else sys.executable
        environment = os.environ | {"PYTHONPATH": str(FOLDER), "OMP_NUM_THREADS": str(self.threads)}
        load = os.getloadavg()[0]
        started = time.perf_counter()
        subprocess.run(
            [python, "-m", module, task.to_argument()], env=environment, stdout=sys.stderr, check=True, cwd=self.folder
        )
        answer: dict[str, Any] = json.loads(out.read_text())
        return answer | {"process_seconds": time.perf_counter() - started, "load_average_before": load}


def main() -> None:
    """Race, print, and save where asked to; exit status 1 when a contestant failed."""
    options = parse()
    _keep_to_cores(options.threads)
    dataset = load_dataset(options.data)
    train = dataset.train.take(np.arange(min(options.limit or len(dataset.train), len(dataset.train))))
    with tempfile.TemporaryDirectory() as folder:
        race = Race(options.threads, options.target, options.looks_per_epoch, options.torch_python, Path(folder))
        save_examples(race.data, train=train, validation=dataset.validation)
        absent = left_out(options.contestants, options.torch_python)
        seeds = {
            name: options.seeds if name == "fast" else options.peer_seeds
            for name in options.contestants
            if name not in absent
        }
        runs, peaks, failed = _race_in_turns(race, seeds)
    report = _conditions(options, dataset, len(train)) | {"left_out": absent | failed} | summarize(runs, peaks)
    out = options.out or (RESULTS_FILE if options.save else None)
    if out:
        write_text(out, to_json(report | {"runs": runs, "peaks": peaks}))
    sys.stdout.write(render(report) + "\n" + json.dumps(report) + "\n")
    sys.exit(1 if failed else 0)


def _race_in_turns(
    race: Race, seeds: dict[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, str]]:
    """Run each contestant's seed 0, then each one's seed 1, ...: what slows the machine for a while slows all.

    Returns the runs, one peak a round, and who failed and so takes no further turn.
    """
    runs: list[dict[str, Any]] = []
    peaks: list[dict[str, Any]] = []
    failed: dict[str, str] = {}
    for number in range(max(seeds.values(), default=0)):
        peaks.append(race.run("peak", PEAK_MODULE, number))
        for name in [name for name, count in seeds.items() if number < count and name not in failed]:
            try:
                runs.append(race.run(name, MODULES[name], number) | {"round": number})
            except subprocess.CalledProcessError as error:
                failed[name] = f"its process ended with exit status {error.returncode}; see stderr"
                sys.stderr.write(f"{name}: {failed[name]}\n")
    return runs, peaks, failed


def left_out(contestants: list[str], torch_python: str) -> dict[str, str]:
    """Tell who cannot take part, and why."""
    if "pytorch-cnn" not in contestants:
        return {}
    try:
        tried = subprocess.run([torch_python, "-c", "import numpy, torch"], capture_output=True, text=True)
    except OSError as error:
        reason = str(error)
    else:
        if tried.returncode == 0:
            return {}
        reason = (tried.stderr.strip().splitlines() or [f"exit status {tried.returncode}"])[-1]
    return {"pytorch-cnn": f"PyTorch is optional and not to be had ({reason}); name an interpreter by --torch-python"}


def _keep_to_cores(threads: int) -> None:
    """Give all processes the same ``threads`` cores, so that no library's helper threads use more; Linux alone can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def _conditions(options: argparse.Namespace, dataset: Dataset, train_count: int) -> dict[str, Any]:
    described = dataset.to_dict()
    described["sizes"] |= {"train": train_count}
    del described["source"]  # a path on this machine
    protocol = {name: getattr(options, name) for name in ("target", "threads", "looks_per_epoch", "limit")}
    return {
        "command": "python benchmarks/time_to_accuracy.py",
        "machine": f"{cpu_name()}, {os.cpu_count()} cores",
        "protocol": protocol,
        "dataset": described,
    }


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--target", type=float, default=0.99, help="validation accuracy to hold, 0-1")
    parser.add_argument("--seeds", type=int, default=5, help="trainings of `fast`")
    parser.add_argument("--peer-seeds", type=int, default=3, help="trainings of each of the others")
    parser.add_argument("--contestants", nargs="+", choices=MODULES, default=list(MODULES), metavar="NAME")
    parser.add_argument("--limit", type=int, help="take only so many training images: a quick try, no result")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--looks-per-epoch", type=int, default=8)
    parser.add_argument("--data", type=Path, help="as digits train --data; else $DIGITS_DATA, cache, download")
    parser.add_argument("--torch-python", default=sys.executable, help="an interpreter that has torch and numpy")
    parser.add_argument("--out", type=Path, help="write the JSON, with every look, to this file")
    parser.add_argument("--save", action="store_true", help=f"write it to {RESULTS_FILE.relative_to(FOLDER.parent)}")
    options = parser.parse_args(arguments)
    if not 0 < options.target <= 1:
        parser.error(f"expected --target as a share in 0-1, got {options.target}; 99 % is 0.99")
    if min(options.seeds, options.peer_seeds, options.threads, options.looks_per_epoch, options.limit or 1) < 1:
        parser.error("expected --seeds, --peer-seeds, --threads, --looks-per-epoch and --limit of at least 1")
    return options


if __name__ == "__main__":
    main()
