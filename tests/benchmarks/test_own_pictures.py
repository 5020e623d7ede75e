"""The benchmark's mechanics; what it measures is no test's business."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from digits.data import Dataset

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "own_pictures.py"


def test_without_the_pictures_it_says_what_is_missing(tmp_path: Path) -> None:
    environment = os.environ | {"DIGITS_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "swiss_dev.npz is not here; set DIGITS_DATA" in done.stderr


def test_nobody_writes_both_training_and_test(sample: Dataset) -> None:
    import own_pictures

    pictures, writers = sample.train, np.arange(len(sample.train)) % 10
    who = {image.tobytes(): writer for image, writer in zip(pictures.images, writers, strict=True)}
    dataset = own_pictures.draw(pictures, writers, 200, seed=1)
    known, others = (
        {who[image.tobytes()] for part in parts for image in part.images}
        for parts in ((dataset.train, dataset.validation), (dataset.test,))
    )
    assert not known & others
    assert len(known) == len(others) == 5
    assert len(dataset.train) + len(dataset.validation) == 200
