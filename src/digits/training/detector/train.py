"""MNIST's training images, pen strokes and typefaces go in; the detector comes out (detector.onnx of a model folder).

It learns on pages composed at random (composing/), which tell for every place whether a digit has its middle there. It
never sees a validation or test digit, nor the ten typefaces that are kept for measuring. Settings, data and versions
are kept in the file's metadata.

Usage: python -m digits.training.detector.train [--crops N] [--seed 0] [--pen-strokes FILE] --out FILE
       (--begin-with FILE goes on from an earlier training)

To continue a training that was stopped, give the same command again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import load_dataset
from digits.files import replacing
from digits.training.backend import prepare
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.detector.examples import Examples, Plan, as_input, make_rounds
from digits.training.detector.materials import load_materials
from digits.training.detector.network import EDGE_SHARE, PRINT_SHARE, build_detector, detector_loss
from digits.training.detector.onnx_file import detector_bytes
from digits.training.network.data_parallel import updater_in_parts
from digits.training.network.folding import begin_with
from digits.training.resuming.checkpoint import HistoryRow, restore_checkpoint, save_checkpoint
from digits.training.resuming.earlier import add_begin_with, notes_of, sha256_of

# Each batch is learned in parts, side by side (network/data_parallel.py says why).
BATCH_SIZE, PARTS = 32, 2
WEIGHT_DECAY = 0.002
# The rate rises in the first share of the training, and falls to nothing in the last.
RISE, FALL = 0.03, 0.35
# So many crops tell normalization what the answers of weights from a file are like.
FIRST_LOOK = 512


@dataclass(frozen=True)
class Settings:
    """What a training depends on besides its data; the same settings continue from the same checkpoint."""

    crops: int
    peak_rate: float = 3e-3
    plan: Plan = field(default_factory=Plan)
    begin_with: str = ""  # SHA-256 of the file of an earlier training whose weights come first, in hexadecimal

    @property
    def rounds(self) -> int:
        """A checkpoint is written after each."""
        return max(1, round(self.crops / self.plan.round))

    def rate(self, share: float) -> float:
        """Return the learning rate when ``share`` of the training is done: it rises, stays, and falls, all straight."""
        return self.peak_rate * min(1.0, share / RISE + 0.01, max(0.0, 1 - share) / FALL)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write the weights."""
    chosen = _parse(arguments)
    dataset = load_dataset(chosen.data)
    alphabet, materials = load_materials(dataset.train, chosen.pen_strokes)
    earlier: bytes = chosen.begin_with
    settings = Settings(chosen.crops, chosen.peak_rate, Plan(chosen.seed), sha256_of(earlier))
    folder = chosen.folder / f"detector-{settings.crops}-{chosen.seed}-{settings.peak_rate}-{settings.begin_with[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    workers = {"threads": chosen.threads, "workers": chosen.workers}
    network, versions = train_detector(alphabet, folder, settings, earlier, **workers)
    data = {"dataset": dataset.name, "dataset_sha256": dataset.sha256, **materials}
    notes = {"settings": asdict(settings), "data": data, "versions": versions, **notes_of(earlier)}
    with replacing(chosen.out) as file:
        file.write(detector_bytes(network, {name: json.dumps(value) for name, value in notes.items()}))
    sys.stdout.write(json.dumps(notes) + "\n")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=int, default=400_000, help="crops of composed pages, each looked at once")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peak-rate", type=float, default=3e-3, help="the peak learning rate")
    add_begin_with(parser)
    parser.add_argument("--data", type=Path, help="MNIST, as digits train takes it")
    parser.add_argument("--pen-strokes", type=Path, help="UCI's pendigits-orig.tra.gz, as a further source of digits")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that compose pages")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--folder", type=Path, default=Path("runs"), help="where a checkpoint is kept meanwhile")
    chosen = parser.parse_args(arguments)
    if chosen.crops < BATCH_SIZE:
        parser.error(f"expected --crops of at least {BATCH_SIZE}, one batch; got {chosen.crops}; give more")
    return chosen


def train_detector(
    alphabet: Alphabet,
    folder: Path,
    settings: Settings,
    earlier: bytes = b"",
    *,
    threads: int | None = None,
    workers: int = 1,
) -> tuple[Any, dict[str, str]]:
    """Return the trained Keras network and the versions of what made it; go on from a checkpoint in ``folder``.

    Without one it begins with the weights of ``earlier``, an ONNX file of a detector, if that is not empty.

    Raises:
        RunError: the checkpoint is damaged, or another network's.
    """
    environment = prepare(threads=threads, bfloat16=False, parts=PARTS)
    import keras

    keras.utils.set_random_seed(settings.plan.seed)
    network = build_detector()
    network.optimizer = keras.optimizers.AdamW(0.0, weight_decay=WEIGHT_DECAY, global_clipnorm=10.0)
    network.optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    network.optimizer.build(network.trainable_variables)  # so that a checkpoint finds all its variables
    history, _ = restore_checkpoint(folder, network)
    update = updater_in_parts(network, PARTS, detector_loss, (1.0, EDGE_SHARE, PRINT_SHARE))
    if len(history) < settings.rounds:
        for examples in make_rounds(alphabet, settings.plan, first=len(history), workers=workers):
            if earlier and not history:
                begin_with(network, earlier, as_input(examples.pixels[:FIRST_LOOK]))
            history.append(_learn(network, update, examples, settings, len(history)))
            save_checkpoint(folder, network, history)
            if len(history) == settings.rounds:
                break
    return network, environment.versions


def _learn(network: Any, update: Any, examples: Examples, settings: Settings, number: int) -> HistoryRow:
    """Make the updates of one round, and return its losses."""
    started, losses, updates = time.perf_counter(), list[Any](), settings.plan.round // BATCH_SIZE
    name = f"round {number + 1}/{settings.rounds}"
    for k in range(updates):
        network.optimizer.learning_rate = settings.rate((number + k / updates) / settings.rounds)
        batch = examples.pick(np.arange(k * BATCH_SIZE, (k + 1) * BATCH_SIZE))
        losses.append(update(*_tensors(batch)))
        if len(losses) % 10 == 0:
            _show(f"{name}: {len(losses)}/{updates} updates, {_told(losses[-50:])} ")
    row: HistoryRow = dict(zip(("classes", "edges", "print"), _means(losses), strict=True))
    row["seconds"] = time.perf_counter() - started
    _show(f"{name}: {_told(losses)}, {row['seconds']:.0f} s\n")
    return row


def _tensors(examples: Examples) -> tuple[Any, ...]:
    return (
        as_input(examples.pixels),
        examples.kinds.astype(np.int32),
        examples.edges.astype(np.float32),
        examples.is_printed.astype(np.float32),
    )


def _means(losses: Sequence[Any]) -> list[float]:
    return [float(value) for value in np.mean([np.asarray(one) for one in losses], axis=0)]


def _told(losses: Sequence[Any]) -> str:
    return "classes {:.3f}, edges {:.3f}, print {:.3f}".format(*_means(losses))


def _show(line: str) -> None:
    if line.endswith("\n") or sys.stderr.isatty():
        sys.stderr.write("\r" + line)
        sys.stderr.flush()


if __name__ == "__main__":
    main()
