"""What people do without a batch: a pool that classifies picture by picture, and a plain Keras script.

Usage: python -m bulk.rivals pool|keras FOLDER
"""

from __future__ import annotations

import sys
from multiprocessing import get_context
from pathlib import Path

import digits

READER: digits.Reader | None = None


def open_reader() -> None:
    global READER
    READER = digits.load(threads=1)


def classify(path: str) -> int | None:
    assert READER
    return READER.classify([path])[0].value


def run_pool(folder: Path) -> int:
    """A plain ``Pool.map`` over files, a process a core."""
    with get_context("spawn").Pool(initializer=open_reader) as pool:
        return len(pool.map(classify, [str(path) for path in sorted(folder.iterdir())]))


def run_keras(folder: Path) -> int:
    """The seed's way: ``image_dataset_from_directory`` and ``predict`` with the same network."""
    import keras

    model = keras.models.load_model(Path(__file__).parents[2] / "models" / "CNN_mnist.h5", compile=False)
    pictures = keras.utils.image_dataset_from_directory(
        folder, labels=None, color_mode="grayscale", image_size=(28, 28), batch_size=64, shuffle=False
    )
    return len(model.predict(pictures.map(lambda x: x / 255.0), verbose=0))


if __name__ == "__main__":
    done = {"pool": run_pool, "keras": run_keras}[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(f"{done}\n")
