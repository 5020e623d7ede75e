"""Regions of composed pages by the piece, made by processes and kept in files: what is there is not made again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digits.files import replacing
from digits.reading.detection.detector import Detect
from digits.reading.recognition.network.classifier import open_detector
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.resuming.workers import pool_of
from digits.training.verifier.regions import Regions, joined, make_regions
from digits.training.verifier.singles import make_singles

# A piece holds the regions of so many pages and pictures of one thing.
PAGES, SINGLES = 40, 8000
# Pieces of pages of validation digits that both stages are weighed on.
WEIGHED_PIECES = 8

_alphabet: Alphabet | None = None
_ask: Detect | None = None


@dataclass(frozen=True)
class Pieces:
    """Which pieces: those of a seed, in a folder; ``only_seen`` as ``make_regions`` has it."""

    folder: Path
    seed: int
    only_seen: bool = False

    def path(self, number: int) -> Path:
        return self.folder / f"piece-{number:05}.npz"


def mine(alphabet: Alphabet, detector: bytes, pieces: Pieces, count: int, *, workers: int) -> Iterator[int]:
    """Make pieces 0 to ``count`` unless they are there; yield how many there are so far."""
    pieces.folder.mkdir(parents=True, exist_ok=True)
    missing = [number for number in range(count) if not pieces.path(number).exists()]
    with pool_of(workers, _take, alphabet, detector) as pool:
        try:
            for done, _ in enumerate(pool.map(_make, [pieces] * len(missing), missing), count - len(missing) + 1):
                yield done
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def load(pieces: Pieces, number: int) -> Regions:
    """Return a piece that was made."""
    with np.load(pieces.path(number), allow_pickle=False) as arrays:
        return Regions(arrays["pixels"], arrays["kinds"], arrays["is_printed"], arrays["belief"])


def mine_to_weigh(
    alphabet: Alphabet, detector: bytes, folder: Path, seed: int, workers: int
) -> tuple[Regions, Regions]:
    """Return what both stages are weighed on: regions that the detector proposes, and regions of all kinds.

    Args:
        alphabet: what no stage was trained on.
        detector: its ONNX file.
        folder: where pieces are kept, so that a call that was stopped goes on.
        seed: that of the training; the regions are others.
        workers: how many processes compose.
    """
    mined = []
    for name, only_seen in (("seen", True), ("all", False)):
        pieces = Pieces(folder / name, seed + 1, only_seen)
        for done in mine(alphabet, detector, pieces, WEIGHED_PIECES, workers=workers):
            show(f"piece {done}/{WEIGHED_PIECES} to weigh ", is_last=done == WEIGHED_PIECES)
        mined.append(joined([load(pieces, number) for number in range(WEIGHED_PIECES)]))
    return mined[0], mined[1]


def show(line: str, *, is_last: bool = False) -> None:
    """Write a line of progress, which the next one replaces on a terminal; elsewhere only the last is shown."""
    if is_last or sys.stderr.isatty():
        sys.stderr.write(f"\r{line}" + "\n" * is_last)
        sys.stderr.flush()


def _take(alphabet: Alphabet, detector: bytes) -> None:
    global _alphabet, _ask  # one a process, not one a piece
    _alphabet, _ask = alphabet, open_detector(detector, threads=1)


def _make(pieces: Pieces, number: int) -> None:
    assert _alphabet is not None
    assert _ask is not None
    random = np.random.default_rng((pieces.seed, number))
    made = make_regions(_alphabet, _ask, random, pages=PAGES, only_seen=pieces.only_seen)
    if not pieces.only_seen:
        made = joined([made, make_singles(_alphabet, random, SINGLES)])
    with replacing(pieces.path(number)) as file:
        np.savez(file, pixels=made.pixels, kinds=made.kinds, is_printed=made.is_printed, belief=made.belief)
