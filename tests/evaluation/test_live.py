from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from digits.errors import MissingExtraError
from digits.evaluation import live
from digits.evaluation.live import LiveCurves

EPOCHS, STEPS = 2, 430


@pytest.fixture
def shown(monkeypatch):
    """Every figure that was displayed, in a stand-in for a notebook."""
    figures = []
    screen = ModuleType("IPython.display")
    screen.display = lambda figure, **_: figures.append(figure) or SimpleNamespace(update=figures.append)
    monkeypatch.setitem(sys.modules, "IPython.display", screen)
    monkeypatch.setattr(live, "find_spec", lambda _: object())
    return figures


def watch(curves: LiveCurves) -> None:
    with curves as progress:
        progress.begin(epochs=EPOCHS, steps=STEPS, batch_size=8, done=0)
        for epoch in range(1, EPOCHS + 1):
            for step in range(1, STEPS + 1):
                progress.step(epoch=epoch, step=step, accuracy=0.9, loss=0.5 / (epoch + step))
            progress.epoch({"epoch": epoch, "accuracy": 0.9, "loss": 0.3, "val_accuracy": 0.95, "val_loss": 0.2})


def test_the_last_figure_holds_every_epoch(shown):
    watch(LiveCurves())
    accuracy, loss = shown[-1].axes
    training, validation = accuracy.get_lines()
    assert validation.get_xdata().tolist() == [1, 2]
    assert validation.get_ydata().tolist() == [0.95, 0.95]
    assert training.get_xdata()[-1] == EPOCHS
    assert len(training.get_xdata()) > EPOCHS * live.POINTS_PER_EPOCH - 5
    assert loss.get_yscale() == "log"
    assert "epoch 2 of 2" in shown[-1].texts[0].get_text()


def test_what_follows_the_training_is_named_until_it_is_over(shown):
    with LiveCurves() as progress:
        progress.begin(epochs=1, steps=1, batch_size=8, done=0)
        progress.epoch({"epoch": 1, "accuracy": 0.9, "loss": 0.3, "val_accuracy": 0.95, "val_loss": 0.2})
        progress.task("drawing the plots", 0, 2)
        progress.task("drawing the plots", 1, 2)
    titles = [figure.texts[0].get_text().replace("\n", " ") for figure in shown]
    told = "After epoch 1 of 1: validation accuracy 95.00%"
    assert titles == [told, f"{told}; drawing the plots …", told]


def test_signs_do_not_hide_a_line_of_many_points(shown):
    watch(LiveCurves())
    training, validation = shown[-1].axes[0].get_lines()
    assert training.get_marker() == ""
    assert validation.get_marker() != ""  # two points, which would be nothing without


def test_between_epochs_it_draws_only_every_few_seconds(shown, monkeypatch):
    monkeypatch.setattr(live, "SECONDS_BETWEEN", 3600.0)
    watch(LiveCurves())
    assert len(shown) == 1 + EPOCHS


def test_without_ipython_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(live, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[notebook\]"):
        LiveCurves()
