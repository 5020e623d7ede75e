"""The Keras file in models/ is the network that the package ships, for who wants to train it on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.model.folder import open_model
from digits.training.backend import prepare
from digits.training.export.export import export

FILE = Path(__file__).parents[3] / "models" / "CNN_mnist.h5"


@pytest.mark.slow
def test_plain_keras_loads_it_and_answers_as_the_shipped_model(sample: Dataset) -> None:
    prepare(threads=2, bfloat16=False)  # before Keras wakes, as everywhere
    import keras

    model = keras.models.load_model(FILE)
    frames = sample.test.images[:200]
    reader = digits.load(threads=1, precision="float32")
    raw, _ = reader._classifier.run(frames)  # uncalibrated, as Keras gives them
    np.testing.assert_allclose(model.predict(frames[..., None] / np.float32(255), verbose=0), raw, atol=1e-4)
    assert model.optimizer is not None  # ready to train on


def test_it_is_what_the_export_writes_of_the_shipped_model(tmp_path: Path) -> None:
    """Made by ``digits export --format h5 --out models/CNN_mnist.h5``; that command again makes it anew."""
    made, kept = _contents(export(open_model(), "h5", tmp_path / "CNN_mnist.h5", threads=2).path), _contents(FILE)
    assert made.keys() == kept.keys()
    assert all(np.array_equal(made[name], kept[name]) for name in made)


def _contents(path: Path) -> dict[str, np.ndarray]:
    """Return every array of an HDF5 file, and the descriptions of the network and its training."""
    import h5py

    found: dict[str, np.ndarray] = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
        found |= {name: np.array(json.loads(file.attrs[name])) for name in ("model_config", "training_config")}
    return found
