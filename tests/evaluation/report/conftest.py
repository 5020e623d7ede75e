"""Runs that were never trained: their answers are made up, so that every figure of a page is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digits.data import LabelledImages
from digits.evaluation.distortion.robustness import measure_robustness
from digits.evaluation.evaluate import evaluate
from digits.evaluation.report.facts import RunFacts
from digits.evaluation.report.measure import MeasuredRun
from digits.reading.recognition.predictions import Predictions

RECIPE = {"name": "fast", "epochs": 2, "augmentation": {"shift_px": 2, "elastic_px": 0.0}}


class Answering:
    """Answers what is written as a grey value into the first pixel, or ``wrong`` at certain images."""

    def __init__(self, wrong: Mapping[int, int], notice: str | None) -> None:
        self.info = {"dataset": {"name": "elsewhere", "notice": notice}, "weights": {"sha256": "abc"}}
        self._wrong = wrong

    def classify_frames(self, frames: np.ndarray) -> Predictions:
        values = np.minimum(frames[:, 0, 0], 9).astype(np.int64)
        numbers = frames[:, 0, 1].astype(np.int64)
        for number, value in self._wrong.items():
            values[numbers == number] = value
        sureness = 0.5 + 0.49 * (numbers % 50) / 50
        probabilities = np.repeat((1 - sureness)[:, np.newaxis] / 9, 10, axis=1)
        probabilities[np.arange(len(frames)), values] = sureness
        rows = probabilities.astype(np.float32)
        return Predictions(values, rows.max(axis=1), rows, np.zeros((len(frames), 32), np.float32))


@pytest.fixture(autouse=True)
def _no_look_for_other_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped model would read these made-up images in eight forms, in vain: tests/data has that."""
    monkeypatch.setattr("digits.data.remarks.find_other_form", lambda _: None)


@pytest.fixture
def examples() -> LabelledImages:
    """200 images: the label in the first pixel, the image's number in the second."""
    labels = np.arange(200) % 10
    images = np.zeros((200, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = labels, np.arange(200)
    images[:, 8:20, 12:16] = 255
    return LabelledImages(images, labels)


@pytest.fixture
def make_run(examples: LabelledImages) -> Callable[..., MeasuredRun]:
    """Makes a measured run: ``wrong`` maps an image's number to the answer it gets."""

    def make(
        name: str = "one",
        *,
        wrong: Mapping[int, int] | None = None,
        seed: int = 0,
        recipe: Mapping[str, Any] = RECIPE,
        notice: str | None = None,
        robustness_images: int = 20,
        epochs: int = 2,
    ) -> MeasuredRun:
        reader = Answering({3: 8, 13: 8, 24: 9} if wrong is None else wrong, notice)
        history = tuple(
            {"epoch": float(e), "accuracy": 0.9, "loss": 0.3, "val_accuracy": 0.95, "val_loss": 0.2 / e, "seconds": 9.0}
            for e in range(1, epochs + 1)
        )
        config = {"recipe": recipe, "seed": seed, "threads": 2, "precision": "float32", "device": "cpu"}
        config |= {"machine": "a machine", "git_commit": None, "versions": {"python": "3.11"}}
        config["dataset"] = {"name": "elsewhere", "sha256": "d" * 64, "sizes": {"train": 10}}
        facts = RunFacts(
            name, Path("runs") / name, reader.info, config, {"seconds": {"training": 75.0, "whole_run": 90.0}}, history
        )
        evaluation = evaluate(reader, "own digits", examples)
        robustness = None
        if robustness_images:
            robustness = measure_robustness(reader, examples, count=robustness_images)
        return MeasuredRun(facts, evaluation, None, robustness)

    return make
