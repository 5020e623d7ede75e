"""Datasets as arrays: MNIST (cache, download, checksums), the offline sample, your own data.

In: a path, a variable, or nothing. Out: uint8 images and int64 labels. Nothing here scales pixels or trains.
"""

from __future__ import annotations

from digits.data.correction import Correction
from digits.data.dataset import Dataset, LabelledImages
from digits.data.places import load_dataset, load_labelled

__all__ = ["Correction", "Dataset", "LabelledImages", "load_dataset", "load_labelled"]
