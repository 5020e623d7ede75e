"""The Keras file in models/ is the network that the package ships, for who wants to train it on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import digits
from digits.data import Dataset
from digits.training.backend import prepare

FILE = Path(__file__).parents[2] / "models" / "CNN_mnist.h5"


def test_plain_keras_loads_it_and_answers_as_the_shipped_model(sample: Dataset) -> None:
    prepare(threads=2, bfloat16=False)  # before Keras wakes, as everywhere
    import keras

    model = keras.models.load_model(FILE)
    frames = sample.test.images[:200]
    reader = digits.load(threads=1, precision="float32")
    raw, _ = reader._classifier.run(frames)  # uncalibrated, as Keras gives them
    np.testing.assert_allclose(model.predict(frames[..., None] / np.float32(255), verbose=0), raw, atol=1e-4)
    assert model.optimizer is not None  # ready to train on
