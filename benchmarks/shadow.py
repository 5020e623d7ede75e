"""How many pages are read without a fault as a shadow over part of them grows darker. Zero-shot.

Usage: python benchmarks/shadow.py [--model RUN_OR_MODEL] [--pages 10]

The pages are made of digits from the offline sample (evaluation/distortion/photo.py). Prints a table and ends in one
JSON line.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import digits
from digits.data.sample import load_sample
from digits.evaluation.distortion.photo import photograph

LINES = ("3141 5926", "535 8979", "32 38462")
SHADOWS = (0.15, 0.3, 0.45, 0.6)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--pages", type=int, default=10, help="of each darkness")
    arguments = parser.parse_args()
    reader = digits.load(arguments.model)
    exact = {shadow: count_exact(reader, shadow, arguments.pages) for shadow in SHADOWS}
    for shadow, count in exact.items():
        sys.stdout.write(f"{shadow:.0%} of the light taken: {count} of {arguments.pages} pages exact\n")
    sys.stdout.write(json.dumps({"pages": arguments.pages, "exact": exact}) + "\n")


def count_exact(reader: digits.Reader, shadow: float, pages: int) -> int:
    """Return how many of ``pages`` photos are read digit for digit; spaces do not count."""
    examples = load_sample("the pages are made of it").test
    expected = "\n".join(LINES).replace(" ", "")
    photos = (photograph(examples, LINES, shadow=shadow, seed=seed) for seed in range(pages))
    return sum(reader.read(photo).text.replace(" ", "") == expected for photo in photos)


if __name__ == "__main__":
    main()
