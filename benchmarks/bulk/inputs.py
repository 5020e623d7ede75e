"""A number and a seed go in; so many slightly varied digits lie in tar shards, in a Parquet table, or as files."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Images = npt.NDArray[np.uint8]
SHARD = 50_000


def vary(images: Images, count: int, seed: int = 0) -> Iterator[Images]:
    """Yield ``count`` of ``images``, uint8 (n, 28, 28), in turn, each turned by up to 8 degrees and moved by 2 px."""
    random = np.random.default_rng(seed)
    for i in range(count):
        matrix = cv2.getRotationMatrix2D((14, 14), float(random.uniform(-8, 8)), 1)
        matrix[:, 2] += random.uniform(-2, 2, 2)
        yield cv2.warpAffine(images[i % len(images)], matrix, (28, 28))


def write_shards(folder: Path, images: Images, count: int) -> Path:
    """Write PNG pictures into tar files of 50,000 each."""
    folder.mkdir(parents=True)
    varied = vary(images, count)
    for first in range(0, count, SHARD):
        with tarfile.open(folder / f"{first // SHARD:04}.tar", "w") as archive:
            for number in range(first, min(first + SHARD, count)):
                content = cv2.imencode(".png", next(varied))[1].tobytes()
                info = tarfile.TarInfo(f"{number:08}.png")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return folder


def write_frames(path: Path, images: Images, count: int) -> Path:
    """Write the same as raw frames into a Parquet table, 50,000 rows a group."""
    schema, varied = pa.schema([("frame", pa.binary(784))]), vary(images, count)
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, count, SHARD):
            rows = [next(varied).tobytes() for _ in range(min(SHARD, count - first))]
            writer.write_table(pa.table({"frame": pa.array(rows, pa.binary(784))}))
    return path


def write_files(folder: Path, images: Images, count: int) -> Path:
    """Write the same as files, one folder in all."""
    folder.mkdir(parents=True)
    for number, image in enumerate(vary(images, count)):
        cv2.imwrite(str(folder / f"{number:08}.png"), image)
    return folder


def write_pages(folder: Path, images: Images, count: int, seed: int = 0) -> Path:
    """Write pages of A5 at 150 dpi as JPEG files, each with ten lines of six digits."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(seed)
    for number in range(count):
        page = np.full((1240, 874), 235, np.uint8)
        for y in range(60, 1160, 110):
            for x in range(80, 80 + 6 * 56, 56):
                digit = cv2.resize(images[random.integers(len(images))], (56, 56), interpolation=cv2.INTER_CUBIC)
                page[y : y + 56, x : x + 56] -= (digit * 0.8).astype(np.uint8)
        noisy = page + random.normal(0, 4, page.shape)
        cv2.imwrite(str(folder / f"{number:05}.jpg"), noisy.clip(0, 255).astype(np.uint8))
    return folder
