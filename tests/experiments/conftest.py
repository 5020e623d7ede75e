"""A whole run in seconds: 300 digits, two epochs."""

from __future__ import annotations

import pytest
from support import TINY_PLAN, Silence, few

from digits.data import Dataset
from digits.experiments.run import Run, run_experiment


@pytest.fixture(scope="session")
def small(sample: Dataset) -> Dataset:
    return few(sample)


@pytest.fixture(scope="session")
def run(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_experiment(small, TINY_PLAN, out=tmp_path_factory.mktemp("runs"), name="tiny", progress=Silence())
