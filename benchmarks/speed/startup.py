"""How long a whole process takes from nothing to the digit in one image file, ours and the Keras equivalent."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

REPEATS = 5
OURS = "import sys, digits; print(digits.load(sys.argv[1]).classify([sys.argv[2]])[0].value)"
KERAS = """
import sys
import keras
import numpy as np
from PIL import Image
pixels = np.asarray(Image.open(sys.argv[2]).convert("L"), np.float32) / 255
print(keras.models.load_model(sys.argv[1]).predict(pixels[None, ..., None], verbose=0).argmax())
"""


def measure_startup(files: Path, skipped: dict[str, str]) -> dict[str, dict[str, object]]:
    """Return the seconds of each program, run in turns; a missing Keras is noted in ``skipped``."""
    image = files / "digit.png"
    Image.fromarray(np.load(files / "frames.npy")[0]).save(image)
    programs = {"digits": [sys.executable, "-c", OURS, str(files / "model"), str(image)]}
    network = files / "CNN_mnist.keras"
    try:
        from digits.model.folder import open_model
        from digits.training.export.export import export

        export(open_model(files / "model"), "keras", network)
        programs["keras"] = [sys.executable, "-c", KERAS, str(network), str(image)]
    except Exception as error:  # whatever a missing or broken TensorFlow raises: ours is measured all the same
        skipped["keras start-up"] = f"{type(error).__name__}: {error}".splitlines()[0]
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    answers = {}
    for _ in range(REPEATS):
        for name, command in programs.items():
            started = time.perf_counter()
            done = subprocess.run(
                command, capture_output=True, text=True, check=True, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
            )
            seconds[name].append(time.perf_counter() - started)
            answers[name] = done.stdout.split()[-1]
    if len(set(answers.values())) != 1:
        raise SystemExit(f"expected the programs to agree on the digit, got {answers}")
    return {
        name: {"median_s": statistics.median(values), "range_s": [min(values), max(values)], "n": len(values)}
        for name, values in seconds.items()
    }
