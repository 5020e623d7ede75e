"""A detector, MNIST's training images, pen strokes and typefaces go in; the verifier comes out, the second stage.

It learns on regions of composed pages (../detector/composing), most of them where the detector sees something. At the
end both stages are weighed against each other on pages of validation digits (weighing.py). Settings, data, versions
and figures are kept in the file's metadata.

Usage: python -m digits.training.verifier.train [--pieces N] [--seed 0] [--pen-strokes FILE] --out FILE
       (--begin-with FILE goes on from an earlier training)

To continue a training that was stopped, give the same command again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.data import load_dataset
from digits.files import replacing
from digits.model.folder import open_model
from digits.reading.detection.verification import as_shown
from digits.training.backend import prepare
from digits.training.detector.materials import load_materials
from digits.training.network.data_parallel import updater_in_parts
from digits.training.network.folding import begin_with
from digits.training.resuming.checkpoint import HistoryRow, restore_checkpoint, save_checkpoint
from digits.training.resuming.earlier import add_begin_with, notes_of, sha256_of
from digits.training.verifier.mining import Pieces, load, mine, mine_to_weigh, show
from digits.training.verifier.network import PRINT_SHARE, ask_keras, build_verifier, verifier_loss
from digits.training.verifier.onnx_file import verifier_bytes
from digits.training.verifier.regions import Regions, joined
from digits.training.verifier.weighing import weigh

# Each batch is learned in parts, side by side (network/data_parallel.py says why).
BATCH_SIZE, PARTS = 128, 2
WEIGHT_DECAY, RISE = 0.01, 0.03
# So many regions tell normalization what the answers of weights from a file are like.
FIRST_LOOK = 4096


@dataclass(frozen=True)
class Settings:
    """What a training depends on besides its data and the detector; the same settings continue from a checkpoint."""

    pieces: int
    epochs: int = 4
    peak_rate: float = 2e-3
    seed: int = 0
    begin_with: str = ""  # SHA-256 of the file of an earlier training whose weights come first, in hexadecimal

    def rate(self, share: float) -> float:
        """Return the learning rate when ``share`` of the training is done: a straight rise, then half a cosine."""
        return self.peak_rate * min(1.0, share / RISE + 0.01) * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Mine, train, weigh, and write the weights."""
    chosen = _parse(arguments)
    dataset = load_dataset(chosen.data)
    detector = chosen.detector.read_bytes() if chosen.detector else open_model().networks["detector"]
    earlier: bytes = chosen.begin_with
    start, own = sha256_of(earlier), hashlib.sha256(detector).hexdigest()
    settings = Settings(chosen.pieces, chosen.epochs, chosen.peak_rate, chosen.seed, start)
    name = f"{chosen.pieces}-{chosen.epochs}-{chosen.peak_rate}-{chosen.seed}-{own[:12]}-{start[:8]}"
    folder = chosen.folder / f"verifier-{name}"
    alphabet, materials = load_materials(dataset.train, chosen.pen_strokes)
    pieces = Pieces(folder / "train", chosen.seed)
    for done in mine(alphabet, detector, pieces, chosen.pieces, workers=chosen.workers):
        show(f"piece {done}/{chosen.pieces} ", is_last=done == chosen.pieces)
    network, versions = train_verifier(pieces, folder, settings, earlier, threads=chosen.threads)
    unseen, _ = load_materials(dataset.validation, chosen.pen_strokes)
    figures = weigh(partial(ask_keras, network), *mine_to_weigh(unseen, detector, folder, chosen.seed, chosen.workers))
    notes = {
        "settings": asdict(settings),
        "detector_sha256": own,
        "data": {"dataset": dataset.name, "dataset_sha256": dataset.sha256, **materials},
        "versions": versions,
        "measured": figures,
        **notes_of(earlier),
    }
    with replacing(chosen.out) as file:
        file.write(verifier_bytes(network, {name: json.dumps(value) for name, value in notes.items()}))
    sys.stdout.write(json.dumps(notes) + "\n")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=200, help="of 40 composed pages and some 5,000 regions each")
    parser.add_argument("--epochs", type=int, default=4, help="how often each region is looked at")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peak-rate", type=float, default=2e-3, help="the peak learning rate")
    add_begin_with(parser)
    parser.add_argument("--detector", type=Path, help="the first stage's ONNX file; by default the shipped one")
    parser.add_argument("--data", type=Path, help="MNIST, as digits train takes it")
    parser.add_argument("--pen-strokes", type=Path, help="UCI's pendigits-orig.tra.gz, as a further source of digits")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that compose pages")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--folder", type=Path, default=Path("runs"), help="where regions and a checkpoint are kept")
    chosen = parser.parse_args(arguments)
    if min(chosen.pieces, chosen.epochs) < 1:
        parser.error("expected --pieces and --epochs of at least 1; give more")
    return chosen


def train_verifier(
    pieces: Pieces, folder: Path, settings: Settings, earlier: bytes = b"", *, threads: int | None = None
) -> tuple[Any, dict[str, str]]:
    """Return the trained Keras network and the versions of what made it; go on from a checkpoint in ``folder``.

    Without one it begins with the weights of ``earlier``, an ONNX file of a verifier, if that is not empty.

    Raises:
        RunError: the checkpoint is damaged, or another network's.
    """
    environment = prepare(threads=threads, bfloat16=False, parts=PARTS)
    import keras

    keras.utils.set_random_seed(settings.seed)
    network = build_verifier()
    network.optimizer = keras.optimizers.AdamW(0.0, weight_decay=WEIGHT_DECAY, global_clipnorm=10.0)
    network.optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    network.optimizer.build(network.trainable_variables)  # so that a checkpoint finds all its variables
    history, _ = restore_checkpoint(folder, network)
    update = updater_in_parts(network, PARTS, verifier_loss, (1.0, PRINT_SHARE))
    regions = joined([load(pieces, number) for number in range(settings.pieces)])
    if earlier and not history:
        begin_with(network, earlier, as_shown(regions.pixels[:FIRST_LOOK])[:, 0, ..., np.newaxis])
    while len(history) < settings.epochs:
        history.append(_learn(network, update, regions, settings, len(history)))
        save_checkpoint(folder, network, history)
    return network, environment.versions


def _learn(network: Any, update: Any, regions: Regions, settings: Settings, epoch: int) -> HistoryRow:
    """Look at each region once, and return the mean losses."""
    random = np.random.default_rng((settings.seed, epoch, 2))
    order, updates = random.permutation(len(regions)), len(regions) // BATCH_SIZE
    started, losses = time.perf_counter(), list[Any]()
    name = f"epoch {epoch + 1}/{settings.epochs}"
    for k, batch in enumerate(_batches(regions, order, random, updates)):
        network.optimizer.learning_rate = settings.rate((epoch + k / updates) / settings.epochs)
        losses.append(update(*batch))
        if len(losses) % 200 == 0:
            show(
                f"{name}: {len(losses):,}/{updates:,} updates, {_told(losses[-200:])} ", is_last=len(losses) % 1000 == 0
            )
    row: HistoryRow = dict(zip(("classes", "print"), _means(losses), strict=True))
    row["seconds"] = time.perf_counter() - started
    show(f"{name}: {_told(losses)}, {row['seconds']:.0f} s", is_last=True)
    return row


def _batches(
    regions: Regions, order: npt.NDArray[np.int64], random: np.random.Generator, count: int
) -> Iterator[tuple[Any, ...]]:
    """Yield batches; the next one is made beside the update with this one."""

    def make(k: int) -> tuple[Any, ...]:
        return _tensors(regions.pick(order[k * BATCH_SIZE : (k + 1) * BATCH_SIZE]), random)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(make, 0)
        for k in range(1, count + 1):
            batch = waiting.result()
            if k < count:
                waiting = pool.submit(make, k)
            yield batch


def _tensors(some: Regions, random: np.random.Generator) -> tuple[Any, ...]:
    """Return a batch; half of the regions as negatives, some with more noise."""
    shown = as_shown(some.pixels)[:, 0, ..., np.newaxis]
    shown *= random.choice(np.array([-1, 1], np.float32), (len(shown), 1, 1, 1))
    noise = random.uniform(0, 0.15, (len(shown), 1, 1, 1)).astype(np.float32)
    shown += noise * random.standard_normal(shown.shape, np.float32)
    return shown, some.kinds.astype(np.int32), some.is_printed.astype(np.float32)


def _means(losses: Sequence[Any]) -> list[float]:
    return [float(value) for value in np.mean([np.asarray(one) for one in losses], axis=0)]


def _told(losses: Sequence[Any]) -> str:
    return "classes {:.4f}, print {:.4f}".format(*_means(losses))


if __name__ == "__main__":
    main()
