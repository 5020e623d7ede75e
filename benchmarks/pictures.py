"""Make README's picture: a page of real digits, half in shadow, and what the shipped model reads on it.

Usage: python benchmarks/pictures.py

The digits are MNIST's, from the offline sample; paper, tilt and shadow are made (evaluation/distortion/photo.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2

import digits
from digits.data.sample import load_sample
from digits.evaluation.distortion.photo import photograph
from digits.files import replacing
from digits.reading.drawing.overlay import draw_overlay

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
LINES = ("3141 5926", "535 8979", "32 38462")
SHADOW, SEED, WIDTH_PX = 0.45, 2, 760


def main() -> None:
    """Write photo.png and photo_read.png, and print what was read."""
    photo = photograph(load_sample("README's picture is made of it").train, LINES, shadow=SHADOW, seed=SEED)
    height = round(photo.shape[0] * WIDTH_PX / photo.shape[1])
    photo = cv2.resize(photo, (WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    steps = digits.load().explain(photo)
    _, png = cv2.imencode(".png", cv2.cvtColor(photo, cv2.COLOR_RGB2BGR))
    for name, data in (("photo.png", png.tobytes()), ("photo_read.png", draw_overlay(steps))):
        with replacing(PICTURES / name) as file:
            file.write(data)
    sys.stdout.write(steps.reading.text + "\n")


if __name__ == "__main__":
    main()
