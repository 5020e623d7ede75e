"""Class folders: picture files in folders named 0 to 9, alone or under ``train/`` and ``test/``.

In: a folder. Out: ``Parts``. Grey 28×28 files count as framed already and are only turned light on black; any
other picture goes through ``digits.reading.frame``. No file is skipped for being unreadable: one broken file
is an error.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from digits.data.dataset import CLASSES, SIZE_PX, LabelledImages, Parts, mismatch
from digits.errors import ImageError
from digits.reading.result import ByteArray

# What desktops and notebooks leave in folders by themselves; names that begin with a dot are passed over too.
LITTER = frozenset({"Thumbs.db", "desktop.ini", "__MACOSX"})
_REPLACE = "Replace the file or move it out of the folder."
_DIGITS = frozenset(str(digit) for digit in range(CLASSES))


def holds_class_folders(folder: Path) -> bool:
    """Whether ``folder``, or ``train/`` or ``test/`` in it, has a folder named after a digit."""
    return any((place / digit).is_dir() for place in (folder, folder / "train", folder / "test") for digit in _DIGITS)


def read_class_folders(folder: Path) -> Parts:
    """Digit by digit, files by name. Raises DataError naming the first file that fails."""
    train, test = folder / "train", folder / "test"
    if not (train.is_dir() or test.is_dir()):
        return Parts(_read_part(folder))
    strangers = [child.name for child in list_visible(folder) if child.is_dir() and child not in (train, test)]
    if strangers:
        raise mismatch(
            folder,
            "train/ and test/ and no other folders",
            ", ".join(strangers[:5]),
            "Move their pictures into train/ or test/, of which validation is split off, or the folders elsewhere.",
        )
    if not train.is_dir():
        raise mismatch(
            folder,
            "train/ beside test/",
            "test/ alone",
            "To measure on these pictures alone, give the test folder itself.",
        )
    return Parts(_read_part(train), _read_part(test) if test.is_dir() else None)


def _read_part(folder: Path) -> LabelledImages:
    files = [(file, int(child.name)) for child in _class_folders(folder) for file in list_visible(child)]
    if not files:
        raise mismatch(folder, "pictures in folders named 0 to 9", "none", "Put the picture files into these folders.")
    images = np.stack([_read_image(file) for file, _ in files])
    return LabelledImages(images, np.array([label for _, label in files], np.int64), str(folder))


def _class_folders(folder: Path) -> list[Path]:
    children = [child for child in list_visible(folder) if child.is_dir()]
    strangers = [child.name for child in children if child.name not in _DIGITS]
    if strangers:
        raise mismatch(
            folder,
            "folders named 0 to 9 and no others",
            ", ".join(strangers[:5]),
            "Move the others elsewhere, or rename them to the digit they hold.",
        )
    return children


def list_visible(folder: Path) -> list[Path]:
    """Return what is in ``folder`` by name, without litter. Raises DataError where it cannot be listed."""
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        raise mismatch(folder, "a folder that can be listed", str(error), "Check its permissions.") from error
    return [child for child in children if not child.name.startswith(".") and child.name not in LITTER]


def _read_image(path: Path) -> ByteArray:
    try:
        with Image.open(path) as picture:
            frame = _as_frame(picture) if picture.size == (SIZE_PX, SIZE_PX) else None
        if frame is None:
            from digits.reading.frame import frame_image  # here, because it loads OpenCV

            frame = frame_image(path)
    # SyntaxError and ValueError come from Pillow's decoders on broken files.
    except (OSError, SyntaxError, ValueError, ImageError, Image.DecompressionBombError) as error:
        raise mismatch(path, "a picture of one digit", str(error).rstrip("."), _REPLACE) from error
    if not frame.any():
        raise mismatch(path, "a picture of one digit", "a blank one", _REPLACE)
    return frame


def _as_frame(picture: Image.Image) -> ByteArray | None:
    """The picture as uint8 (28, 28), light on black; None when it has colour, transparency or 16 bits."""
    if picture.mode not in {"1", "L", "P", "RGB"} or "transparency" in picture.info:
        return None
    colours: ByteArray = np.asarray(picture.convert("RGB"))
    if (colours != colours[..., :1]).any():
        return None
    grey = colours[..., 0].copy()
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    # The median of the rim is the paper, even where a stroke crosses it.
    return 255 - grey if np.median(border) > 127 else grey
