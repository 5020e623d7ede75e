"""Class folders: picture files in folders named after their digit, alone or under ``train/`` and ``test/``.

In: a folder. Out: ``Parts``. Litter is skipped and counted. Unreadable files are never skipped: one error names them
all.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from digits.data.dataset import LabelledImages, Parts, mismatch
from digits.data.formats.class_names import digit_named
from digits.data.formats.litter import list_visible, tell_passed
from digits.data.formats.picture import read_picture
from digits.errors import DataError
from digits.reading.result import ByteArray

MOST_NAMED = 20
_NAMED = "folders named 0 to 9 and no others"


def holds_class_folders(folder: Path) -> bool:
    """Whether ``folder``, or ``train/`` or ``test/`` in it, has a folder named after a digit."""
    places = [place for place in (folder, folder / "train", folder / "test") if place.is_dir()]
    return any(
        digit_named(child.name) is not None and child.is_dir() for place in places for child in list_visible(place)
    )


def read_class_folders(folder: Path) -> Parts:
    """Digit by digit, files by name. Raises DataError naming the first twenty files that fail."""
    passed: list[str] = []
    places = _find_parts(folder, passed)
    files = [_list_files(place, passed) for place in places]
    frames = _read_frames(folder, [path for part in files for path, _ in part])
    parts, start = [], 0
    for place, part in zip(places, files, strict=True):
        images = np.stack(frames[start : start + len(part)])
        parts.append(LabelledImages(images, np.array([label for _, label in part], np.int64), str(place)))
        start += len(part)
    return Parts(parts[0], parts[1] if len(parts) > 1 else None, tell_passed(passed))


def _find_parts(folder: Path, passed: list[str]) -> list[Path]:
    """The folders of the parts: ``folder`` itself, or ``train`` and, when there, ``test`` in it."""
    train, test = folder / "train", folder / "test"
    if not (train.is_dir() or test.is_dir()):
        return [folder]
    children = list_visible(folder, passed)
    passed += [child.name for child in children if not child.is_dir()]
    strangers = [child.name for child in children if child.is_dir() and child not in (train, test)]
    if strangers:
        raise mismatch(
            folder,
            "train/ and test/ and no other folders",
            ", ".join(strangers[:5]),
            "Move their pictures into train/ (validation is split off it) or test/, or move the folders elsewhere.",
        )
    if not train.is_dir():
        raise mismatch(
            folder,
            "train/ beside test/",
            "test/ alone",
            "To measure on these pictures alone, give the test folder itself.",
        )
    return [train, test] if test.is_dir() else [train]


def _list_files(folder: Path, passed: list[str]) -> list[tuple[Path, int]]:
    files = [(file, digit) for digit, child in _class_folders(folder, passed) for file in list_visible(child, passed)]
    if not files:
        raise mismatch(folder, "pictures in folders named 0 to 9", "none", "Put the picture files into these folders.")
    return files


def _class_folders(folder: Path, passed: list[str]) -> list[tuple[int, Path]]:
    """The folder of each digit, in their order."""
    children = list_visible(folder, passed)
    passed += [child.name for child in children if not child.is_dir()]
    strangers, found = [], dict[int, list[Path]]()
    for child in filter(Path.is_dir, children):
        digit = digit_named(child.name)
        if digit is None:
            strangers.append(child.name)
        else:
            found.setdefault(digit, []).append(child)
    if strangers:
        remedy = "Move the others elsewhere, or rename them to the digit they hold."
        raise mismatch(folder, _NAMED, ", ".join(strangers[:5]), remedy)
    for digit, same in found.items():
        if len(same) > 1:
            names = " and ".join(child.name for child in same)
            remedy = "Move the pictures of this digit into one of them and delete the other."
            raise mismatch(folder, "one folder for each digit", f"{names} for {digit}", remedy)
    return [(digit, same[0]) for digit, same in sorted(found.items())]


def _read_frames(folder: Path, paths: list[Path]) -> list[ByteArray]:
    frames, faults = [], []
    for path in paths:
        try:
            frames.append(read_picture(path))
        except DataError as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        lines = [f"\n  {error}" for error in faults[:MOST_NAMED]]
        more = [f"\n  and {len(faults) - MOST_NAMED:,} more"] if len(faults) > MOST_NAMED else []
        raise DataError(
            f"{folder}: expected a picture of one digit in each file; received {len(faults):,} files that are not. "
            f"Replace them or move them out of the folder:{''.join(lines + more)}"
        )
    return frames
