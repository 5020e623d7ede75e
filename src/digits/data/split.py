"""Parts held out for validation and test: stratified, the same on every machine for every training seed.

In: ``Parts``. Out: training, validation and test images, disjoint and in their original order. Nothing is
drawn from a test part that a source brings along.
"""

from __future__ import annotations

import numpy as np

from digits.data.dataset import LabelledImages, Parts, mismatch
from digits.reading.result import IntArray

# Fixed for ever: another value is another validation set, and results stop being comparable.
VALIDATION_SEED = 5_000
TEST_SEED = 10_000

# 5,000 of MNIST's 60,000.
VALIDATION_SHARE = 1 / 12
# Of a source without a test part: a tenth, and a tenth of the whole for validation (a ninth of the rest).
TEST_SHARE = 1 / 10
VALIDATION_SHARE_OF_REST = 1 / 9


def split_parts(parts: Parts) -> tuple[LabelledImages, LabelledImages, LabelledImages]:
    """Training, validation and test: 55,000/5,000/10,000 of MNIST; 80/10/10 % where there is no test part.

    Every digit that occurs has at least one image in each part that is held out. Raises DataError when a
    digit has too few images for that.
    """
    if parts.test is not None:
        train, validation = hold_out(parts.train, VALIDATION_SHARE, VALIDATION_SEED)
        return train, validation, parts.test
    rest, test = hold_out(parts.train, TEST_SHARE, TEST_SEED, least=3)
    train, validation = hold_out(rest, VALIDATION_SHARE_OF_REST, VALIDATION_SEED)
    return train, validation, test


def hold_out(
    examples: LabelledImages, share: float, seed: int, *, least: int = 2
) -> tuple[LabelledImages, LabelledImages]:
    """The images kept and those held out: ``share`` of the whole, each digit in proportion and at least once.

    Raises DataError when a digit that occurs has fewer than ``least`` images.
    """
    _require_enough(examples, least)
    quotas = _quotas(examples.counts, share)
    # The raw stream of PCG64 is promised never to change (NEP 19); shuffle() and permutation() are not.
    order = np.argsort(np.random.PCG64(seed).random_raw(len(examples)), kind="stable")
    is_held = np.zeros(len(examples), bool)
    for digit, quota in enumerate(quotas):
        of_digit = order[examples.labels[order] == digit]
        is_held[of_digit[:quota]] = True
    return examples.take(np.flatnonzero(~is_held)), examples.take(np.flatnonzero(is_held))


def _quotas(counts: IntArray, share: float) -> IntArray:
    """How many to hold out of each digit: largest remainders, to sum to the rounded share of the whole."""
    exact = counts * share
    quotas = np.floor(exact).astype(np.int64)
    missing = round(float(counts.sum()) * share) - int(quotas.sum())
    quotas[np.argsort(quotas - exact, kind="stable")[:missing]] += 1
    least, most = np.minimum(counts, 1), np.maximum(counts - 1, 0)
    within: IntArray = np.minimum(np.maximum(quotas, least), most)
    return within


def _require_enough(examples: LabelledImages, least: int) -> None:
    scarce = [digit for digit, count in enumerate(examples.counts) if 0 < count < least]
    if scarce:
        raise mismatch(
            examples.where,
            f"at least {least} images of each digit that occurs, one for each part",
            f"{examples.counts[scarce[0]]} of digit {scarce[0]}",
            "Add images of it, or leave the digit out.",
        )
