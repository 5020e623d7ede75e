from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digits.data import load_dataset
from digits.data.formats.folders import holds_class_folders, read_class_folders
from digits.errors import DataError
from digits.reading.recognition.frame import frame_image


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


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt", "labels.csv", "x.png~", "x.png.part", "Desktop.ini", "desktop.ini", "thumbs.db", "Thumbs.db",
        "ehthumbs.db", "Icon\r", ".DS_Store", "._x.png", "@eaDir/", "__MACOSX/", "__macosx/", ".ipynb_checkpoints/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["train", "train/7"])
def test_litter_is_passed_over_and_counted(tmp_path: Path, name: str, place: str) -> None:
    save(stroke(), tmp_path / "train" / "7" / "a.png")
    path = tmp_path / place / name
    path.mkdir() if name.endswith("/") else path.write_text("litter")
    parts = read_class_folders(tmp_path)
    assert len(parts.train) == 1
    shown = name.strip("/\r")
    assert parts.notice == f"Skipped 1 file or folder that is not a picture in the class folders: {shown}."


def test_much_litter_is_told_in_a_line(tmp_path: Path) -> None:
    for digit in range(10):
        save(stroke(), tmp_path / str(digit) / "a.png")
        for name in (".DS_Store", f"{digit}.txt"):
            (tmp_path / str(digit) / name).write_text("litter")
    notice = read_class_folders(tmp_path).notice
    assert notice is not None
    assert notice.startswith("Skipped 20 files or folders that are not pictures in the class folders: .DS_Store (10")
    assert notice.endswith(" and 6 more.")


def test_without_litter_nothing_is_told(tmp_path: Path) -> None:
    save(stroke(), tmp_path / "7" / "a.png")
    assert read_class_folders(tmp_path).notice is None


def test_pictures_beside_the_class_folders_are_counted(tmp_path: Path) -> None:
    save(stroke(), tmp_path / "7" / "a.png")
    save(stroke(), tmp_path / "unsorted.png")
    assert "unsorted.png" in (read_class_folders(tmp_path).notice or "")


def test_litter_is_told_with_the_dataset(tmp_path: Path) -> None:
    for digit in range(10):
        for number in range(3):
            save(stroke(x=0.4 + digit / 100 + number / 10), tmp_path / str(digit) / f"{number}.png")
    (tmp_path / "0" / "Thumbs.db").write_text("litter")
    assert "Thumbs.db" in (load_dataset(tmp_path).notice or "")


@pytest.mark.parametrize("name", ["clip.mp4", "set.npz", "unnamed", "more/"])
def test_what_is_no_litter_is_named(tmp_path: Path, name: str) -> None:
    save(stroke(), tmp_path / "7" / "a.png")
    path = tmp_path / "7" / name
    path.mkdir() if name.endswith("/") else path.write_bytes(b"\xf0\xf1")
    with pytest.raises(DataError, match=f"7/{name.strip('/')}.* (is none Pillow knows|received a folder)") as caught:
        read_class_folders(tmp_path)
    assert "Errno" not in str(caught.value)


@pytest.mark.parametrize(
    "names",
    [
        ["00", "01", "09"], ["digit_0", "digit_1", "digit_9"], ["zero", "one", "nine"], ["class0", "class1", "class9"],
        ["Digit 0", "Digit-1", "DIGIT9"], ["label=0", "label=1", "label=9"], ["0", "One", "09"],
    ],
)  # fmt: skip
def test_folders_that_name_their_digit_in_other_ways_are_read(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        save(stroke(), tmp_path / name / "a.png")
    assert holds_class_folders(tmp_path)
    assert read_class_folders(tmp_path).train.labels.tolist() == [0, 1, 9]


def test_two_folders_of_one_digit_are_refused_by_name(tmp_path: Path) -> None:
    for name in ("7", "seven", "8"):
        save(stroke(), tmp_path / name / "a.png")
    with pytest.raises(DataError, match="one folder for each digit; received 7 and seven for 7"):
        read_class_folders(tmp_path)


def test_folders_that_count_from_one_are_refused(tmp_path: Path) -> None:
    for number in range(1, 11):
        save(stroke(), tmp_path / f"{number:02}" / "a.png")
    with pytest.raises(DataError, match="folders named 0 to 9 and no others; received 10"):
        read_class_folders(tmp_path)


@pytest.mark.parametrize("name", ["writer3", "fold_3", "Sample003", "003", "33", "٣"])
def test_a_folder_that_may_mean_something_else_is_no_digit(tmp_path: Path, name: str) -> None:
    save(stroke(), tmp_path / name / "a.png")
    assert not holds_class_folders(tmp_path)


@pytest.mark.parametrize(("count", "more"), [(5, ""), (25, "and 5 more")])
def test_all_broken_pictures_are_named_at_once(tmp_path: Path, count: int, more: str) -> None:
    for part in ("train", "test"):
        save(stroke(), tmp_path / part / "7" / "a.png")
    for number in range(count):
        path = tmp_path / ("test" if number % 2 else "train") / "7" / f"broken{number:02}.png"
        path.write_bytes(b"no picture" if number else b"")
    save(np.zeros((28, 28), np.uint8), tmp_path / "train" / "7" / "broken00.png")
    with pytest.raises(DataError) as caught:
        read_class_folders(tmp_path)
    first, *lines = str(caught.value).splitlines()
    assert f"received {count} files that are not" in first
    assert sum("broken" in line for line in lines) == min(count, 20)
    assert "received a blank one" in lines[0]
    assert (lines[-1].strip() == more) == bool(more)


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
    for damaged, said in (
        (content[: len(content) // 2], "expected a whole image, {}/7/b.png cannot be decoded"),
        (b"no picture", "expected an image, {}/7/b.png is text that begins with 'no picture'; give"),
        (b"", "expected an image, {}/7/b.png is an empty file; download"),
    ):
        broken.write_bytes(damaged)
        with pytest.raises(DataError) as caught:
            read_class_folders(tmp_path)
        assert str(caught.value).startswith(said.format(tmp_path))
        assert str(caught.value).count("expected") == 1


@pytest.mark.parametrize("size_px", [28, 100])
def test_blank_picture_is_refused(tmp_path: Path, size_px: int) -> None:
    save(np.full((size_px, size_px), 255, np.uint8), tmp_path / "7" / "a.png")
    with pytest.raises(DataError, match=r"a\.png: expected a picture of one digit; received a blank one"):
        read_class_folders(tmp_path)
