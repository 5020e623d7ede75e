"""A composed page goes in, what the detector is shown comes out: a crop as a camera takes it, and the answer to it.

Each look at a page is another crop: turned, sheared, scaled, in either polarity, blurred, noisy, compressed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import ByteArray, FloatArray
from digits.training.detector.composing.pages import Page
from digits.training.detector.composing.sheet import STRUCK, Random

CROP_PX = 128
STEP_PX = 2  # the detector answers for every second pixel
# The digits that it answers for are so high; those a little beyond either limit are nobody's; others are background.
LEAST_PX, MOST_PX = 11.0, 40.0
LEAST_UNSURE_PX, MOST_UNSURE_PX = 7.0, 52.0
# Of a digit's height: a place so near to its middle is the digit's; one so near is nobody's.
NEAR, UNSURE = 0.12, 0.27
NEAREST_PX, UNSURE_PX = 1.5, 3.0
EDGE_PX = 16.0  # the edges' unit
TURN_DEG = 20.0


@dataclass(frozen=True, eq=False)
class Crop:
    """``pixels`` uint8 (128, 128); ``kind`` int8 (64, 64): -1 nobody knows, 0 nothing, 1 + the kind of the target.

    ``edges`` float32 (64, 64, 4): from there to the left, top, right and bottom of the ink, in 16 pixels, where
    ``kind`` is above 0; ``is_printed`` int8 (64, 64): 1 printed, 0 written, -1 where no digit is.
    """

    pixels: ByteArray
    kind: npt.NDArray[np.int8]
    edges: FloatArray
    is_printed: npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class View:
    """A square part of a page as a camera takes it.

    ``pixels`` uint8 (side, side); ``matrix`` float64 (2, 3), the affine map from the page's places to its own;
    ``scale``: how much larger digits are than on the page.
    """

    pixels: ByteArray
    matrix: npt.NDArray[np.float64]
    scale: float

    def places(self, page: Page) -> npt.NDArray[np.float64]:
        """Return where the targets' middles are: float64 (n, 2), x and y."""
        return np.array([[one.x, one.y, 1] for one in page.targets]).reshape(-1, 3) @ self.matrix.T


def take_view(page: Page, random: Random, side: int) -> View:
    """Return a random view of a page."""
    scale = float(np.exp(random.uniform(np.log(LEAST_PX), np.log(38.0)))) / page.height_px
    if random.random() < 0.1:
        scale *= random.uniform(1.2, 3.0)
    scale = float(np.clip(scale, 0.3, 2.0))
    matrix = _some_map(page, scale, random, side)
    way = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_LINEAR
    grey = page.grey
    if scale < 0.6:  # what a smaller picture averages
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.4 / scale), np.float32)
    pixels = cv2.warpAffine(grey, matrix, (side, side), flags=way, borderMode=cv2.BORDER_REFLECT_101)
    return View(seen_by_camera(np.asarray(pixels, np.float32), random), matrix, scale)


def take_crop(page: Page, random: Random) -> Crop:
    """Return a random crop of a page."""
    view = take_view(page, random, CROP_PX)
    crop, places = Crop(view.pixels, *_blank()), view.places(page)
    inside = np.flatnonzero((places > -20).all(axis=1) & (places < CROP_PX + 20).all(axis=1))
    distance = np.full(crop.kind.shape, np.inf, np.float32)
    for i in inside:
        one = page.targets[i]
        size = mapped_size(one.width, one.height, view.matrix)
        _answer(crop, distance, one.kind, one.is_printed, places[i], size, one.height * view.scale)
    return crop


def _blank() -> tuple[npt.NDArray[np.int8], FloatArray, npt.NDArray[np.int8]]:
    side = CROP_PX // STEP_PX
    kind, is_printed = np.zeros((side, side), np.int8), np.full((side, side), -1, np.int8)
    return kind, np.zeros((side, side, 4), np.float32), is_printed


def _some_map(page: Page, scale: float, random: Random, seen_px: int) -> npt.NDArray[np.float64]:
    """Return the affine map (2, 3) from page to view; mostly some digit is near the view's middle."""
    angle = np.deg2rad(random.uniform(-TURN_DEG, TURN_DEG) if random.random() < 0.5 else random.normal(0, 4))
    wide = scale * float(np.exp(random.normal(0, 0.06)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[wide, random.normal(0, 0.06) * scale], [random.normal(0, 0.03) * scale, scale]])
    side = page.grey.shape[0]
    middle = random.uniform(0.1, 0.9, 2) * side
    if page.targets and random.random() < 0.6:
        one = page.targets[random.integers(len(page.targets))]
        middle = np.array([one.x, one.y]) + random.uniform(-0.45, 0.45, 2) * seen_px / scale
    reach = min(side / 2, 0.5 * seen_px / scale)
    middle = np.clip(middle, reach, side - reach)
    return np.column_stack([matrix, np.array([seen_px / 2, seen_px / 2]) - matrix @ middle])


def mapped_size(width: float, height: float, matrix: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the extents of the mapped ellipse in a box of this size, nearly those of the ink in it."""
    a = matrix[:, :2] * np.array([width, height])
    return float(np.hypot(a[0, 0], a[0, 1])), float(np.hypot(a[1, 0], a[1, 1]))


def _answer(
    crop: Crop,
    distance: FloatArray,
    kind: int,
    is_printed: bool,
    place: npt.NDArray[np.float64],
    size: tuple[float, float],
    height: float,
) -> None:
    is_sign = 10 <= kind < STRUCK
    tall = max(size) if is_sign else height
    if not is_sign and not LEAST_UNSURE_PX < height < MOST_UNSURE_PX:
        if height <= LEAST_UNSURE_PX:
            _mark(crop, distance, place, size, height, -1)
        return
    sure = is_sign or LEAST_PX * 0.85 <= height <= MOST_PX * 1.1
    inside = (place > -0.5).all() and (place < CROP_PX - 0.5).all()
    covered = (place[0] > 0.3 * size[0]) and (place[0] < CROP_PX - 0.3 * size[0])
    covered = covered and place[1] > 0.3 * size[1] and place[1] < CROP_PX - 0.3 * size[1]
    _mark(crop, distance, place, size, tall, kind + 1 if sure and inside and covered else -1, is_printed=is_printed)


def _mark(
    crop: Crop,
    distance: FloatArray,
    place: npt.NDArray[np.float64],
    size: tuple[float, float],
    tall: float,
    value: int,
    *,
    is_printed: bool = False,
) -> None:
    """Write one target's answer around its middle; nearer middles win."""
    reach = max(UNSURE * tall, UNSURE_PX)
    side = crop.kind.shape[0]
    first = np.clip(np.floor((place - reach) / STEP_PX), 0, side).astype(int)
    last = np.clip(np.ceil((place + reach) / STEP_PX) + 1, 0, side).astype(int)
    if (last <= first).any():
        return
    window = np.s_[first[1] : last[1], first[0] : last[0]]
    x = np.arange(first[0], last[0]) * STEP_PX + (STEP_PX - 1) / 2
    y = np.arange(first[1], last[1]) * STEP_PX + (STEP_PX - 1) / 2
    across, down = np.meshgrid(x - place[0], y - place[1])
    slim = max(0.4, min(1.0, 1.3 * size[0] / max(size[1], 1.0)))
    away = np.hypot(across / slim, down).astype(np.float32)
    kinds, far = crop.kind[window], distance[window]
    is_near = (away < max(NEAR * tall, NEAREST_PX)) & (away < far)
    if value < 0:
        is_near = (away < reach) & (kinds == 0)
        kinds[is_near] = -1
        return
    kinds[(away < reach) & (kinds == 0)] = -1
    kinds[is_near], far[is_near] = value, away[is_near]
    if value <= 10:
        crop.is_printed[window][is_near] = int(is_printed)
    sides = (across + size[0] / 2, down + size[1] / 2, size[0] / 2 - across, size[1] / 2 - down)
    crop.edges[window][is_near] = np.stack(sides, axis=-1)[is_near] / EDGE_PX


def seen_by_camera(pixels: FloatArray, random: Random) -> ByteArray:
    """Return a crop float32 in [0, 1] as uint8, in either polarity, with other levels, blur, noise, compression."""
    if random.random() < 0.35:
        pixels = 1 - pixels
    kind = random.random()
    if kind < 0.2:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.4, 1.5)), np.float32)
    elif kind < 0.25:
        pixels = _moved(pixels, random)
    low, high = random.uniform(0, 0.25), random.uniform(0.55, 1)
    if random.random() < 0.15:  # little contrast
        low = random.uniform(0, 0.7)
        high = low + random.uniform(0.15, 0.3)
    pixels = low + (high - low) * np.clip(pixels, 0, 1) ** np.float32(np.exp(random.normal(0, 0.25)))
    if random.random() < 0.5:
        pixels = pixels + random.normal(0, 1, pixels.shape).astype(np.float32) * np.float32(random.uniform(0, 0.06))
    if random.random() < 0.03:  # one bit a pixel, with noise for grey, or without
        pixels = pixels + random.uniform(-0.5, 0.5, pixels.shape) * random.choice([0.0, high - low])
        pixels = (pixels > (low + high) / 2).astype(np.float32)
    image = np.clip(pixels * 255, 0, 255).astype(np.uint8)
    if random.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(20, 90))]
        image = np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_GRAYSCALE), np.uint8)
    return image


def _moved(pixels: FloatArray, random: Random) -> FloatArray:
    """Blur as a moving camera does."""
    length, angle = random.uniform(2, 5), random.uniform(0, np.pi)
    kernel = np.zeros((7, 7), np.float32)
    reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    ends = np.rint((np.stack([-reach, reach]) + 3) * 16).astype(int)
    cv2.line(kernel, ends[0].tolist(), ends[1].tolist(), 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.float32)
