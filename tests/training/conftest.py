"""Keras wakes with the two threads that every test trains with, whichever test comes first."""

from __future__ import annotations

import pytest

from digits.training.backend import prepare


@pytest.fixture(scope="session", autouse=True)
def _awake() -> None:
    prepare(threads=2, bfloat16=False)
