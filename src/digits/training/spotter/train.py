"""MNIST training images go in; the network that spots the digits of a row comes out (spotter.onnx of a model folder).

It learns on composed strips (compose.py), which tell for every two columns of pixels whether a digit stands there,
which one, and how far it reaches. It learns from training images only; strips of validation digits measure it, but
choose nothing. The figures are printed and kept in the file's metadata, with settings, seed and versions.

Usage: python -m digits.training.spotter.train [--lines N] [--epochs 12] [--seed 0] [--begin-with FILE] --out FILE

To continue a killed training after its last epoch, give the same command again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import Dataset, LabelledImages, load_dataset
from digits.files import replacing
from digits.reading.recognition.network.classifier import open_spotter
from digits.reading.result import ByteArray, FloatArray, IntArray
from digits.reading.spotting.rectification import STRIP_PX, Strip
from digits.reading.spotting.spotter import Sighting, find_sightings
from digits.training.backend import prepare
from digits.training.network.data_parallel import network_in_parts
from digits.training.network.folding import begin_with
from digits.training.resuming.checkpoint import CHECKPOINT_FILE, HistoryRow, restore_checkpoint, save_checkpoint
from digits.training.resuming.earlier import add_begin_with, sha256_of
from digits.training.spotter.compose import LEAST_SEEN, STRIP_WIDTH_PX, compose
from digits.training.spotter.examples import as_input, compose_strips, make_examples
from digits.training.spotter.network import build_spotter, spotter_bytes, spotter_loss

# Each batch is learned in parts, side by side (network/data_parallel.py).
BATCH_SIZE, PARTS = 64, 4
PEAK_RATE = 4e-3
WEIGHT_DECAY = 0.01
# Strips of validation digits for the loss after each epoch, and for the figures of the result.
HELD_OUT = 2000
# So many of them tell normalization what the answers of weights from a file are like.
FIRST_LOOK = 512
# A digit is found where a sighting's middle is so near to its own, in strip pixels.
FOUND_PX = 5.0


@dataclass(frozen=True)
class Settings:
    """What a training depends on besides its data; the same settings continue from the same checkpoint."""

    lines: int  # composed strips, all of which each epoch passes over
    epochs: int
    seed: int = 0
    held_out: int = HELD_OUT
    peak_rate: float = PEAK_RATE
    begin_with: str = ""  # SHA-256 of the file of an earlier training whose weights come first, in hexadecimal

    @property
    def steps(self) -> int:
        """Updates per epoch; strips that fill no batch are left out."""
        return self.lines // BATCH_SIZE


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, write the weights."""
    chosen = _parse(arguments)
    dataset = load_dataset()
    earlier: bytes = chosen.begin_with
    begin_with = sha256_of(earlier)
    settings = Settings(chosen.lines, chosen.epochs, chosen.seed, chosen.held_out, chosen.peak_rate, begin_with)
    parts = [f"{name}{str(value)[:8]}" for name, value in asdict(settings).items()]
    folder = chosen.folder / "-".join(["spotter", *parts])
    folder.mkdir(parents=True, exist_ok=True)
    workers = {"threads": chosen.threads, "workers": chosen.workers}
    network, versions = train_spotter(dataset, folder, settings, earlier, **workers)
    figures = measure_spotter(spotter_bytes(network, {}), dataset.validation, chosen.held_out)
    data = {"dataset": dataset.name, "dataset_sha256": dataset.sha256}
    notes = {"settings": asdict(settings), **data, "versions": versions, "held_out": figures}
    with replacing(chosen.out) as file:
        file.write(spotter_bytes(network, {name: json.dumps(value) for name, value in notes.items()}))
    (folder / CHECKPOINT_FILE).unlink(missing_ok=True)
    sys.stdout.write(json.dumps(notes) + "\n")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=120_000, help="composed strips, 8 kB of memory each")
    parser.add_argument("--epochs", type=int, default=12, help="passes over the strips")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that compose strips")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, help="strips of validation digits to measure on")
    parser.add_argument("--peak-rate", type=float, default=PEAK_RATE, help="the peak learning rate")
    add_begin_with(parser)
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--folder", type=Path, default=Path("runs"), help="where a checkpoint is kept meanwhile")
    chosen = parser.parse_args(arguments)
    if chosen.lines < BATCH_SIZE:
        parser.error(f"expected --lines of at least {BATCH_SIZE}, one batch; got {chosen.lines}; give more")
    return chosen


def train_spotter(
    dataset: Dataset,
    folder: Path,
    settings: Settings,
    earlier: bytes = b"",
    *,
    threads: int | None = None,
    workers: int = 1,
) -> tuple[Any, dict[str, str]]:
    """Return the trained Keras network and the versions of what made it; go on from a checkpoint in ``folder``.

    Without one it begins with the weights of ``earlier``, an ONNX file of a spotter, if that is not empty.

    Raises:
        RunError: the checkpoint is damaged, or another network's.
    """
    environment = prepare(threads=threads, bfloat16=True, parts=PARTS)
    network = _compiled(settings, environment.precision)
    held_out = make_examples(dataset.validation, settings.held_out, seed=(settings.seed, 0, 0))
    history, _ = restore_checkpoint(folder, network)
    if earlier and not history:
        begin_with(network, earlier, as_input(held_out[0][:FIRST_LOOK]))
    if len(history) < settings.epochs:
        strips, answers = compose_strips(
            dataset.train, settings.lines, seed=settings.seed, workers=workers, report=_report_strips
        )
    for epoch in range(len(history), settings.epochs):
        started = time.perf_counter()
        name = f"epoch {epoch + 1}/{settings.epochs}"
        order = np.random.default_rng((settings.seed, 2, epoch)).permutation(settings.lines)
        loss = _train_epoch(network, strips, answers, order[: settings.steps * BATCH_SIZE], name)
        row: HistoryRow = {
            "loss": loss,
            "val_loss": float(network.evaluate(as_input(held_out[0]), held_out[1], verbose=0)),
        }
        row["seconds"] = time.perf_counter() - started
        history.append(row)
        save_checkpoint(folder, network, history)
        _show(f"{name}: loss {loss:.4f}, on validation digits {row['val_loss']:.4f}, {row['seconds']:.0f} s\n")
    return network, environment.versions


def _compiled(settings: Settings, precision: str) -> Any:
    import keras

    keras.utils.set_random_seed(settings.seed)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    plain = build_spotter()
    network = network_in_parts(PARTS)(plain.inputs, plain.outputs)
    keras.config.set_dtype_policy(before)
    updates = settings.epochs * settings.steps
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, updates, warmup_target=settings.peak_rate, warmup_steps=updates // 10
    )
    network.compile(keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY), spotter_loss)
    network.optimizer.build(network.trainable_variables)  # so that a checkpoint finds all its variables
    return network


def _train_epoch(network: Any, strips: ByteArray, answers: FloatArray, order: IntArray, name: str) -> float:
    losses: list[float] = []
    for start in range(0, len(order), BATCH_SIZE):
        chosen = order[start : start + BATCH_SIZE]
        losses.append(float(network.train_on_batch(as_input(strips[chosen]), answers[chosen])))
        if len(losses) % 20 == 0:
            _show(f"{name}: {len(losses)}/{len(order) // BATCH_SIZE} updates, loss {np.mean(losses[-100:]):.4f} ")
    return float(np.mean(losses))


def _report_strips(done: int) -> None:
    _show(f"{done} strips composed")


def _show(text: str) -> None:
    sys.stderr.write(f"\r{text}")
    sys.stderr.flush()


def measure_spotter(weights: bytes, examples: LabelledImages, count: int) -> dict[str, float]:
    """Measure an ONNX file on strips composed of ``examples``, through reading/spotting/spotter.py as a page is read.

    Returns:
        how many ``strips`` and ``digits``; the shares of digits ``found`` and of those ``named`` right; ``extra``
        sightings of nothing per strip; ``empty`` strips and the share of them ``with_digits``.
    """
    spot, random = open_spotter(weights, threads=1), np.random.default_rng((count, 1))
    digits = found = named = extra = empty = mistaken = 0
    for _ in range(count):
        strip, labels, boxes, seen = compose(examples.images, examples.labels, random)
        sightings = find_sightings(Strip(strip, 1.0, 0.0, np.full(STRIP_WIDTH_PX, STRIP_PX / 2, np.float32)), spot)
        matches = _match(sightings, boxes)
        is_asked = seen >= LEAST_SEEN
        digits += int(is_asked.sum())
        found += sum(is_asked[i] for i in matches)
        named += sum(is_asked[i] and int(one.probabilities.argmax()) == labels[i] for i, one in matches.items())
        extra += len(sightings) - len(matches)
        empty += not len(labels)
        mistaken += not len(labels) and len(sightings) > 0
    return {
        "strips": count,
        "digits": int(digits),
        "found": float(found / max(1, digits)),
        "named": float(named / max(1, found)),
        "extra": extra / count,
        "empty": empty,
        "with_digits": mistaken / max(1, empty),
    }


def _match(sightings: Sequence[Sighting], boxes: FloatArray) -> dict[int, Sighting]:
    """Return the sighting nearest to each digit that is found, by the digit's index; each sighting serves one."""
    left, matches = list(sightings), {}
    for i, middle in enumerate((boxes[:, 0] + boxes[:, 2]) / 2):
        away = [abs(one.box.x + one.box.width / 2 - float(middle)) for one in left]
        if away and min(away) <= FOUND_PX:
            matches[i] = left.pop(away.index(min(away)))
    return matches


if __name__ == "__main__":
    main()
