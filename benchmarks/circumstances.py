"""How numbers are read that stand askew, on squared paper, on a note on a table, beside words, holes, slashes, folds.

Usage: python benchmarks/circumstances.py [--model FOLDER] [--pages 40] [--out FILE]

Pages are made of those of MNIST's validation digits that the digit network is sure of, and right about: what is lost is
lost to the circumstances. README's figures are of all of MNIST's, with $DIGITS_DATA set. Prints the share of pages that
is exact, all numbers and nothing else, and one JSON line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from measured import finish
from mnist_pictures.mnist_lines import digits_of

import digits

Ink = npt.NDArray[np.float32]
Photo = npt.NDArray[np.uint8]
Random = np.random.Generator
PAPER, PEN, SURE = 235.0, 40.0, 0.99
WORDS = ("Total", "Meter", "Amount", "Konto", "Date", "Summe", "Name", "Score", "Room", "Order", "Price", "Phone")
FONTS = (cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_TRIPLEX)


class Writer:
    """Writes numbers of MNIST's validation digits, and remembers which."""

    def __init__(self, images: Photo, labels: npt.NDArray[np.int64], random: Random) -> None:
        self.random = random
        self.images, self.labels = images, labels
        self.lines: list[str] = []

    def number(self, count: int) -> Ink:
        """Return the ink of a number, float32 in [0, 1], its digits 40 px high, and remember it as a line."""
        chosen = self.random.integers(0, len(self.images), count)
        self.lines.append("".join(str(self.labels[i]) for i in chosen))
        columns = [np.zeros((56, 0), np.float32)]
        for i in chosen:
            digit = cv2.resize(self.images[i], (56, 56), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
            inked = np.flatnonzero(digit.max(axis=0) > 0.1)
            columns += [
                digit[:, inked[0] : inked[-1] + 1],
                np.zeros((56, int(self.random.integers(6, 22))), np.float32),
            ]
        return np.concatenate(columns, axis=1)

    def page(self, rows: int, count: int, *, left: int = 40, size: tuple[int, int] | None = None) -> Ink:
        """Return a page with so many numbers, one under the other."""
        page = np.zeros(size or (80 * rows + 80, left + 56 * count + 80), np.float32)
        for row in range(rows):
            self.put(page, self.number(count), left, 40 + 80 * row)
        return page

    def put(self, page: Ink, ink: Ink, x: int, y: int) -> int:
        """Write on the page; return the column where that ends."""
        place = page[y : y + ink.shape[0], x : x + ink.shape[1]]
        np.maximum(place, ink[: place.shape[0], : place.shape[1]], out=place)
        return x + ink.shape[1]


def shoot(ink: Ink, random: Random, paper: Ink | float = PAPER) -> Photo:
    """Return the page as a picture, a little blurred and noisy."""
    grey = cv2.GaussianBlur((paper + (PEN - paper) * ink).astype(np.float32), (0, 0), 0.6)
    return np.clip(grey + random.normal(0, 3, ink.shape), 0, 255).astype(np.uint8)


def turned(photo: Photo, degrees: float, around: float = PAPER) -> Photo:
    """Return the picture turned, on a canvas that holds all of it."""
    height, width = photo.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = int(height * sine + width * cosine), int(height * cosine + width * sine)
    matrix[:, 2] += (np.array(size) - (width, height)) / 2
    return np.asarray(cv2.warpAffine(photo, matrix, size, borderValue=(around,)), np.uint8)


def plain(writer: Writer) -> Photo:
    """Two numbers on clean paper."""
    return shoot(writer.page(2, 5), writer.random)


def askew(writer: Writer) -> Photo:
    """One number, askew by 15 degrees."""
    return turned(shoot(writer.page(1, 5), writer.random), float(writer.random.choice([-15, 15])))


def upside_down(writer: Writer) -> Photo:
    """Three numbers upside down."""
    return np.ascontiguousarray(np.rot90(shoot(writer.page(3, 5), writer.random), 2))


def squares_askew(writer: Writer) -> Photo:
    """Three numbers on squared paper, askew by up to 10 degrees, the squares dark or light."""
    large = cv2.resize(writer.page(3, 5, size=(420, 640)), None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    paper, side = np.full(large.shape, PAPER, np.float32), int(writer.random.integers(60, 100))
    grey = float(writer.random.uniform(110, 200))
    for line in range(int(writer.random.integers(2, 5))):
        paper[line::side] = paper[:, line::side] = grey
    return turned(shoot(np.clip(large, 0, 1), writer.random, paper), float(writer.random.uniform(-10, 10)))


def on_wood(writer: Writer) -> Photo:
    """A note on a wooden table."""
    grain = writer.random.normal(95, 18, (60, 4)).astype(np.float32)
    return _lay(writer, cv2.resize(grain, (1000, 840), interpolation=cv2.INTER_CUBIC))


def on_cloth(writer: Writer) -> Photo:
    """A note on a patterned cloth."""
    rows, columns = np.mgrid[:840, :1000].astype(np.float32)
    return _lay(writer, 90 + 12 * np.sin(rows / 4) + 12 * np.sin(columns / 4))


def _lay(writer: Writer, table: Ink) -> Photo:
    note = shoot(writer.page(int(writer.random.integers(1, 4)), 5), writer.random)
    degrees = float(writer.random.uniform(-12, 12))
    there = turned(np.full_like(note, 255), degrees, 0) > 127
    photo, (height, width) = table.copy(), there.shape
    y, x = (int(writer.random.integers(0, side - own)) for side, own in zip(table.shape, there.shape, strict=True))
    place = photo[y : y + height, x : x + width]
    place[there] = turned(note, degrees, 0)[there]
    return np.clip(photo + writer.random.normal(0, 3, photo.shape), 0, 255).astype(np.uint8)


def folded(writer: Writer) -> Photo:
    """Three numbers on a page with a fold from top to bottom."""
    ink = writer.page(3, 5)
    shade = np.full(ink.shape, PAPER, np.float32)
    left = int(writer.random.integers(60, 300))
    shade[:, left : left + 4] -= 45
    return shoot(ink, writer.random, shade)


def punched(writer: Writer) -> Photo:
    """Four numbers beside two holes for a file."""
    page = writer.page(4, 5, left=110)
    for y in (60, page.shape[0] - 60):
        cv2.circle(page, (40, y), 18, (1,), -1, cv2.LINE_AA)
    return shoot(page, writer.random)


def dated(writer: Writer) -> Photo:
    """A date with slashes."""
    page, x = np.zeros((160, 800), np.float32), 40
    for k, count in enumerate((2, 2, 4)):
        x = writer.put(page, writer.number(count), x, 50)
        if k < 2:
            lean, half = int(writer.random.integers(12, 34)), int(writer.random.integers(26, 36))
            cv2.line(page, (x, 78 + half), (x + lean, 78 - half), (1,), int(writer.random.integers(2, 5)), cv2.LINE_AA)
            x += lean + int(writer.random.integers(6, 14))
    writer.lines = ["".join(writer.lines)]
    return shoot(page, writer.random)


def bracketed(writer: Writer) -> Photo:
    """A list with a bracket behind each item's number."""
    page = np.zeros((380, 420), np.float32)
    for row in range(4):
        x = writer.put(page, writer.number(1), 30, 30 + 84 * row)
        cv2.ellipse(page, (x, 58 + 84 * row), (12, 32), 0, -70, 70, (1,), 3, cv2.LINE_AA)
        writer.put(page, writer.number(3), 140, 30 + 84 * row)
    writer.lines = ["".join(writer.lines[k : k + 2]) for k in range(0, 8, 2)]
    return shoot(page, writer.random)


def labelled(writer: Writer) -> Photo:
    """Four numbers, a printed word before each."""
    photo = shoot(writer.page(4, 5, left=320), writer.random)
    for row in range(4):
        word, font = WORDS[writer.random.integers(len(WORDS))], FONTS[writer.random.integers(len(FONTS))]
        cv2.putText(photo, word, (30, 84 + 80 * row), font, 1.2, (PEN,), 2, cv2.LINE_AA)
    return photo


KINDS: tuple[Callable[[Writer], Photo], ...] = (
    *(plain, askew, upside_down, squares_askew, on_wood, on_cloth),
    *(folded, punched, dated, bracketed, labelled),
)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--pages", type=int, default=40, help="how many of each kind")
    parser.add_argument("--out", type=Path, help="also write the JSON to this file")
    arguments = parser.parse_args()
    reader, result = digits.load(arguments.model), {}
    for kind in KINDS:
        result[kind.__name__] = {"pages": arguments.pages, "exact": measure(reader, kind, arguments.pages)}
        sys.stdout.write(f"{result[kind.__name__]['exact']:7.1%}  {(kind.__doc__ or '').splitlines()[0]}\n")
    finish(result, arguments.out)


@cache
def clear_digits(reader: digits.Reader) -> tuple[Photo, npt.NDArray[np.int64]]:
    """Return the validation digits that the digit network is sure of, and right about."""
    images, labels = digits_of("validation")
    answers = reader.classify_frames(images)
    is_clear = (answers.values == labels) & (answers.confidence >= SURE)
    return images[is_clear], labels[is_clear]


def measure(reader: digits.Reader, kind: Callable[[Writer], Photo], pages: int) -> float:
    """Return the share of pages of one kind that are read exactly, spaces aside."""
    random, exact, (images, labels) = np.random.default_rng(1), 0, clear_digits(reader)
    for _ in range(pages):
        writer = Writer(images, labels, random)
        photo = kind(writer)
        exact += reader.read(photo).text.replace(" ", "").split("\n") == writer.lines
    return exact / pages


if __name__ == "__main__":
    main()
