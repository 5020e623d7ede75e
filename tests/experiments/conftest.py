"""A whole run in seconds: 300 digits, two epochs."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from support import TINY_PLAN, Silence, few

from digits.data import Dataset
from digits.experiments.run import Run, run_experiment
from digits.training.backend import prepare


@pytest.fixture(scope="session", autouse=True)
def _few_distorted_images() -> Iterator[None]:
    """Robustness curves of the runs' reports from 20 images instead of 500: their tests are elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digits.experiments.run.ROBUSTNESS_IMAGES", 20)
        yield


@pytest.fixture(scope="session")
def small(sample: Dataset) -> Dataset:
    return few(sample)


@pytest.fixture(scope="session")
def run_and_imports(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, set[str]]:
    """A run, and the modules that it imported, TensorFlow's own left out."""
    prepare(threads=TINY_PLAN.threads, bfloat16=False)
    before = set(sys.modules)
    run = run_experiment(small, TINY_PLAN, out=tmp_path_factory.mktemp("runs"), name="tiny", progress=Silence())
    return run, set(sys.modules) - before


@pytest.fixture(scope="session")
def run(run_and_imports: tuple[Run, set[str]]) -> Run:
    return run_and_imports[0]
