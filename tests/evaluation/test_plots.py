from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import matplotlib
import numpy as np
import pytest
from PIL import Image

from digits.errors import DataError
from digits.evaluation.plots import best_epoch, draw_accuracy_loss, draw_confusion_matrix


def history_of(val_accuracies: list[float], val_losses: list[float] | None = None) -> list[dict[str, float]]:
    losses = val_losses or [0.1 / epoch for epoch in range(1, len(val_accuracies) + 1)]
    return [
        {"epoch": i + 1, "accuracy": 0.9, "loss": 0.3, "val_accuracy": accuracy, "val_loss": loss}
        for i, (accuracy, loss) in enumerate(zip(val_accuracies, losses, strict=True))
    ]


def pixels_of(path) -> np.ndarray:
    with Image.open(path) as picture:
        picture.load()
        return np.asarray(picture.convert("RGB")).astype(int)


def coloured(pixels: np.ndarray) -> int:
    """How many pixels are clearly not grey."""
    return int((pixels.max(axis=2) - pixels.min(axis=2) > 60).sum())


@pytest.mark.parametrize("epochs", [1, 2, 12, 30, 200])
def test_curves_of_any_length_are_drawn_1600_px_wide(tmp_path, epochs):
    path = tmp_path / "accuracy_loss_plot.png"
    draw_accuracy_loss(history_of([1 - 0.1 / (i + 1) for i in range(epochs)]), path, title="spec on mnist")
    pixels = pixels_of(path)
    assert pixels.shape[1] == 1600
    assert coloured(pixels) > 300


def test_a_single_epoch_shows_both_points_of_each_panel(tmp_path):
    draw_accuracy_loss(history_of([0.98]), tmp_path / "plot.png", title="one epoch")
    body = pixels_of(tmp_path / "plot.png")[300:]  # below the legend
    for panel in (body[:, :800], body[:, 800:]):
        red, blue = panel[..., 0] - panel[..., 2], panel[..., 2] - panel[..., 0]
        assert (red > 100).sum() > 50
        assert (blue > 60).sum() > 20


@pytest.mark.slow
@pytest.mark.parametrize("value", [0.0, 1.0, float("nan")])
def test_extreme_accuracies_are_drawn_without_a_warning(tmp_path, value):
    draw_accuracy_loss(history_of([value, value], [0.0, float("inf")]), tmp_path / "plot.png", title="extreme")
    assert pixels_of(tmp_path / "plot.png").shape[1] == 1600


def test_best_epoch_is_the_most_accurate_on_validation():
    assert best_epoch(history_of([0.97, 0.99, 0.98])) == 1


def test_best_epoch_of_a_tie_has_the_lower_loss():
    assert best_epoch(history_of([0.99, 0.99, 0.99], [0.3, 0.2, 0.25])) == 1


def test_best_epoch_of_a_full_tie_is_the_earliest():
    assert best_epoch(history_of([0.99, 0.99], [0.2, 0.2])) == 0


def test_best_epoch_is_never_one_that_diverged():
    assert best_epoch(history_of([float("nan"), 0.5, float("nan")])) == 1


def test_a_history_without_epochs_is_refused(tmp_path):
    with pytest.raises(DataError, match="at least one epoch"):
        draw_accuracy_loss([], tmp_path / "plot.png", title="nothing")


def test_a_history_without_a_column_is_refused_by_name(tmp_path):
    row = history_of([0.9])[0]
    del row["val_loss"]
    with pytest.raises(DataError, match="without val_loss"):
        draw_accuracy_loss([row], tmp_path / "plot.png", title="half")


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


@pytest.mark.parametrize("scale", [0, 1, 10_000_000])
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
    monkeypatch.setattr("digits.evaluation.plots._margins", lambda *_: 1 / 0)
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
    assert draw_accuracy_loss(history_of([0.9, 0.99]), title="curves").axes
    assert not list(tmp_path.iterdir())
