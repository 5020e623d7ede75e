"""The files that Keras 2 is to load, loaded by it: TensorFlow 2.15 in an environment of its own."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digits.data import Dataset
from digits.model.folder import open_model
from digits.reading.recognition.network.classifier import Classifier
from digits.training.augmentation.augment import as_input
from digits.training.export.export import export, network_of
from digits.training.save import save_keras

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow

NEWEST_PYTHON = (3, 11)  # that TensorFlow 2.15, the last one with Keras 2, has wheels for
PACKAGE = f"tensorflow{'-cpu' if platform.machine() in ('x86_64', 'AMD64') else ''}==2.15.1"

ANSWER = """
import sys, numpy as np, tensorflow as tf
assert tf.version.VERSION.startswith("2.15")
frames, labels, answers, *paths = sys.argv[1:]
frames, labels = np.load(frames), np.eye(10)[np.load(labels)]
given = []
for path in paths:
    if path.endswith(".h5"):
        model = tf.keras.models.load_model(path)
        given.append(model.predict(frames, verbose=0))
        assert model.evaluate(frames, labels, verbose=0)[1] > 0.9
        assert np.isfinite(model.fit(frames, labels, verbose=0).history["loss"]).all()
    else:
        loaded = tf.saved_model.load(path)
        given.append(loaded.serve(frames).numpy())
        given.append(loaded.signatures["serving_default"](frames=tf.constant(frames))["output_0"].numpy())
np.save(answers, given)
"""


@pytest.fixture(scope="module")
def keras_2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds TensorFlow 2.15; the test's own pip fills it, which saves it one."""
    folder = tmp_path_factory.mktemp("keras-2")
    names = [sys.executable] if sys.version_info[:2] <= NEWEST_PYTHON else ["python3.11", "python3.10", "python3.9"]
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip("needs Python 3.9 to 3.11 beside this one: TensorFlow 2.15 has wheels for no later one")
    subprocess.run([found, "-m", "venv", "--without-pip", folder], check=True, capture_output=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile", PACKAGE]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"needs a package index with {PACKAGE}; pip says: {done.stderr.strip().splitlines()[-1]}")
    return python


def test_keras_2_loads_every_h5_and_calls_the_saved_model_with_the_same_answers(
    keras_2: Path, tmp_path: Path, sample: Dataset
) -> None:
    model = open_model()
    (tmp_path / "run").mkdir()
    save_keras(network_of(model, threads=2), tmp_path / "run")
    exported = [
        export(model, name, tmp_path / f"a{ending}").path for name, ending in (("h5", ".h5"), ("savedmodel", ""))
    ]
    paths = [ROOT / "models" / "CNN_mnist.h5", tmp_path / "run" / "CNN_mnist.h5", *exported]
    np.save(tmp_path / "frames.npy", as_input(sample.test.images))
    np.save(tmp_path / "labels.npy", sample.test.labels)
    arguments = [tmp_path / "frames.npy", tmp_path / "labels.npy", tmp_path / "answers.npy", *paths]
    done = subprocess.run([keras_2, "-c", ANSWER, *arguments], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    expected, _ = Classifier(model.weights).run(sample.test.images)
    for answers in np.load(tmp_path / "answers.npy"):
        np.testing.assert_allclose(answers, expected, atol=1e-5)
