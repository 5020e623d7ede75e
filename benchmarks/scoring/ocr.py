"""The OCR programs that happen to be installed, each as a function from a picture to the digits it reads."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Ask = Callable[[Image], str]
TESSERACT = ["tesseract", "stdin", "stdout", "-c", "tessedit_char_whitelist=0123456789", "--psm"]


def find_rivals(*, page_mode: str = "10") -> tuple[dict[str, Ask], dict[str, str]]:
    """Return what is installed by name, and for the rest, by name too, a sentence that says why it is left out.

    Args:
        page_mode: Tesseract's, 10 for one character, 7 for one line.
    """
    found: dict[str, Ask] = {}
    absent: dict[str, str] = {}
    if shutil.which("tesseract"):
        found["tesseract"] = lambda image: _tesseract(image, page_mode)
    else:
        absent["tesseract"] = "Tesseract is not installed (Debian package tesseract-ocr)"
    try:
        from rapidocr import RapidOCR
    except ImportError:
        absent["rapidocr"] = "RapidOCR is not installed (PyPI package rapidocr)"
    else:
        logging.disable(logging.WARNING)
        engine = RapidOCR()
        found["rapidocr"] = lambda image: _rapidocr(engine, image)
    return found, absent


def rival_versions() -> dict[str, str]:
    """Return which version of each OCR package is installed; Tesseract is a program and tells its own."""
    return {"rapidocr": version("rapidocr")} if find_spec("rapidocr") else {}


def _tesseract(image: Image, page_mode: str) -> str:
    _, png = cv2.imencode(".png", _fair(image))
    done = subprocess.run([*TESSERACT, page_mode], input=png.tobytes(), capture_output=True, check=False)
    return _digits(done.stdout.decode())


def _rapidocr(engine: Callable[..., Any], image: Image) -> str:
    """Recognition alone: the picture is known to hold one line, and RapidOCR's detector misses small ones."""
    read = engine(cv2.cvtColor(_fair(image), cv2.COLOR_GRAY2BGR), use_det=False, use_cls=False, use_rec=True)
    return _digits("".join(read.txts or ()))


def _fair(image: Image) -> Image:
    """Give OCR what it was made for: dark on light, at least 64 px tall, with a margin."""
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    if np.median(border) < 128:
        image = 255 - image
    factor = max(1.0, 64 / image.shape[0])
    image = np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
    return np.pad(image, 16, mode="edge")


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")
