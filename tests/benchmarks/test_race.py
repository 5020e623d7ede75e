"""When a target counts as reached, what the clock leaves out, and what the table makes of the runs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from race.summary import render, share_of_peak, summarize
from race.watch import Look, Watch, first_held


class Clock:
    """A clock that goes on only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Race:
    """A watched training of one second a step, whose validation takes a hundred; accuracies come from a list."""

    def __init__(self, accuracies: list[float], *, epochs: int, steps: int, looks_per_epoch: int) -> None:
        self.clock, self.accuracies = Clock(), list(accuracies)
        self.watch = Watch("race", target=0.99, looks_per_epoch=looks_per_epoch, measure=self.look, clock=self.clock)
        self.watch.start(epochs=epochs, steps=steps, batch_size=10, images_per_epoch=10 * steps)

    def look(self) -> float:
        self.clock.now += 100
        return self.accuracies.pop(0)

    def step(self, epoch: int, step: int) -> bool:
        self.clock.now += 1
        return self.watch.step(epoch=epoch, step=step)


def looks_of(accuracies: list[float]) -> list[Look]:
    return [Look(i, float(i), accuracy) for i, accuracy in enumerate(accuracies)]


def test_two_looks_in_a_row_hold_and_the_first_of_them_counts() -> None:
    held = first_held(looks_of([0.98, 0.99, 0.991, 0.98]), 0.99, is_finished=False)
    assert held is not None
    assert held.images == 1


def test_lucky_single_looks_do_not_hold() -> None:
    assert first_held(looks_of([0.99, 0.98, 0.995, 0.98]), 0.99, is_finished=True) is None


def test_the_last_look_holds_alone_only_when_the_schedule_is_finished() -> None:
    looks = looks_of([0.98, 0.99])
    assert first_held(looks, 0.99, is_finished=False) is None
    assert first_held(looks, 0.99, is_finished=True) == looks[-1]


@given(st.lists(st.sampled_from([0.98, 0.99])), st.lists(st.sampled_from([0.98, 0.99])))
def test_what_is_held_stays_held_whatever_comes_later(earlier: list[float], later: list[float]) -> None:
    held = first_held(looks_of(earlier), 0.99, is_finished=False)
    if held is not None:
        assert first_held(looks_of(earlier + later), 0.99, is_finished=True) == held


def test_looking_at_validation_stops_the_clock() -> None:
    race = Race([0.5, 0.99, 0.99], epochs=3, steps=4, looks_per_epoch=2)
    assert [race.step(1, step) for step in (1, 2, 3, 4)] == [False] * 4
    assert [race.step(2, step) for step in (1, 2)] == [False, True]
    result = race.watch.result()
    assert result["seconds"] == 4
    assert result["seconds_without_first_step"] == 3
    assert result["first_step_seconds"] == 1
    assert result["epochs"] == 1
    assert result["images_per_second"] == 10


def test_a_pause_is_not_counted() -> None:
    race = Race([0.99], epochs=1, steps=2, looks_per_epoch=1)
    race.step(1, 1)
    race.watch.pause()
    race.clock.now += 1000
    race.watch.go_on()
    assert race.step(1, 2)
    assert race.watch.result()["seconds"] == 2


@given(steps=st.integers(1, 60), every=st.integers(1, 9), looks_per_epoch=st.integers(1, 9))
def test_looks_are_spread_over_the_epoch_and_its_end_is_one(steps: int, every: int, looks_per_epoch: int) -> None:
    race = Race([0.0] * 60, epochs=1, steps=steps, looks_per_epoch=looks_per_epoch)
    for step in range(1, steps + 1):
        if step % every == 0 or step == steps:  # updates may be reported several at a time
            race.step(1, step)
    result = race.watch.result()
    places = [look["images"] / 10 for look in result["looks"]]
    assert places[-1] == steps
    assert len(places) <= looks_per_epoch
    if every == 1:
        assert len(places) == min(looks_per_epoch, steps)
    assert not result["is_reached"]


def run_of(contestant: str, seconds: float | None, number: int = 0, **other: Any) -> dict[str, Any]:
    run = {
        "contestant": contestant, "round": number, "precision": "float32", "parameters": 1, "batch_size": 128,
        "scheduled_epochs": 2, "is_reached": seconds is not None, "seconds": seconds, "first_step_seconds": 1.0,
        "seconds_without_first_step": None if seconds is None else seconds - 1, "epochs": 1.0, "last_accuracy": 0.99,
        "images_per_second": 1000.0, "forward_flop_per_image": 50_000_000, "load_average_before": 0.1,
    }  # fmt: skip
    return run | other


PEAK = {"gflop_per_second": {"float32": {"median": 300.0}, "mixed_bfloat16": None}}


def test_a_run_that_never_got_there_counts_as_the_slowest() -> None:
    runs = [run_of("spec", seconds, number) for number, seconds in enumerate([None, 30.0, 10.0])]
    seconds = summarize(runs, [PEAK] * 3)["contestants"]["spec"]["seconds"]
    assert seconds == {"median": 30.0, "minimum": 10.0, "maximum": None}


def test_how_much_longer_the_others_take_is_a_ratio_of_medians() -> None:
    summary = summarize([run_of("fast", 20.0), run_of("spec", 170.0)], [PEAK])["contestants"]
    assert summary["spec"]["times_as_long_as_fast"] == 8.5
    assert summary["fast"]["times_as_long_as_fast"] == 1


def test_the_share_of_the_peak_counts_three_forward_passes_in_the_precision_of_the_run() -> None:
    assert share_of_peak(run_of("fast", 20.0), PEAK) == pytest.approx(0.5)
    both = {"gflop_per_second": {"float32": {"median": 300.0}, "mixed_bfloat16": {"median": 600.0}}}
    assert share_of_peak(run_of("fast", 20.0, precision="mixed_bfloat16"), both) == pytest.approx(0.25)


def test_the_table_says_who_is_left_out_and_that_bfloat16_is_missing() -> None:
    report = summarize([run_of("fast", 20.0)], [PEAK]) | {
        "left_out": {"pytorch-cnn": "not installed"},
        "protocol": {"target": 0.99, "threads": 2, "looks_per_epoch": 8},
        "dataset": {"name": "mnist", "notice": None, "sizes": {"train": 55000, "validation": 5000}},
        "machine": "some processor",
    }
    table = render(report)
    assert "Left out: pytorch-cnn: not installed" in table
    assert "no bfloat16 units" in table
    assert "| fast | float32 | 1 of 1 | 20.0 | 19.0 | 1.00 | 1,000 | 50% | 1.0 × |" in table
