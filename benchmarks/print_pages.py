"""How many digits are read where there are none: on pages of print, and in a photograph of a person.

Usage: python benchmarks/print_pages.py [--model FOLDER] [--pages 40] [--out FILE]

Pages of words without a figure, in the seven typefaces that are kept from training and look like print (extra
``typefaces``), letters 16 to 40 px high; the same pages at every run. The photograph is one that matplotlib brings,
which no network was trained on, at four sizes, whole and in halves. Prints how many digits with a value a picture
gives, and one JSON line; a spread is the standard deviation over pictures drawn with replacement (bootstrap).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from measured import finish, share, versions_of

import digits
from digits.training.detector.composing.marks.typefaces import render
from digits.training.detector.composing.words import some_word
from digits.training.typefaces import HANDWRITING_LIKE, RESERVED, typefaces_to_measure

Picture = npt.NDArray[np.uint8]
SEED = 6
LETTER_PX, WIDTH_PX, ROWS = (16, 40), (600, 1100), (6, 20)
SIZES = (1.5, 1.0, 0.7, 0.5)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--out", type=Path, help="also write the JSON to this file")
    arguments = parser.parse_args()
    reader = digits.load(arguments.model)
    sets = {"pages of print": pages(arguments.pages), "photograph": photographs()}
    result: dict[str, Any] = {}
    for name, pictures in sets.items():
        result[name] = share([(count(reader, picture), 1) for picture in pictures])
        told = result[name]
        sys.stdout.write(f"{name:16}{told['mean']:6.2f} ± {told['spread']:.2f} digits a picture, n = {told['n']}\n")
    versions = versions_of("matplotlib", *(f"fontpkg-{slug}" for slug in sorted(RESERVED)))
    finish({"model_sha256": reader.info["weights"]["sha256"], "versions": versions, "sets": result}, arguments.out)


def count(reader: digits.Reader, picture: Picture) -> int:
    """Return how many digits a picture gives that have a value."""
    return sum(digit.value is not None for line in reader.read(picture).lines for digit in line.digits)


def pages(count: int) -> Iterator[Picture]:
    """Give pages of print."""
    faces = [str(one.files[0].path) for one in typefaces_to_measure() if one.slug not in HANDWRITING_LIKE]
    random = np.random.default_rng(SEED)
    for number in range(count):
        yield print_page(faces[number % len(faces)], random)


def print_page(face: str, random: np.random.Generator) -> Picture:
    """Return a page of words, dark on light, uint8."""
    height, width, rows = random.uniform(*LETTER_PX), int(random.integers(*WIDTH_PX)), int(random.integers(*ROWS))
    ink = np.zeros((int((1.8 * rows + 3) * height), width), np.float32)
    for row in range(rows):
        x, y = int(height), int((1 + 1.8 * row) * height)
        while x + (word := render(some_word(random), face, height).pixels).shape[1] < width - height:
            place = ink[y : y + word.shape[0], x : x + word.shape[1]]
            np.maximum(place, word[: len(place)], out=place)
            x += word.shape[1] + int(0.4 * height)
    grey = (235 - 200 * ink + random.normal(0, 3, ink.shape)).astype(np.float32)
    return np.asarray(np.clip(cv2.GaussianBlur(grey, (0, 0), random.uniform(0.4, 1)), 0, 255), np.uint8)


def photographs() -> Iterator[Picture]:
    """Give the photograph at several sizes, whole, its left half, and its lower half."""
    from matplotlib.cbook import get_sample_data

    photo = cv2.cvtColor(cv2.imread(str(get_sample_data("grace_hopper.jpg", asfileobj=False))), cv2.COLOR_BGR2RGB)
    for size in SIZES:
        some = np.asarray(cv2.resize(photo, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.uint8)
        yield some
        yield np.ascontiguousarray(some[:, : some.shape[1] // 2])
        yield some[some.shape[0] // 2 :]


if __name__ == "__main__":
    main()
