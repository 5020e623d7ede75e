"""What is asked: real digits as pictures, frames and pages; and the same work in this process, one thing at a time."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

import digits
from digits.data.sample import load_sample

PICTURE_PX = 140
PAGE = Path(__file__).parents[2] / "docs" / "pictures" / "photo.png"
Frames = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Work:
    """One kind of request: where it goes, its bodies, and the same work in process, for body ``number``."""

    name: str
    path: str
    bodies: list[bytes]
    headers: dict[str, str]
    in_process: Callable[[digits.Reader, int], object]
    digits: int = 1  # a request

    @property
    def encoded(self) -> list[str]:
        return [base64.b64encode(body).decode() for body in self.bodies]


def make_works() -> list[Work]:
    """Return what the benchmark asks."""
    images = load_sample("the benchmark asks about its digits").test.images[::5]
    pictures = [draw(image) for image in images]
    page = PAGE.read_bytes()
    hundred = np.ascontiguousarray(images)
    return [
        Work("classify", "/v1/classify", pictures, {}, lambda reader, n: reader.classify([pictures[n % 100]])),
        _infer("infer, 1 frame", [image[None] for image in images]),
        _infer("infer, 100 frames", [hundred]),
        Work("read", "/v1/read", [page], {}, lambda reader, _: reader.read(page), digits=22),
    ]


def draw(image: Frames) -> bytes:
    """Return a digit as a canvas gives it: dark on white, larger than a frame."""
    file = io.BytesIO()
    Image.fromarray(255 - image).resize((PICTURE_PX, PICTURE_PX), Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()


def measure_in_process(work: Work, seconds: float) -> dict[str, float]:
    """Return how often a second one thread does ``work``, one request at a time, without a server."""
    reader = digits.load(threads=1)
    for number in range(3):
        work.in_process(reader, number)
    spent: list[float] = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        work.in_process(reader, len(spent))
        spent.append(time.perf_counter() - began)
    return {"per_second": round(len(spent) / sum(spent), 1), "p50_ms": round(float(np.median(spent)) * 1e3, 3)}


def _infer(name: str, groups: list[Frames]) -> Work:
    count = len(groups[0])
    size = groups[0].nbytes
    told = {"name": "frames", "datatype": "UINT8", "shape": [count, 28, 28], "parameters": {"binary_data_size": size}}
    head = json.dumps({"inputs": [told], "parameters": {"binary_data_output": True}}).encode()
    bodies = [head + frames.tobytes() for frames in groups]
    headers = {"Inference-Header-Content-Length": str(len(head))}
    return Work(
        name,
        "/v2/models/digits/infer",
        bodies,
        headers,
        lambda reader, n: reader.classify_frames(groups[n % len(groups)]),
        count,
    )
