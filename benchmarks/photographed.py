"""How pages and sudokus are read that were photographed otherwise: tilted, turned, darker, blurred, compressed.

Usage: python benchmarks/photographed.py [--model FOLDER] [--times 4] [--out FILE]

Every photo in pages_dev and sudoku_dev, in the folder that $DIGITS_DATA names, is changed in each way so many times, on
a dark table where the sheet no longer fills the picture. Prints a table and ends in one JSON line. How far the text
depends on the photograph tells more about a reader than a few photographs do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import sudoku
from lines import data_folder, measure, pages
from measured import finish

import digits

Photo = npt.NDArray[np.uint8]
Random = np.random.Generator
TABLE = (84, 66, 52)


def tilt(photo: Photo, random: Random, share: float = 0.05) -> Photo:
    """Look at it from another side: each corner moves by up to a share of the picture."""
    height, width = photo.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + random.uniform(-share, share, (4, 2)).astype(np.float32) * np.array([width, height], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    return _photo(cv2.warpPerspective(photo, matrix, (width, height), borderValue=TABLE))


def skew(photo: Photo, random: Random, degrees: float = 12) -> Photo:
    """Turn it by up to so many degrees, on a canvas that holds all of it."""
    height, width = photo.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(random.uniform(-degrees, degrees)), 1)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = int(height * sine + width * cosine), int(height * cosine + width * sine)
    matrix[:, 2] += (np.array(size) - (width, height)) / 2
    return _photo(cv2.warpAffine(photo, matrix, size, borderValue=TABLE))


def turn(photo: Photo, random: Random) -> Photo:
    """Turn it by 90, 180 or 270 degrees."""
    return _photo(np.rot90(photo, int(random.integers(1, 4))))


def darken(photo: Photo, random: Random) -> Photo:
    """Let the light fall off by 20 to 60 % from one side to the other."""
    height, width = photo.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    angle = random.uniform(0, 2 * np.pi)
    along = np.cos(angle) * columns / width + np.sin(angle) * rows / height
    along = (along - along.min()) / np.ptp(along)
    return _photo(photo * (1 - random.uniform(0.2, 0.6) * along)[..., np.newaxis])


def add_noise(photo: Photo, random: Random) -> Photo:
    """Add grain of 8 grey levels."""
    return _photo(photo + random.normal(0, 8, photo.shape))


def blur(photo: Photo, random: Random) -> Photo:
    """Out of focus by 0.8 to 1.6 pixels."""
    return _photo(cv2.GaussianBlur(photo, (0, 0), float(random.uniform(0.8, 1.6))))


def compress(photo: Photo, random: Random) -> Photo:
    """JPEG of quality 15 to 40."""
    file = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(15, 40))])[1]
    return _photo(cv2.imdecode(file, cv2.IMREAD_COLOR))


def shrink(photo: Photo, random: Random) -> Photo:
    """Half to four fifths of its pixels a side."""
    scale = float(random.uniform(0.5, 0.8))
    return _photo(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def enlarge(photo: Photo, random: Random) -> Photo:
    """One and a third to nearly twice its pixels a side."""
    scale = float(random.uniform(1.3, 1.8))
    return _photo(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))


def several(photo: Photo, random: Random) -> Photo:
    """A little tilted and skewed, in worse light, compressed."""
    return compress(darken(skew(tilt(photo, random, 0.03), random, 8), random), random)


AS_THEY_ARE = "as they are"
CHANGES = (tilt, skew, turn, darken, add_noise, blur, compress, shrink, enlarge, several)
WAYS: dict[str, Callable[[Photo, Random], Photo]] = {
    AS_THEY_ARE: lambda photo, _: photo,
    **{change.__name__: change for change in CHANGES},
}


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--times", type=int, default=4, help="how often each photo is changed in each way")
    parser.add_argument("--out", type=Path, help="also write the JSON to this file")
    arguments = parser.parse_args()
    folder = data_folder()
    if not folder or not all((folder / name / "labels.csv").is_file() for name in ("pages_dev", "sudoku_dev")):
        sys.exit("left out: no pages_dev and sudoku_dev in $DIGITS_DATA")
    result = measure_ways(digits.load(arguments.model), folder, arguments.times)
    sys.stdout.write(f"{'':12}{'pages':>6}{'lines exact':>13}{'digits right':>14}{'sudokus':>9}{'cells right':>13}\n")
    for way, row in result.items():
        sys.stdout.write(f"{way:12}{row['pages']:6}{row['lines_exact']:13.1%}{row['digits_right']:14.1%}")
        sys.stdout.write(f"{row['sudokus']:9}{row['cells_right']:13.1%}\n")
    finish(result, arguments.out)


def measure_ways(reader: digits.Reader, folder: Path, times: int) -> dict[str, dict[str, float]]:
    """Return for the photos as they are, and for each way, how many there are and what is right.

    ``lines_exact`` and ``digits_right`` of pages, ``cells_right`` of sudokus' digits, printed and written.
    """
    result = {}
    for way in WAYS:
        shots = partial(_photograph, way=way, times=times)
        changed = ((shot, text) for path, text in pages(folder / "pages_dev") for shot in shots(Path(str(path))))
        lines = measure(reader, changed)
        cells = sudoku.measure(reader, folder / "sudoku_dev", shots)
        written, printed = cells["handwritten"], cells["printed"]
        right = sum(kind["right"] * kind["cells"] for kind in (written, printed))
        result[way] = {
            "pages": lines["pictures"],
            "lines": lines["lines"],
            "lines_exact": lines["lines_exact"],
            "digits_right": lines["digits_right"],
            "sudokus": cells["photos"],
            "cells": written["cells"] + printed["cells"],
            "cells_right": right / (written["cells"] + printed["cells"]),
        }
    return result


def _photograph(path: Path, *, way: str, times: int) -> Iterator[Photo]:
    """Give the photo, uint8 (height, width, 3), as it is, or changed so many times; what comes depends on its name."""
    photo = _photo(cv2.imread(str(path)))
    name = int.from_bytes(path.name.encode(), "big")
    if way == AS_THEY_ARE:
        times = 1
    for k in range(times):
        yield _photo(WAYS[way](photo, np.random.default_rng((k, name)))[..., ::-1])


def _photo(values: Any) -> Photo:
    """Return uint8 (height, width, 3) in 0-255, in one piece."""
    return np.ascontiguousarray(np.clip(values, 0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
