"""In: a person's own dataset, and MNIST. Out: the same with digits of MNIST among its training images.

Validation and test stay the person's own, so every figure tells how well the own digits are read.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from digits.data.dataset import Dataset
from digits.data.split import VALIDATION_SEED


def mix_in(dataset: Dataset, mnist: Dataset) -> Dataset:
    """Add as many training images of ``mnist`` as ``dataset`` has, the same ones every time.

    So half of what the network sees is the person's own. ``mnist`` is MNIST or the offline sample, whose notice then
    belongs to the result.
    """
    own = dataset.train
    count = min(len(mnist.train), len(own))
    # The raw stream of PCG64 is promised never to change (NEP 19).
    order = np.argsort(np.random.PCG64(VALIDATION_SEED).random_raw(len(mnist.train)), kind="stable")
    added = mnist.train.take(np.sort(order[:count]))
    return replace(
        dataset,
        train=own.joined(added),
        source=f"{dataset.source}, mixed with {count:,} training digits of {mnist.name}",
        sha256=hashlib.sha256(f"{dataset.sha256} {added.sha256}".encode()).hexdigest(),
        notice=" ".join(filter(None, (dataset.notice, mnist.notice))) or None,
        notice_details=" ".join(filter(None, (dataset.notice_details, mnist.notice_details))) or None,
        mixed_in={"name": mnist.name, "sha256": mnist.sha256, "images": count},
    )
