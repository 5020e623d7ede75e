"""A picture file of one digit goes in, its 28×28 frame comes out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from digits.data.dataset import SIZE_PX, mismatch
from digits.errors import DataError, ImageError
from digits.reading.picture.formats import DECODER_ERRORS
from digits.reading.result import ByteArray

_REPLACE = "Replace the file or move it out of the folder."


def read_picture(path: Path) -> ByteArray:
    """The frame as uint8 (28, 28), light on black: grey 28×28 as it is, anything else framed as MNIST was.

    Raises DataError when the file is not a picture, or broken or blank.
    """
    frame = _read_frame(path)
    if frame is None:
        from digits.reading.recognition.frame import frame_image  # here, because it loads OpenCV

        try:
            frame = frame_image(path)
        except ImageError as error:
            if path.is_dir():
                remedy = "Move its pictures into the class folder, or move the folder elsewhere."
                raise mismatch(path, "a picture of one digit", "a folder", remedy) from error
            # Its sentence names the file and says what to do.
            raise DataError(str(error)) from error
    if not frame.any():
        raise mismatch(path, "a picture of one digit", "a blank one", _REPLACE)
    return frame


def _read_frame(path: Path) -> ByteArray | None:
    """The frame of a grey picture of 28×28 pixels; None for anything else, even a broken file."""
    try:
        with Image.open(path) as picture:
            return _as_frame(picture) if picture.size == (SIZE_PX, SIZE_PX) else None
    except (*DECODER_ERRORS, Image.DecompressionBombError):
        return None


def _as_frame(picture: Image.Image) -> ByteArray | None:
    """The picture as uint8 (28, 28), light on black; None when it has colour, transparency or 16 bits."""
    if picture.mode not in {"1", "L", "P", "RGB"} or "transparency" in picture.info:
        return None
    if picture.mode == "L":
        grey: ByteArray = np.array(picture)
    else:
        colours: ByteArray = np.asarray(picture.convert("RGB"))
        if (colours != colours[..., :1]).any():
            return None
        grey = colours[..., 0].copy()
    border = np.sort(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    # The median of the rim is the paper, even where a stroke crosses it. (np.median takes as long as decoding.)
    low, high = border[(len(border) - 1) // 2], border[len(border) // 2]
    return 255 - grey if int(low) + int(high) > 254 else grey
