"""How well the reader knows what is no digit: what it refuses, and how the scores of others rank the same pictures.

Usage: python benchmarks/trust.py [--model FOLDER] [--most 2000] [--out FILE]

Single pictures go through ``Reader.classify``. Digits are MNIST's validation and test digits, drawn as on a canvas, and
of $DIGITS_DATA the digits of other hands (those of canvas_dev are pen strokes that the networks were trained on); what
is none comes from there too (clothes, doodles, scribbles, characters of other scripts), and letters are made here, one
in each picture, of the ten typefaces that are kept from training (extra ``typefaces``): printed in the seven that look
like print, and in the three that look like handwriting bent as training bends such letters, in four ways each. That is
no real handwriting, and the networks were trained on letters made the same way of other typefaces. What is missing is
left out, and the table says so.

``refused``: the share that gets no value, whatever the reason. The area under the ROC curve (AUROC) tells how often a
digit of the validation set ranks above one of these: by the reader's presence, its confidence, and by the digit network
alone with the scores of Hendrycks and Gimpel (softmax, 2017), Liu et al. (energy, 2020) and Lee et al. (Mahalanobis,
2018).
"""

from __future__ import annotations

import argparse
import os
import string
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from measured import finish, percent, versions_of

import digits
from digits.data import load_dataset
from digits.model.folder import open_model
from digits.training.detector.composing.marks.typefaces import render
from digits.training.detector.composing.words import bent
from digits.training.typefaces import HANDWRITING_LIKE, RESERVED, typefaces_to_measure

Image = npt.NDArray[np.uint8]
Scores = dict[str, npt.NDArray[np.float64]]
HANDS = ("swiss_dev", "usps_test", "canvas_dev")
NO_DIGITS = ("fashion", "doodles", "scribbles", "foreign_characters")
# Capitals and small letters that no digit looks like.
LETTERS = "".join(each for each in string.ascii_letters if each not in "OoIlDQSsZzBGqgb")
CANVAS_PX, LETTER_PX = 140, 60
# Each letter like handwriting is bent in so many ways, the same at every run.
BENDS, SEED = 4, 5
REFERENCES = 5000


def main() -> None:
    """Measure, print, and write where ``--out`` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--most", type=int, default=2000, help="pictures of each set at most")
    parser.add_argument("--out", type=Path, help="also write the result to this JSON file")
    arguments = parser.parse_args()
    reader, dataset = digits.load(arguments.model), load_dataset()
    scorer = Scorer(
        reader, open_model(arguments.model).weights, dataset.train.images[:REFERENCES], dataset.train.labels
    )
    drawn = (draw(image) for image in dataset.validation.images[: arguments.most])
    known = scorer.score(drawn)
    sets = {"MNIST validation": row(known, known, is_digit=True)}
    for name, pictures in find_sets(dataset.test.images, arguments.most):
        sets[name] = row(scorer.score(pictures), known, is_digit=name.startswith(("MNIST", *HANDS)))
        sys.stdout.write(told(name, sets[name]))
        sys.stdout.flush()
    versions = versions_of("onnx", *(f"fontpkg-{slug}" for slug in sorted(RESERVED)))
    finish({"model_sha256": reader.info["weights"]["sha256"], "versions": versions, "sets": sets}, arguments.out)


def find_sets(test: Image, most: int) -> Iterable[tuple[str, Iterable[Image]]]:
    """Give what there is, by name: pictures dark on white, or as the set has them."""
    yield "MNIST test", (draw(image) for image in test[:most])
    folder = os.environ.get("DIGITS_DATA")
    for name in (*HANDS, *(f"not_digits_{kind}" for kind in NO_DIGITS)):
        path = Path(folder or ".") / f"{name}.npz"
        if not folder or not path.exists():
            sys.stdout.write(f"{name}: not measured, $DIGITS_DATA has no {path.name}\n")
            continue
        with np.load(path, allow_pickle=False) as stored:
            images = stored["images"][:: max(1, len(stored["images"]) // most)][:most]
            sizes = stored["size"][:: max(1, len(stored["images"]) // most)][:most] if "size" in stored.files else None
        yield name, (image if sizes is None else image[: sizes[i][0], : sizes[i][1]] for i, image in enumerate(images))
    families = typefaces_to_measure()
    printed = [str(family.files[0].path) for family in families if family.slug not in HANDWRITING_LIKE]
    handlike = [str(family.files[0].path) for family in families if family.slug in HANDWRITING_LIKE]
    yield "printed letters", [write(letter, face) for face in printed for letter in LETTERS]
    random = np.random.default_rng(SEED)
    yield (
        "letters like handwriting",
        [write(letter, face, random) for face in handlike for letter in LETTERS for _ in range(BENDS)],
    )


def draw(image: Image) -> Image:
    """Return an MNIST digit as a canvas gives it: dark on white, larger than a frame."""
    return np.asarray(cv2.resize(255 - image, (CANVAS_PX, CANVAS_PX), interpolation=cv2.INTER_CUBIC), np.uint8)


def write(letter: str, face: str, random: np.random.Generator | None = None) -> Image:
    """Return a letter, dark on white, with room around it; printed, or where ``random`` is given bent as by a hand."""
    pixels = render(letter, face, LETTER_PX).pixels
    ink = np.pad(pixels if random is None else bent(pixels, LETTER_PX, random), LETTER_PX // 2)
    return np.asarray(255 - np.rint(ink * 235), np.uint8)


class Scorer:
    """Scores pictures; larger is more of a digit.

    Args:
        reader: what classifies.
        weights: the digit network's ONNX file.
        images: training digits, uint8 (n, 28, 28), for the means of the classes' features.
        labels: their labels, (n,) or more.
    """

    def __init__(self, reader: digits.Reader, weights: bytes, images: Image, labels: npt.NDArray[np.integer]) -> None:
        from onnx import load_from_string, numpy_helper

        self._reader = reader
        arrays = {each.name: numpy_helper.to_array(each) for each in load_from_string(weights).graph.initializer}
        kernel, bias = (arrays[f"probabilities.{part}"].astype(np.float64) for part in ("kernel", "bias"))
        self._kernel, self._bias = kernel if kernel.shape[0] == 32 else kernel.T, bias
        features = reader.classify_frames(images).features.astype(np.float64)
        self._means = np.stack([features[labels[: len(images)] == value].mean(axis=0) for value in range(10)])
        centred = features - self._means[labels[: len(images)]]
        self._precision = np.linalg.pinv(centred.T @ centred / len(centred))

    def score(self, pictures: Iterable[Image]) -> Scores:
        """Return "refused" (0 or 1), and a score by name, each float64 (n,)."""
        shown = list(pictures)
        answers = [digit for i in range(0, len(shown), 64) for digit in self._reader.classify(shown[i : i + 64])]
        alone = self._reader.classify_frames(np.stack([digits.frame(picture) for picture in shown]))
        features = alone.features.astype(np.float64)
        logits = features @ self._kernel + self._bias
        away = features[:, None] - self._means[None]
        mahalanobis = np.einsum("nkd,de,nke->nk", away, self._precision, away).min(axis=1)
        return {
            "refused": np.array([float(digit.value is None) for digit in answers]),
            "presence": np.array([digit.presence or 0.0 for digit in answers]),
            "confidence": np.array([digit.confidence for digit in answers]),
            "softmax": alone.confidence.astype(np.float64),
            "energy": np.logaddexp.reduce(logits, axis=1),
            "Mahalanobis": -mahalanobis,
        }


def row(scores: Scores, known: Scores, *, is_digit: bool) -> dict[str, Any]:
    """Return how many there are, the share refused, and for what is no digit each score's AUROC against ``known``."""
    told: dict[str, Any] = {"n": len(scores["refused"]), "refused": float(scores["refused"].mean())}
    if not is_digit:
        told["auroc"] = {name: auroc(known[name], own) for name, own in scores.items() if name != "refused"}
    return told


def auroc(above: npt.NDArray[np.float64], below: npt.NDArray[np.float64]) -> float:
    """Return how often one of ``above`` is larger than one of ``below``; a tie counts half."""
    order = np.sort(below)
    less = np.searchsorted(order, above, side="left") + np.searchsorted(order, above, side="right")
    return float(less.mean() / 2 / len(below))


def told(name: str, measured: dict[str, Any]) -> str:
    ranks = ", ".join(f"{score} {value:.4f}" for score, value in measured.get("auroc", {}).items())
    return f"{name:32}{measured['n']:>6,}  refused {percent(measured['refused']):>7}  {ranks}\n"


if __name__ == "__main__":
    main()
