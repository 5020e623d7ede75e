"""In: a reader and labelled frames. Out: an ``Evaluation``.

It measures what users run: the exported model, through ``digits.reading``. It chooses and trains nothing; folder.py
writes the files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

import numpy as np

from digits.data import LabelledImages
from digits.data.mnist import is_mnist_test, is_mnist_train
from digits.data.remarks import about_images
from digits.evaluation.metrics import Metrics, measure
from digits.evaluation.notices import about_figures
from digits.reading.recognition.acceptance import Acceptance
from digits.reading.recognition.predictions import Predictions
from digits.reading.result import ByteArray, IntArray

# Where figures are kept, in the folder of an evaluation as in that of a run.
METRICS_FILE = "metrics.json"
# The reader batches by itself; this is only how often progress is told, a few times a second on one core.
FRAMES_PER_STEP = 512
MNIST, MNIST_SAMPLE = "mnist", "mnist-sample-5000"


class FrameReader(Protocol):
    """What ``digits.load`` returns, as far as measuring needs it."""

    @property
    def info(self) -> Mapping[str, Any]: ...

    def classify_frames(self, frames: ByteArray, /) -> Predictions: ...


@dataclass(frozen=True)
class Evaluation:
    """A reader's answers on a dataset and how good they are.

    ``seconds`` is the time spent classifying, without measuring. ``notices`` are sentences that must accompany the
    figures; none for an ordinary result. ``model_sha256`` is the hash of the weights, so that the figures can be traced
    to them. ``accepted`` is what ``with_acceptance`` adds.
    """

    name: str
    metrics: Metrics
    seconds: float
    predictions: Predictions
    notices: tuple[str, ...] = ()
    model_sha256: str | None = None
    accepted: Mapping[str, Any] | None = None

    @property
    def images_per_second(self) -> float:
        return self.metrics.n / self.seconds if self.seconds else float("inf")

    def to_dict(self) -> dict[str, Any]:
        """Everything but the predictions, for JSON."""
        return {
            "dataset": self.name,
            "measured": "the digit network alone",
            "model_sha256": self.model_sha256,
            "notices": list(self.notices),
            **self.metrics.to_dict(),
            "seconds": self.seconds,
            "images_per_second": self.images_per_second,
            **({"accept": dict(self.accepted)} if self.accepted else {}),
        }


def evaluate(
    reader: FrameReader,
    name: str,
    examples: LabelledImages,
    *,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Classify ``examples`` with ``reader`` and measure the answers; ``name`` is the dataset's.

    ``progress`` is called with the number of images done so far. Raises ``DataError`` without images, or when
    the answers are no probabilities.
    """
    parts = []
    started = time.perf_counter()
    for start in range(0, len(examples), FRAMES_PER_STEP):
        parts.append(reader.classify_frames(examples.images[start : start + FRAMES_PER_STEP]))
        if progress:
            progress(min(start + FRAMES_PER_STEP, len(examples)))
    seconds = time.perf_counter() - started
    predictions = _joined(parts)
    metrics = measure(predictions.probabilities, examples.labels)
    sha256 = (reader.info.get("weights") or {}).get("sha256")
    notices = (*find_notices(reader.info, name, examples), *about_figures(metrics))
    return Evaluation(name, metrics, seconds, predictions, notices, sha256)


def with_acceptance(evaluation: Evaluation, acceptance: Acceptance, labels: IntArray) -> Evaluation:
    """Return the evaluation with what was accepted, and under "here" what came of it on these images.

    Args:
        evaluation: of images with ``labels`` (n,).
        acceptance: what the model's own held-out digits bear out: a threshold of the digit network's confidence.
    """
    predictions = evaluation.predictions
    is_answered = predictions.confidence >= (acceptance.threshold or 0.0)
    answered = int(is_answered.sum())
    wrong = int((predictions.values != labels)[is_answered].sum())
    here = {
        "n": len(labels),
        "answered": answered,
        "wrong": wrong,
        "coverage": answered / len(labels),
        "accuracy": 1 - wrong / answered if answered else None,
    }
    return replace(evaluation, accepted=acceptance.to_dict() | {"here": here})


def find_notices(info: Mapping[str, Any], name: str, examples: LabelledImages) -> tuple[str, ...]:
    """The sentences that must accompany figures of the model ``info`` (its model.json) measured on ``examples``.

    ``name`` is their dataset's. The part that the model was trained on is recognized by its SHA-256 under any name; a
    selection of it, or another order, is not recognized.
    """
    trained_on = info.get("dataset") or {}
    notices = [_about_mnist(info, name, examples) or _about_training(trained_on, name, examples)]
    if trained_on.get("notice"):
        notices.append(f"The model's training data: {trained_on['notice']}")
    if info.get("training_notice"):
        notices.append(f"The model's training: {info['training_notice']}")
    notices.append((info.get("refusal") or {}).get("notice"))
    said = str(trained_on.get("notice"))  # a remark's subject in capitals is how one knows that it was made already
    remarks = [] if name in (MNIST, MNIST_SAMPLE) else about_images(examples)
    notices += [remark for remark in remarks if remark.partition(":")[0] not in said]
    return tuple(filter(None, notices))


def _about_mnist(info: Mapping[str, Any], name: str, examples: LabelledImages) -> str | None:
    """Say whether ``examples`` are MNIST's training digits, which a model has seen in its own training or before it."""
    trained_on = info.get("dataset") or {}
    sources = (trained_on.get("name"), (info.get("initial_weights") or {}).get("dataset"))
    seen = {*sources, (trained_on.get("mixed_in") or {}).get("name")}
    if MNIST not in seen or (name != MNIST_SAMPLE and not is_mnist_train(examples)):
        return None
    return (
        "NOT A TEST RESULT: these images are MNIST training digits, and this model was trained on them. Give the "
        "MNIST test set with --data or $DIGITS_DATA."
    )


def _about_training(trained_on: Mapping[str, Any], name: str, examples: LabelledImages) -> str | None:
    """Say whether ``examples`` were, or may have been, among the images that a model was trained on."""
    parts = trained_on.get("part_sha256") or {}
    if examples.sha256 == parts.get("test") or (trained_on.get("name") == MNIST and is_mnist_test(examples)):
        return None
    if examples.sha256 in parts.values():
        return (
            "NOT A TEST RESULT: this model was trained or tuned on all or most of these images. Its run's report has "
            "the result on the images held out for test."
        )
    if name == trained_on.get("name") and name != MNIST_SAMPLE:
        return (
            f"PERHAPS NOT A TEST RESULT: this model was trained on a dataset named {name} too. If some of these "
            "images were in it, the model has seen them in training."
        )
    return None


def _joined(parts: list[Predictions]) -> Predictions:
    return Predictions(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Predictions))
    )
