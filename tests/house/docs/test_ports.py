"""The code that people copy from the guides frames a digit as digits does, and the test vector is the model's own."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from blocks import blocks_of
from playwright.sync_api import Browser, Page

import digits
from digits.data import Dataset
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.stroke_width import LEAST_WIDTH, stroke_width

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
VECTOR = json.loads((DOCS / "test_vector.json").read_text(encoding="utf-8"))
SAVED = {block.saved_as: block.text for block in blocks_of(DOCS / "javascript.md") if block.saved_as}
RATIOS = (1, 1.5, 2, 3)
# The lowest level, in two corners far apart.
BLANK = [np.zeros((30, 40), np.uint8), np.outer(np.eye(200)[0] + np.eye(200)[199], np.eye(200)[0]).astype(np.uint8)]
Frame = Callable[[np.ndarray], "np.ndarray | None"]


@pytest.fixture(scope="module")
def in_python() -> Frame:
    """The guide's ``frame``, from ink uint8 to uint8 (28, 28), or None."""
    code = next(block.text for block in blocks_of(DOCS / "elsewhere.md") if block.language == "python")
    names: dict[str, Any] = {"np": np}
    functions = re.search(r"^def shares.*?return field\n\n", code, re.DOTALL | re.MULTILINE)
    assert functions
    exec(functions[0], names)

    def frame(ink: np.ndarray) -> np.ndarray | None:
        made = names["frame"](ink / 255)
        return None if made is None else np.rint(made * 255).astype(np.uint8)

    return frame


@pytest.fixture(scope="module")
def in_javascript(browser: Browser) -> Iterator[Frame]:
    """The same of ``frame.mjs``, in a browser."""
    page = browser.new_page()

    def frame(ink: np.ndarray) -> np.ndarray | None:
        made = page.evaluate(
            """async ([code, ink, width, height]) => {
                const { frame } = await import("data:text/javascript," + encodeURIComponent(code));
                const made = frame(ink.map((level) => level / 255), width, height);
                return made && Array.from(made, (value) => Math.round(value * 255));
            }""",
            [SAVED["frame.mjs"], ink.ravel().tolist(), ink.shape[1], ink.shape[0]],
        )
        return None if made is None else np.array(made, np.uint8).reshape(28, 28)

    yield frame
    page.close()


@pytest.fixture(scope="module")
def inks(sample: Dataset) -> list[np.ndarray]:
    """Digits, uint8 (height, width), as they are and at sizes of which many are halves when shrunk; with margins."""
    sides = [28, 57, 84, 111, 140, 200]
    images = sample.test.images[:60]
    inks = [
        cv2.resize(image, (sides[i % 6], sides[(i + 1) % 6]), interpolation=cv2.INTER_CUBIC) if i % 3 else image
        for i, image in enumerate(images)
    ]
    return [np.pad(ink, ((i % 5, 3), (0, i % 7))) for i, ink in enumerate(inks)]


@pytest.fixture(scope="module")
def shapes() -> list[np.ndarray]:
    """Upright strokes and rings, whose centre of mass lies just between two pixels; smaller than a frame's box too."""
    shapes = []
    for height, width in ((8, 3), (40, 9), (41, 10), (60, 33), (100, 61), (101, 60)):
        bar = np.full((height, width), 255, np.uint8)
        ring = np.zeros((height, width), np.uint8)
        axes = (max(1, (width - 1) // 2), (height - 1) // 2)
        cv2.ellipse(ring, (width // 2, height // 2), axes, 0, 0, 360, 255, max(1, width // 5), cv2.LINE_AA)
        shapes += [bar, ring, bar // 2]
    return shapes


def test_javascript_frames_exactly_as_the_documented_python(
    in_python: Frame, in_javascript: Frame, inks: list[np.ndarray], shapes: list[np.ndarray]
) -> None:
    for ink in [*inks, *shapes]:
        assert np.array_equal(in_javascript(ink), in_python(ink)), ink.shape


def test_both_frame_as_digits_to_a_level(in_python: Frame, inks: list[np.ndarray]) -> None:
    broad = [ink for ink in inks if max(_cut(ink).shape) >= 20 and _is_broad(_cut(ink))]
    assert len(broad) >= 30
    for ink in broad:
        ours = frame_digit((ink / 255).astype(np.float32)).astype(int)
        theirs = in_python(ink)
        assert theirs is not None
        assert np.abs(ours - theirs).max() <= 1


def test_mnist_images_keep_their_pixels(in_python: Frame, sample: Dataset) -> None:
    images = sample.test.images[60:160]
    assert all(np.array_equal(in_python(image), frame_digit((image / 255).astype(np.float32))) for image in images)


@pytest.mark.parametrize("ink", BLANK, ids=["no ink", "too faint"])
def test_where_nothing_is_drawn_there_is_no_frame(in_python: Frame, in_javascript: Frame, ink: np.ndarray) -> None:
    assert in_python(ink) is None
    assert in_javascript(ink) is None


def test_the_test_vector_is_of_the_shipped_model_and_framed_as_the_guides_frame(
    in_python: Frame, in_javascript: Frame, tmp_path: Path
) -> None:
    ink = np.array(VECTOR["ink"], np.uint8)
    expected = np.array(VECTOR["frame"], np.uint8).reshape(28, 28)
    for frame in (in_python, in_javascript, lambda ink: frame_digit((ink / 255).astype(np.float32))):
        assert np.array_equal(frame(ink), expected)
    made = tmp_path / "made.json"
    subprocess.run([sys.executable, DOCS / "make_test_vector.py", made], check=True)
    again = json.loads(made.read_text(encoding="utf-8"))
    what_to_do = "run python docs/make_test_vector.py"
    assert [again[key] for key in ("model_sha256", "frame")] == [VECTOR[key] for key in ("model_sha256", "frame")], (
        what_to_do
    )
    assert np.abs(np.subtract(again["probabilities"], VECTOR["probabilities"])).max() < 1e-5, what_to_do


def test_a_port_that_is_off_by_a_pixel_fails_the_test_vector() -> None:
    frame = np.array(VECTOR["frame"], np.uint8).reshape(28, 28)
    reader = digits.load(precision="float32", threads=1)
    moved = np.stack([frame, *(np.roll(frame, step, axis) for step in (-1, 1) for axis in (0, 1))])
    right, *wrong = reader.classify_frames(moved).probabilities
    assert min(np.abs(right - other).max() for other in wrong) > 0.01


@pytest.fixture(scope="module")
def site(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a folder as the guide has it: its files, the package and the model."""
    folder = tmp_path_factory.mktemp("site")
    for name, text in SAVED.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "node_modules").symlink_to(node_modules)
    shutil.copy(ROOT / "src" / "digits" / "model" / "shipped" / "model.onnx", folder / "digits.onnx")
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/draw.html"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.slow
@pytest.mark.parametrize("ratio", RATIOS)
def test_a_digit_drawn_on_any_screen_is_read_and_a_wiped_canvas_is_not(
    browser: Browser, site: str, ratio: float
) -> None:
    context = browser.new_context(device_scale_factor=ratio)
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site)
    _wait_for(page, "nothing is drawn")
    for points in (((80, 60), (80, 60), (200, 60)), ((200, 60), (140, 230))):
        _stroke(page, points)
    _wait_for(page, "7, ")
    assert float(page.locator("output").inner_text().split()[1]) > 99
    height = page.evaluate(
        """async () => {
            const { inkOf } = await import("./canvas.mjs");
            const { ink, width, height } = inkOf(document.querySelector("canvas"));
            const rows = Array.from({ length: height }, (_, y) => ink.subarray(y * width, (y + 1) * width));
            const inked = rows.flatMap((row, y) => row.some((value) => value > 0.5) ? [y] : []);
            return (inked.at(-1) - inked[0] + 1) / height;
        }"""
    )
    assert height == pytest.approx((170 + 280 / 12) / 280, abs=0.02)  # nothing is cut off, and the pen has its breadth
    page.get_by_role("button").click()
    _wait_for(page, "nothing is drawn")
    assert said == []
    context.close()


def _stroke(page: Page, points: tuple[tuple[int, int], ...]) -> None:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    for i, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=10)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def _wait_for(page: Page, beginning: str) -> None:
    page.wait_for_function(
        "beginning => document.querySelector('output').textContent.startsWith(beginning)", arg=beginning
    )


def _cut(ink: np.ndarray) -> np.ndarray:
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + height, x : x + width]


def _is_broad(cut: np.ndarray) -> bool:
    """Tell whether digits leaves the pen as it is."""
    return max(cut.shape) == 20 or stroke_width((cut / 255).astype(np.float32)) >= LEAST_WIDTH * max(cut.shape)
