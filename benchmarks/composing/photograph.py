"""A page goes in, a photograph of it comes out: turned, tilted, on a table, in uneven light, blurred, compressed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from composing.sheet import Matrix, Page, Picture, Random


@dataclass(frozen=True)
class Camera:
    """How far a photograph is from a scan; each is the most that occurs."""

    degrees: float = 5.0
    perspective: float = 0.03  # how far a corner moves, as a share of the side
    shade: float = 0.5  # the share of the light that is lost on one side
    blur_px: float = 1.1
    noise: float = 5.0  # grey levels
    jpeg: tuple[int, int] = (45, 92)
    margin: float = 0.05  # of what lies around the sheet, as a share of its side


PHONE = Camera()
SCANNER = Camera(degrees=1, perspective=0, shade=0.03, blur_px=0.6, noise=2, jpeg=(75, 95), margin=0)


def photograph(page: Page, random: Random, camera: Camera = PHONE) -> Page:
    """Return the page as the camera sees it."""
    height, width = page.picture.shape[:2]
    matrix, size = _view(height, width, random, camera)
    seen = cv2.warpPerspective(page.picture, matrix, size, flags=cv2.INTER_LINEAR)
    there = cv2.warpPerspective(np.ones((height, width, 1), np.float32), matrix, size)[..., np.newaxis]
    around = background(size[1], size[0], random) if camera.margin else np.float32(page.picture[0, 0])
    lit = (there * seen + (1 - there) * around) * _light(size[1], size[0], random, camera.shade)[..., np.newaxis]
    lit = cv2.GaussianBlur(lit, (0, 0), max(0.3, float(random.uniform(0.2, 1) * camera.blur_px)))
    lit += random.normal(0, random.uniform(0.3, 1) * camera.noise, lit.shape).astype(np.float32)
    shot = np.clip(lit, 0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(*camera.jpeg))]
    file = cv2.imencode(".jpg", shot[..., ::-1], quality)[1]
    return page.moved(np.ascontiguousarray(cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1]), matrix)


def _view(height: int, width: int, random: Random, camera: Camera) -> tuple[Matrix, tuple[int, int]]:
    """Return the matrix (3, 3) from the sheet to the picture, and the picture's width and height."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = np.radians(random.uniform(-camera.degrees, camera.degrees))
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    seen = (corners - corners.mean(axis=0)) @ rotation.T
    seen += random.uniform(-camera.perspective, camera.perspective, (4, 2)) * (width, height)
    low, high = seen.min(axis=0), seen.max(axis=0)
    room = random.uniform(0, camera.margin, 4) * np.tile(high - low, 2)
    size = np.ceil(high - low + room[:2] + room[2:]).astype(int)
    matrix = cv2.getPerspectiveTransform(corners, (seen - low + room[:2]).astype(np.float32))
    return matrix, (int(size[0]), int(size[1]))


def _light(height: int, width: int, random: Random, shade: float) -> Picture:
    """Return the share of light at each place, float32 (height, width): it falls off, and a soft shadow lies on it."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = random.uniform(0, 2 * np.pi)
    along = np.cos(turn) * columns / width + np.sin(turn) * rows / height
    along = (along - along.min()) / np.ptp(along)
    light = 1 - random.uniform(0, shade) * along
    if random.random() < 0.3:  # a hand's or the phone's own shadow
        edge = random.uniform(0.3, 0.8) + random.normal(0, 0.03) * np.sin(6 * (rows / height + columns / width))
        light *= 1 - random.uniform(0.1, 0.6) * shade / (1 + np.exp(-(along - edge) * random.uniform(20, 120)))
    return np.asarray(light, np.float32)


def background(height: int, width: int, random: Random) -> Picture:
    """Return a table's top, float32 (height, width, 3): wood, cloth, stone or plain."""
    way, tint = int(random.integers(4)), np.array([1.0, 0.8, 0.62], np.float32) * random.uniform(50, 170)
    if way == 0:
        grain = random.normal(0, 0.16, (max(2, height // 12), 5)).astype(np.float32)
        grey = 1 + cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    elif way == 1:
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        period = random.uniform(3, 9)
        grey = 1 + 0.12 * np.sin(rows / period) + 0.12 * np.sin(columns / period)
    elif way == 2:
        tint = np.full(3, random.uniform(110, 215), np.float32)
        grey = np.ones((height, width), np.float32)
        for cell in (160, 60, 20):
            coarse = random.normal(0, 0.08, (height // cell + 2, width // cell + 2)).astype(np.float32)
            grey += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    else:
        grey = np.ones((height, width), np.float32)
    return np.asarray(np.clip(grey, 0.2, 1.6)[..., np.newaxis] * tint, np.float32)
