"""A decoded picture in any colours goes in, a greyscale one comes out, chosen so that the ink keeps its contrast.

Nothing here opens files, and nothing decides what is ink.
"""

from __future__ import annotations

import io
import math

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from digits.reading.picture.channel_selection import LUMA, find_channel
from digits.reading.quantiles import quantile
from digits.reading.result import ByteArray, FloatArray

# The channel is chosen, and the ground of what is transparent, on about so many pixels.
OVERVIEW_PX, SAMPLE_PX = 500_000, 65_536
# Where nearly all of what is opaque is lighter than this, light ink stands on a transparent ground.
LIGHT_INK = 0.5
# Colours are turned to grey in strips that fit the core's cache, and so that a large picture needs little more memory
# than its grey.
ROWS_AT_ONCE = 16


def to_grey(colours: npt.NDArray[np.uint8] | npt.NDArray[np.float32]) -> FloatArray:
    """Return float32 (height, width) in [0, 1] from (height, width[, 1 | 3 | 4]), uint8 or float32 in [0, 1].

    Transparent parts become paper: black under light ink, white otherwise.
    """
    if colours.ndim == 2 or colours.shape[2] == 1:
        return _unit(colours.reshape(colours.shape[:2]))
    ground = _ground(colours)
    channel = find_channel(_overview(colours, ground))
    projection = LUMA if channel is None else np.eye(3, dtype=np.float32)[channel]
    scaled = colours.dtype == np.uint8 and colours.shape[2] == 3  # to the unit range by the weights: one pass less
    weights = (projection / np.float32(255) if scaled else projection)[np.newaxis]
    grey = np.empty(colours.shape[:2], np.float32)
    for start in range(0, len(colours), ROWS_AT_ONCE):
        rows = colours[start : start + ROWS_AT_ONCE]
        floats = rows.astype(np.float32) if scaled else _flatten(_unit(rows), ground)
        strip = np.asarray(cv2.transform(floats, weights), np.float32)
        grey[start : start + ROWS_AT_ONCE] = np.clip(strip, 0, 1, out=strip)
    return grey


def to_grey_image(image: Image.Image) -> Image.Image:
    """Return a picture in RGB as one in "L", as ``to_grey`` does but for half a step of 255: several times as quick."""
    step = max(1, math.isqrt(image.width * image.height // OVERVIEW_PX))
    few = image.resize((-(-image.width // step), -(-image.height // step)), Image.Resampling.NEAREST)
    channel = find_channel(np.asarray(few if step > 1 else image))
    return image.convert("L") if channel is None else image.getchannel(channel)


def to_srgb(image: Image.Image) -> Image.Image:
    """Return ``image`` with its colours in sRGB, from the ICC profile it carries: Display P3, Adobe RGB, CMYK.

    A picture without a profile, or with one that makes no sense, is taken as sRGB, as every viewer does.
    """
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or b"sRGB" in profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        colours = image.convert("RGB") if alpha else image
        converted = ImageCms.profileToProfile(colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    if converted is None:
        return image
    if alpha:
        converted.putalpha(alpha)
    return converted


def _overview(colours: npt.NDArray[np.uint8] | npt.NDArray[np.float32], ground: float) -> ByteArray:
    """Return uint8 (height, width, 3) of about OVERVIEW_PX pixels, or as many as there are, laid over ``ground``."""
    step = max(1, math.isqrt(colours.shape[0] * colours.shape[1] // OVERVIEW_PX))
    small = np.ascontiguousarray(colours[::step, ::step])
    if small.dtype == np.uint8 and small.shape[2] == 3:
        return small.view(np.uint8)
    return np.asarray(np.rint(_flatten(_unit(small), ground) * 255), np.uint8)


def _ground(colours: npt.NDArray[np.generic]) -> float:
    """Return the grey of the paper behind transparent parts."""
    if colours.shape[2] == 3:
        return 1.0
    sample = _sample(colours)
    opaque = sample[sample[:, 3] > 0.5, :3] @ LUMA
    return 0.0 if 0 < len(opaque) < len(sample) and quantile(opaque, 0.02) > LIGHT_INK else 1.0


def _flatten(colours: npt.NDArray[np.float32], ground: float) -> npt.NDArray[np.float32]:
    """Lay (…, 3 or 4) over ``ground`` and return (…, 3)."""
    if colours.shape[-1] == 3:
        return colours
    alpha = colours[..., 3:]
    return np.asarray(colours[..., :3] * alpha + (1 - alpha) * np.float32(ground), np.float32)


def _sample(colours: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Return about SAMPLE_PX pixels, (n, 3 or 4) in [0, 1]; the step is odd, so that few widths favour a column."""
    pixels = colours.reshape(-1, colours.shape[2])
    return _unit(pixels[:: max(1, len(pixels) // SAMPLE_PX) | 1])


def _unit(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    if values.dtype != np.uint8:
        return values.astype(np.float32, copy=False)
    floats = values.astype(np.float32)
    return np.divide(floats, np.float32(255), out=floats)
