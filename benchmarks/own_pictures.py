"""How many pictures of one's own are needed, and what the shipped network's weights are worth as a start.

Usage: python benchmarks/own_pictures.py [--counts 50 200 1000] [--seeds 3] [--ways WAY ...] [--out FILE]

A WAY is one of WAYS below, in quotes. What FILE holds already is not measured again, so that ways can be added to it:
--counts 200 1000 --ways "the same with MNIST" "from scratch" --out benchmarks/results/own_pictures.json

Prints a table and ends in one JSON line. The pictures are those of swiss_dev.npz in the folder that $DIGITS_DATA names:
``images`` uint8 (n, height, width), ``labels``, ``writer`` and ``size``. Each seed draws half of the writers, of them
the pictures to train and validate on, and tests on all pictures of the other writers. Trained as `digits train --data`
does, and measured with the digit network alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from measured import load, percent

from digits.data import Dataset, LabelledImages, load_dataset
from digits.data.mixing import mix_in
from digits.data.split import hold_out
from digits.experiments.plan import fit_to_data, make_plan
from digits.files import to_json, write_text
from digits.model.folder import SHIPPED, open_model
from digits.reading.recognition.frame import frame_image
from digits.reading.recognition.network.classifier import Classifier
from digits.training.backend import prepare
from digits.training.export.onnx_graph import onnx_bytes
from digits.training.train import train

Array = npt.NDArray[Any]
VALIDATION_SHARE = 1 / 9  # as where a folder has no test part: a tenth is kept for test there
WAYS: dict[str, dict[str, bool] | None] = {
    "untrained": None,
    "from the shipped network": {},
    "the same with MNIST": {"with_mnist": True},
    "from scratch": {"from_scratch": True},
}


class Unwatched:
    """Progress that nobody sees."""

    def begin(self, **_: int) -> None: ...

    def step(self, **_: float) -> None: ...

    def epoch(self, row: dict[str, float]) -> None: ...


def main() -> None:
    """Measure, print, and write where ``--out`` says."""
    parser = argparse.ArgumentParser(description="Measure what pictures of one's own are worth.")
    parser.add_argument("--counts", type=int, nargs="+", default=[50, 200, 1000], help="how many pictures")
    parser.add_argument("--seeds", type=int, default=3, help="how often, with other writers each time")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS), help="how to train")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="keep the result in this JSON file, which is continued")
    arguments = parser.parse_args()
    place = Path(os.environ.get("DIGITS_DATA", ".")).expanduser()
    path = (place if place.is_dir() else place.parent) / "swiss_dev.npz"
    if not path.is_file():
        sys.exit(f"skipped: {path.name} is not here; set DIGITS_DATA to a folder that holds it")
    versions = prepare(threads=arguments.threads, bfloat16=False).versions
    pictures, writers = load_pictures(path)
    mnist = load_dataset()
    rows = load(arguments.out)["runs"] if arguments.out and arguments.out.is_file() else []
    known = {(row["way"], row["pictures"], row["seed"]) for row in rows}
    for count, seed, way in product(arguments.counts, range(arguments.seeds), arguments.ways):
        if (way, count, seed) in known:
            continue
        rows.append(measure(draw(pictures, writers, count, seed), mnist, way, count, seed, arguments.threads))
        sys.stderr.write(f"{rows[-1]}\n")
        result = {"data": path.name, "mixed_in": mnist.name, "table": summarize(rows), "runs": rows} | {
            "threads": arguments.threads,
            "versions": versions,
        }
        if arguments.out:
            write_text(arguments.out, to_json(result))
    print_table(summarize(rows))
    sys.stdout.write(json.dumps(rows) + "\n")


def load_pictures(path: Path) -> tuple[LabelledImages, Array]:
    """Return all pictures as frames, and who wrote each, as numbers from 0."""
    with np.load(path) as arrays:
        shown = zip(arrays["images"], arrays["size"], strict=True)
        frames = np.stack([frame_image(image[:height, :width]) for image, (height, width) in shown])
        return LabelledImages(frames, arrays["labels"]), np.unique(arrays["writer"], return_inverse=True)[1]


def draw(pictures: LabelledImages, writers: Array, count: int, seed: int) -> Dataset:
    """Return ``count`` pictures of half of the writers, each digit in proportion; those of the others are the test."""
    names = np.random.default_rng(seed).permutation(writers.max() + 1)
    is_known = np.isin(writers, names[: len(names) // 2])
    known = pictures.take(np.flatnonzero(is_known))
    _, own = hold_out(known, count / len(known), seed)
    training, validation = hold_out(own, VALIDATION_SHARE, seed)
    test = pictures.take(np.flatnonzero(~is_known))
    return Dataset("swiss_dev", "swiss_dev", training, validation, test, own.sha256, path="swiss_dev.npz")


def measure(dataset: Dataset, mnist: Dataset, way: str, count: int, seed: int, threads: int) -> dict[str, Any]:
    """Train in one of WAYS, or not at all, and return shares in [0, 1] and the seconds of the training."""
    weights, epochs, seconds = open_model(SHIPPED).weights, 0, 0.0
    options = WAYS[way]
    if options is not None:
        used = mix_in(dataset, mnist) if options.get("with_mnist") else dataset
        plan, _ = make_plan(Path("runs"), name="a", seed=seed, threads=threads)
        plan, _ = fit_to_data(plan, used, from_scratch=bool(options.get("from_scratch")))
        # One process keeps one number of threads and one precision.
        recipe = replace(plan.recipe, bfloat16=False, part_size=0)
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            trained = train(used, recipe, folder=Path(folder), progress=Unwatched(), seed=seed, threads=threads)
        seconds, epochs, weights = time.perf_counter() - started, len(trained.history), onnx_bytes(trained.model, {})
    network = Classifier(weights, threads=threads)
    shares = {}
    for name, part in (("right", dataset.test), ("right_on_mnist_validation", mnist.validation)):
        probabilities, _ = network.run(part.images)
        shares[name] = float(np.mean(probabilities.argmax(axis=1) == part.labels))
    return {"way": way, "pictures": count, "seed": seed, "n": len(dataset.test), **shares} | {
        "epochs": epochs,
        "seconds": round(seconds, 1),
    }


def summarize(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the mean and the standard deviation over the seeds of each way with each number of pictures."""
    table = []
    for way, count in dict.fromkeys((row["way"], row["pictures"]) for row in rows):
        alike = [row for row in rows if (row["way"], row["pictures"]) == (way, count)]
        entry: dict[str, Any] = {"way": way, "pictures": count, "seeds": len(alike)}
        for name in ("right", "right_on_mnist_validation", "seconds"):
            values = [row[name] for row in alike]
            entry[name] = statistics.fmean(values)
            entry[f"{name}_sd"] = statistics.stdev(values) if len(values) > 1 else None
        table.append(entry)
    return table


def print_table(table: list[dict[str, Any]]) -> None:
    """Print a row for each way and number of pictures."""
    for row in table:
        spread = f" ± {percent(row['right_sd'])}" if row["right_sd"] is not None else ""
        sys.stdout.write(
            f"{row['pictures']:6,}  {row['way']:26}{percent(row['right'])}{spread}  MNIST "
            f"{percent(row['right_on_mnist_validation'])}  {row['seconds']:.0f} s\n"
        )


if __name__ == "__main__":
    main()
