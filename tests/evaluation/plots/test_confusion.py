from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import matplotlib
import numpy as np
import pytest
from PIL import Image
from quick import slow

from digits.errors import DataError
from digits.evaluation.plots import draw_confusion_matrix


def pixels_of(path) -> np.ndarray:
    with Image.open(path) as picture:
        picture.load()
        return np.asarray(picture.convert("RGB")).astype(int)


def coloured(pixels: np.ndarray) -> int:
    """How many pixels are clearly not grey."""
    return int((pixels.max(axis=2) - pixels.min(axis=2) > 60).sum())


@pytest.mark.slow
def test_one_error_is_visible_beside_a_diagonal_a_thousand_times_larger(tmp_path):
    matrix = np.diag([1000] * 10)
    draw_confusion_matrix(matrix, tmp_path / "without.png", title="title")
    matrix[4, 9] = 1
    draw_confusion_matrix(matrix, tmp_path / "with.png", title="title")
    assert coloured(pixels_of(tmp_path / "without.png")) == 0
    cell_px = 120 * 105
    assert coloured(pixels_of(tmp_path / "with.png")) > 0.7 * cell_px


def test_shades_of_errors_stay_apart_in_grey(tmp_path):
    matrix = np.diag([1000] * 10)
    matrix[:5, 9] = 1, 2, 4, 8, 16
    draw_confusion_matrix(matrix, tmp_path / "matrix.png", title="title")
    with Image.open(tmp_path / "matrix.png") as picture:
        grey = np.asarray(picture.convert("L")).astype(int)
    left, tops = 1290, 265 + 113 * np.arange(5)  # inside the cells of the last column, off their numbers
    shades = [int(np.median(grey[top : top + 10, left : left + 20])) for top in tops]
    assert all(lighter - darker >= 8 for lighter, darker in pairwise(shades)), shades


@pytest.mark.parametrize("scale", [0, slow(1), 10_000_000])
def test_matrices_of_any_size_are_drawn(tmp_path, scale):
    draw_confusion_matrix((np.arange(100).reshape(10, 10) * scale).tolist(), tmp_path / "matrix.png", title="size")
    assert pixels_of(tmp_path / "matrix.png").shape[1] == 1600


@pytest.mark.parametrize("matrix", [np.zeros((9, 9), int), np.full((10, 10), -1), np.eye(10)])
def test_what_is_no_confusion_matrix_is_refused(tmp_path, matrix):
    with pytest.raises(DataError, match="expected a confusion matrix"):
        draw_confusion_matrix(matrix, tmp_path / "matrix.png", title="title")


@pytest.mark.slow
def test_a_notice_under_the_title_makes_room_for_itself(tmp_path):
    matrix = np.diag([10] * 10)
    draw_confusion_matrix(matrix, tmp_path / "plain.png", title="title")
    draw_confusion_matrix(matrix, tmp_path / "noticed.png", title="title\n" + "NOT THE FULL MNIST. " * 10)
    assert len(pixels_of(tmp_path / "noticed.png")) > len(pixels_of(tmp_path / "plain.png")) + 40


def test_a_title_with_dollar_signs_is_no_formula(tmp_path):
    draw_confusion_matrix(np.diag([10] * 10), tmp_path / "matrix.png", title=r"runs/$\broken{$ on ~/$DATA_$")
    assert (tmp_path / "matrix.png").exists()


@pytest.mark.parametrize("name", ["数字", "nul\0name"])
def test_a_title_that_the_font_cannot_write_is_drawn_without_a_warning(tmp_path, name):
    draw_confusion_matrix(np.diag([10] * 10), tmp_path / "matrix.png", title=name)
    assert (tmp_path / "matrix.png").exists()


def test_drawing_leaves_nothing_but_the_picture_and_no_global_state(tmp_path):
    before = dict(matplotlib.rcParams)
    draw_confusion_matrix(np.diag([10] * 10), tmp_path / "made" / "matrix.png", title="title")
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["matrix.png"]
    assert dict(matplotlib.rcParams) == before


def test_failed_drawing_leaves_the_earlier_picture(tmp_path, monkeypatch):
    path = tmp_path / "matrix.png"
    path.write_bytes(b"earlier")
    monkeypatch.setattr("digits.evaluation.plots.confusion._margins", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        draw_confusion_matrix(np.diag([10] * 10), path, title="title")
    assert path.read_bytes() == b"earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["matrix.png"]


def test_importing_the_room_imports_no_plotting():
    code = (
        "import sys, digits.evaluation.folder, digits.evaluation.pictures;"
        "print(*{'matplotlib', 'seaborn', 'pandas', 'sklearn', 'keras'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_without_a_path_a_figure_is_returned_and_nothing_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    figure = draw_confusion_matrix(np.diag([10] * 10), title="for a notebook")
    assert figure.axes[0].get_xlabel() == "predicted digit"
    assert not list(tmp_path.iterdir())
