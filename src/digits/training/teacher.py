"""Frames go in, the answers of a larger network come out, for the small one to learn (Hinton, Vinyals, Dean 2015).

The teacher sees each varied image as its pupil sees it, as in Beyer et al. 2022, "Knowledge distillation: a good
teacher is patient and consistent": of a doubtful or mislabelled image it knows more than the label says.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from digits.training.backend import FLOAT32
from digits.training.network import stack
from digits.training.recipe import Recipe

# Twice as deep before the dense layer, and wider: 0.9 million parameters, three times the arithmetic.
CONVOLUTIONS = ((32, False), (64, True), (96, False), (96, True), (160, False), (160, True))
DENSE_UNITS = 64
NAME = "teacher"
EPOCHS_SHARE = 0.6  # it needs fewer than its pupil


def teacher_of(pupil: Recipe) -> Recipe:
    """Return how the teacher of a network trained by ``pupil`` is trained: on the same variations, with dropout."""
    return replace(
        pupil,
        name=NAME,
        epochs=math.ceil(EPOCHS_SHARE * pupil.epochs),
        min_steps=round(EPOCHS_SHARE * pupil.min_steps),
        conv_dropout=0.1,
        dense_dropout=0.3,
        taught=False,
    )


def build_teacher(recipe: Recipe, *, precision: str = FLOAT32, seed: int = 0) -> Any:
    """Return the untrained teacher, a ``keras.Model`` from (n, 28, 28, 1) to probabilities float32 (n, 10)."""
    return stack(CONVOLUTIONS, DENSE_UNITS, recipe, precision=precision, seed=seed, name="teacher")


def ask(teacher: Any, batches: Any) -> Any:
    """Return the ``tf.data.Dataset`` of ``batches`` with the teacher's probabilities in place of the labels."""

    def answer(images: Any, _labels: Any) -> Any:
        return images, teacher(images, training=False)

    return batches.map(answer)
