"""The parts of the work alone, on one thread: what their sum allows is what a batch can reach."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

import digits

COUNT = 5_000


def time_parts(shard: Path, count: int = COUNT) -> dict[str, float]:
    """Return the seconds for a picture of a shard: to read it, decode it, frame it, and ask the networks."""
    reader, seconds = digits.load(threads=1), {}

    begun = time.perf_counter()
    packed = []
    with tarfile.open(shard) as archive:
        while len(packed) < count and (member := archive.next()):
            content = archive.extractfile(member)
            packed.append(content.read() if content else b"")
    seconds["read"] = time.perf_counter() - begun

    begun = time.perf_counter()
    pictures = [np.asarray(Image.open(io.BytesIO(each))) for each in packed]
    seconds["decode"] = time.perf_counter() - begun

    begun = time.perf_counter()
    frames = np.stack([digits.frame(picture) for picture in pictures])
    seconds["frame"] = time.perf_counter() - begun

    begun = time.perf_counter()
    for first in range(0, len(packed), 64):
        reader.classify(packed[first : first + 64])
    whole = time.perf_counter() - begun
    seconds["classify, in all"] = whole
    begun = time.perf_counter()
    reader.classify_frames(frames)
    seconds["digit network"] = time.perf_counter() - begun
    return {part: spent / len(packed) for part, spent in seconds.items()}
