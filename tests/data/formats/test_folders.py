from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digits.data.formats.folders import holds_class_folders, read_class_folders
from digits.errors import DataError
from digits.reading.frame import frame_image


def stroke(size_px: int = 28, *, x: float = 0.5) -> np.ndarray:
    """A slanted stroke, light on black: uint8 (size_px, size_px)."""
    picture = Image.new("L", (size_px, size_px))
    ends = (size_px * x, size_px * 0.2, size_px * (x - 0.1), size_px * 0.8)
    ImageDraw.Draw(picture).line(ends, fill=255, width=max(1, size_px // 10))
    return np.asarray(picture)


def save(pixels: np.ndarray, path: Path, mode: str = "L") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).convert(mode).save(path)
    return path


def test_frames_come_back_as_saved_by_digit_and_name(tmp_path: Path) -> None:
    shapes = [stroke(x=x) for x in (0.4, 0.5, 0.6)]
    save(shapes[2], tmp_path / "9" / "a.png")
    save(shapes[1], tmp_path / "1" / "b.png")
    save(shapes[0], tmp_path / "1" / "a.png")
    assert holds_class_folders(tmp_path)
    parts = read_class_folders(tmp_path)
    assert parts.test is None
    assert parts.train.labels.tolist() == [1, 1, 9]
    assert np.array_equal(parts.train.images, np.stack(shapes))


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1"])
def test_dark_on_light_frames_are_turned_light_on_black(tmp_path: Path, mode: str) -> None:
    save(255 - stroke(), tmp_path / "1" / "a.png", mode)
    assert np.array_equal(read_class_folders(tmp_path).train.images[0], stroke())


def test_pictures_of_other_sizes_are_framed(tmp_path: Path) -> None:
    path = save(255 - stroke(200, x=0.3), tmp_path / "1" / "a.png")
    frame = read_class_folders(tmp_path).train.images[0]
    assert np.array_equal(frame, frame_image(path))
    assert abs(np.nonzero(frame > 100)[1].mean() - 14) < 2  # centred, although drawn at the left


@pytest.mark.parametrize("mode", ["RGBA", "LA", "I;16"])
def test_small_pictures_with_alpha_or_16_bits_are_framed_too(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "1" / "a.png"
    if mode == "I;16":
        path.parent.mkdir()
        Image.fromarray((255 - stroke()).astype(np.uint16) * 257).save(path)
    else:
        save(255 - stroke(), path, mode)
    frame = read_class_folders(tmp_path).train.images[0]
    assert frame.max() > 200
    assert np.median(frame) == 0


def test_train_and_test_folders_become_the_parts(tmp_path: Path) -> None:
    save(stroke(), tmp_path / "train" / "3" / "a.png")
    save(stroke(x=0.6), tmp_path / "test" / "4" / "a.png")
    assert holds_class_folders(tmp_path)
    parts = read_class_folders(tmp_path)
    assert parts.train.labels.tolist() == [3]
    assert parts.test is not None
    assert parts.test.labels.tolist() == [4]


@pytest.mark.parametrize("name", ["val", "0"])
def test_folders_beside_train_and_test_are_refused_by_name(tmp_path: Path, name: str) -> None:
    save(stroke(), tmp_path / "train" / "3" / "a.png")
    save(stroke(), tmp_path / name / "3" / "a.png")
    with pytest.raises(DataError, match=f"train/ and test/ and no other folders; received {name}"):
        read_class_folders(tmp_path)


def test_test_folder_alone_is_refused(tmp_path: Path) -> None:
    save(stroke(), tmp_path / "test" / "4" / "a.png")
    with pytest.raises(DataError, match="expected train/ beside test/"):
        read_class_folders(tmp_path)


def test_what_desktops_leave_behind_is_passed_over(tmp_path: Path) -> None:
    save(stroke(), tmp_path / "7" / "a.png")
    for name in ("7/.DS_Store", "7/Thumbs.db", "notes.txt"):
        (tmp_path / name).write_text("litter")
    (tmp_path / ".cache").mkdir()
    assert len(read_class_folders(tmp_path).train) == 1


@pytest.mark.parametrize("name", ["10", "a", "-1"])
def test_folder_that_is_no_digit_is_refused_by_name(tmp_path: Path, name: str) -> None:
    save(stroke(), tmp_path / "7" / "a.png")
    (tmp_path / name).mkdir()
    with pytest.raises(DataError, match=f"folders named 0 to 9 and no others; received {name}"):
        read_class_folders(tmp_path)


def test_empty_class_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    with pytest.raises(DataError, match="pictures in folders named 0 to 9; received none"):
        read_class_folders(tmp_path)


def test_one_broken_picture_fails_the_whole_set_by_name(tmp_path: Path) -> None:
    save(stroke(), tmp_path / "7" / "a.png")
    broken = save(stroke(), tmp_path / "7" / "b.png")
    content = broken.read_bytes()
    for damaged in (content[: len(content) // 2], b"no picture", b""):
        broken.write_bytes(damaged)
        with pytest.raises(DataError, match=r"b\.png: expected a picture of one digit"):
            read_class_folders(tmp_path)


@pytest.mark.parametrize("size_px", [28, 100])
def test_blank_picture_is_refused(tmp_path: Path, size_px: int) -> None:
    save(np.full((size_px, size_px), 255, np.uint8), tmp_path / "7" / "a.png")
    with pytest.raises(DataError, match=r"a\.png: expected a picture of one digit; received a blank one"):
        read_class_folders(tmp_path)
