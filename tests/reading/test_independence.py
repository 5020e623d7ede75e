"""The runtime reads where nothing of the training side can be imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("keras", "tensorflow", "matplotlib", "pandas", "scipy", "sklearn", "seaborn", "mlxtend", "onnx")

READING = f"""
import sys
for name in {HEAVY!r}:
    sys.modules[name] = None  # importing it now raises ImportError
import cv2
import numpy as np
import digits
reader = digits.load(threads=1)
frames = np.zeros((2, 28, 28), np.uint8)
frames[:, 4:24, 13:16] = 255
assert reader.classify_frames(frames).values.tolist() == [1, 1]
page = cv2.line(np.full((140, 140), 255, np.uint8), (74, 30), (66, 110), 0, 6, cv2.LINE_AA)
assert reader.classify([page])[0].value == 1
"""


def test_a_reading_needs_none_of_the_heavy_packages() -> None:
    done = subprocess.run([sys.executable, "-c", READING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_heavy_packages_are_installed_here_so_that_blocking_them_means_something() -> None:
    from importlib.util import find_spec

    pytest.importorskip("keras", reason="a light install has none of them")
    assert all(find_spec(name) for name in HEAVY)
