"""In: a model's answers. Out: the images to show: for each cell of the confusion matrix, most wrong, in doubt.

Images are shown as ink on paper, each a PNG inside the page. Nothing here measures.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from digits.data import LabelledImages
from digits.data.mnist import CONTESTED, is_mnist_test
from digits.evaluation.evaluate import Evaluation
from digits.evaluation.metrics import N_DIGITS
from digits.evaluation.pictures import most_wrong
from digits.reading.result import ByteArray, IntArray

# A page of the worst network, with every cell full, stays under 2 MB then.
ERRORS_PER_CELL, RIGHT_PER_CELL = 16, 8
MOST_WRONG_COUNT = 24
DOUBTS_COUNT = 24
# A label is in doubt where the network leaves it this probability at most.
DOUBT = 0.05


@dataclass(frozen=True)
class Shown:
    """One image: its place among those measured, from 0, its label, the answer, the confidence in each, in [0, 1]."""

    index: int
    label: int
    answer: int
    confidence: float
    label_probability: float
    picture: str
    is_contested: bool

    @property
    def is_right(self) -> bool:
        return self.answer == self.label


@dataclass(frozen=True)
class Cell:
    """``count`` images of ``true`` were answered with ``predicted``; ``shown`` are the surest of the errors.

    On the diagonal, where answers are right, they are the least sure answers.
    """

    true: int
    predicted: int
    count: int
    shown: tuple[Shown, ...]

    @property
    def is_right(self) -> bool:
        return self.true == self.predicted


class Mistakes:
    """What is shown of one evaluation; ``examples`` are those that were evaluated."""

    def __init__(self, evaluation: Evaluation, examples: LabelledImages) -> None:
        self._examples = examples
        self._probabilities = evaluation.predictions.probabilities
        self._answers: IntArray = self._probabilities.argmax(axis=1).astype(np.int64)
        self._confidence = self._probabilities.max(axis=1)
        self._label_probability = self._probabilities[np.arange(len(examples)), examples.labels]
        self._matrix = evaluation.metrics.confusion_matrix
        self._contested = CONTESTED if is_mnist_test(examples) else ()

    def cells(self) -> list[list[Cell]]:
        """Return the 10 rows, true digits, of 10 cells, predicted digits."""
        return [[self._cell(true, predicted) for predicted in range(N_DIGITS)] for true in range(N_DIGITS)]

    def most_wrong(self) -> list[Shown]:
        """Return the wrong answers the network was most sure of."""
        return self._show(most_wrong(self._examples.labels, self._probabilities, MOST_WRONG_COUNT))

    def contested(self) -> list[Shown]:
        """Return the 15 images of MNIST's test part whose label most people reject; none for another dataset."""
        return self._show(np.array(self._contested, np.int64))

    def doubts(self) -> tuple[int, list[Shown]]:
        """Return the number of labels that the network rejects, and their images but the contested, surest first."""
        doubted = np.flatnonzero((self._label_probability <= DOUBT) & (self._answers != self._examples.labels))
        others = doubted[~np.isin(doubted, self._contested)]
        order = np.argsort(self._label_probability[others], kind="stable")
        return len(doubted), self._show(others[order][:DOUBTS_COUNT])

    def _cell(self, true: int, predicted: int) -> Cell:
        members = np.flatnonzero((self._examples.labels == true) & (self._answers == predicted))
        surest_first = np.argsort(-self._confidence[members], kind="stable")
        if true == predicted:
            chosen = members[surest_first[::-1]][:RIGHT_PER_CELL]
        else:
            chosen = members[surest_first][:ERRORS_PER_CELL]
        return Cell(true, predicted, int(self._matrix[true, predicted]), tuple(self._show(chosen)))

    def _show(self, indices: npt.NDArray[np.integer]) -> list[Shown]:
        return [
            Shown(
                index=int(index),
                label=int(self._examples.labels[index]),
                answer=int(self._answers[index]),
                confidence=float(self._confidence[index]),
                label_probability=float(self._label_probability[index]),
                picture=to_data_uri(255 - self._examples.images[index]),
                is_contested=int(index) in self._contested,
            )
            for index in indices
        ]


def to_data_uri(image: ByteArray) -> str:
    """Return ``image`` uint8 (height, width) as a PNG in a data URI."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
