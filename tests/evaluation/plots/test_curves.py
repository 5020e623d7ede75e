from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from quick import slow

from digits.errors import DataError
from digits.evaluation.plots import draw_accuracy_loss
from digits.evaluation.plots.curves import about_best, best_epoch


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


@pytest.mark.parametrize("epochs", [1, slow(2), 12, slow(30), slow(200)])
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


@pytest.mark.parametrize("value", [0.0, 1.0, float("nan")])
def test_extreme_accuracies_are_drawn_without_a_warning(tmp_path, value):
    draw_accuracy_loss(history_of([value, value], [0.0, float("inf")]), tmp_path / "plot.png", title="extreme")
    assert pixels_of(tmp_path / "plot.png").shape[1] == 1600


def test_best_epoch_is_the_most_accurate_on_validation():
    assert best_epoch(history_of([0.97, 0.99, 0.98])) == 1


def test_best_epoch_of_a_tie_is_the_first_that_reached_it():
    assert best_epoch(history_of([0.9, 1.0, 1.0, 1.0], [0.4, 0.3, 0.2, 0.1])) == 1


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


@pytest.mark.parametrize(("epochs", "has_signs"), [(1, True), (12, True), (300, False)])
def test_signs_of_many_epochs_do_not_hide_the_line(epochs, has_signs):
    accuracy = draw_accuracy_loss(history_of([0.9] * epochs), title="long").axes[0]
    assert [line.get_marker() not in ("", "None") for line in accuracy.get_lines()[:2]] == [has_signs] * 2


def test_titles_and_ring_are_of_the_epoch_that_was_kept_which_is_the_last():
    figure = draw_accuracy_loss(history_of([0.9, 1.0, 0.975], [0.4, 0.2, 0.3]), title="three epochs")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Accuracy: 97.5 %, epoch 3 (kept)", "Loss: 0.3000, epoch 3 (kept)"]
    rings = [line for axes in figure.axes for line in axes.get_lines() if line.get_label() == "kept"]
    assert [list(ring.get_xdata()) for ring in rings] == [[3], [3]]


def test_the_first_epoch_of_the_best_is_named_and_marked_where_another_was_kept():
    history = history_of([0.9, 1.0, 1.0, 0.975], [0.4, 0.3, 0.2, 0.3])
    assert about_best(history, history[-1]).endswith(
        "The highest validation accuracy, 100 %, was first reached in epoch 2."
    )
    accuracy = draw_accuracy_loss(history, title="four epochs").axes[0]
    (line,) = [line for line in accuracy.get_lines() if line.get_linestyle() == ":"]
    assert list(line.get_xdata()) == [2, 2]


def test_an_epoch_that_was_kept_before_the_last_is_named_and_ringed():
    history = history_of([0.9, 1.0, 0.975], [0.4, 0.2, 0.3])
    figure = draw_accuracy_loss(history, title="stopped", kept=2)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Accuracy: 100 %, epoch 2 (kept)", "Loss: 0.2000, epoch 2 (kept)"]
    rings = [line for axes in figure.axes for line in axes.get_lines() if line.get_label() == "kept"]
    assert [list(ring.get_xdata()) for ring in rings] == [[2], [2]]
    assert about_best(history, history[1]) == "The network of epoch 2 is kept."


def test_nothing_but_the_kept_epoch_is_named_where_it_is_the_best():
    history = history_of([0.9, 0.99])
    assert about_best(history, history[-1]) == "The network of the last epoch, 2, is kept."
    accuracy = draw_accuracy_loss(history, title="two epochs").axes[0]
    assert not [line for line in accuracy.get_lines() if line.get_linestyle() == ":"]


def test_an_accuracy_of_100_has_its_tick():
    accuracy = draw_accuracy_loss(history_of([0.9, 0.975, 1.0]), title="all right").axes[0]
    assert accuracy.get_yticklabels()[-1].get_text() == "100 %"
    (ring,) = [line for line in accuracy.get_lines() if line.get_label() == "kept"]
    assert ring.get_ydata()[0] == accuracy.get_yticks()[-1]
