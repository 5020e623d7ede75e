"""How long a training takes is said as soon as it is known, once."""

from __future__ import annotations

import pytest

from digits.cli.terminal.batch_progress import few_figures
from digits.cli.terminal.progress import TaskProgress, TrainingProgress, about


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "about 1 s"),
        (7.4, "about 7 s"),
        (23, "about 20 s"),
        (88, "about 90 s"),
        (140, "about 2 minutes"),
        (6000, "about 2 hours"),
    ],
)
def test_a_length_of_time_is_said_as_one_says_it(seconds: float, said: str) -> None:
    assert about(seconds) == said


def test_the_time_is_told_once_from_the_pace_after_the_first_update(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Updates take 0.5 s, the first 30 s, in which TensorFlow compiles; 3 of 43 are done when a second has passed."""
    times = iter([0.0, *(moment for step in range(10) for moment in [30 + 0.5 * step] * 2)])
    monkeypatch.setattr("digits.cli.terminal.progress.time.perf_counter", lambda: next(times))
    progress = TrainingProgress()
    progress.begin(epochs=1, steps=43, batch_size=8, done=0)
    for step in range(1, 11):
        progress.step(epoch=1, step=step, accuracy=0.5, loss=1.0)
    told = [line for line in capsys.readouterr().err.splitlines() if "takes" in line]
    assert told == ["the training takes about 20 s if it goes through all epochs"]


def test_what_follows_the_training_is_told_once_for_each_task(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingProgress() as progress:
        progress.begin(epochs=1, steps=1, batch_size=8, done=0)
        for what in ("saving the network", "measuring on the test images"):
            for done in range(3):
                progress.task(what, done, 2)
    assert capsys.readouterr().err.splitlines() == ["saving the network …", "measuring on the test images …"]


def test_nothing_is_shown_of_later_tasks_before_the_first_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    """The trainings of an ensemble's members show themselves before it."""
    with TaskProgress() as after:
        with TrainingProgress.of_seed(3) as member:
            member.begin(epochs=1, steps=1, batch_size=8, done=0)
        assert capsys.readouterr().err.splitlines() == ["seed 3"]
        after.task("averaging the members")
        after.task("measuring on the test images", 1, 2)
    assert capsys.readouterr().err.splitlines() == ["averaging the members …", "measuring on the test images …"]


@pytest.mark.parametrize(
    ("rate", "said"), [(0.042, "0.042"), (0.96, "0.96"), (3.14, "3.1"), (12.6, "13"), (2e4, "20,000")]
)
def test_a_slow_batch_is_not_said_to_stand_still(rate: float, said: str) -> None:
    assert few_figures(rate) == said
