"""Scales hold every value, and what is written on them can be read."""

from __future__ import annotations

import math

from hypothesis import example, given
from hypothesis import strategies as st

from digits.evaluation.plots.scales import CLEAR, accuracy_scale, loss_scale

shares = st.lists(st.floats(0, 1) | st.just(math.nan), min_size=1, max_size=40)


@given(shares)
@example([1.0])
@example([0.0, 1.0])
@example([1 - 1e-16, 1.0])
def test_the_accuracy_scale_holds_every_value_and_has_ticks_to_read(accuracies: list[float]) -> None:
    scale = accuracy_scale(accuracies)
    assert len(scale.ticks) >= 3
    for accuracy in filter(math.isfinite, accuracies):
        assert scale.high <= scale.place(accuracy) <= scale.low
    assert all(scale.high <= tick <= scale.low for tick in scale.ticks)


@given(shares)
def test_the_accuracy_scale_ends_in_100_just_where_that_is_reached(accuracies: list[float]) -> None:
    scale = accuracy_scale(accuracies)
    is_reached = any(accuracy > 1 - 1e-6 for accuracy in accuracies)
    assert (scale.ticks.get(scale.place(1.0)) == "100 %") == is_reached


def test_among_few_images_100_follows_the_next_best_at_once() -> None:
    scale = accuracy_scale([0.9, 0.975, 1.0])  # of 40 images
    assert list(scale.ticks.values()) == ["90 %", "95 %", "98 %", "100 %"]
    errors = sorted(scale.ticks)
    assert errors[1] / errors[0] >= CLEAR


@given(st.lists(st.floats(0, 1e6) | st.just(math.nan), min_size=1, max_size=40))
def test_the_loss_scale_has_ticks_within_it(losses: list[float]) -> None:
    scale = loss_scale(losses)
    assert 3 <= len(scale.ticks) <= 40
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks)


def test_small_losses_are_written_without_an_exponent() -> None:
    assert list(loss_scale([1e-5, 2.0]).ticks.values()) == ["0.00001", "0.0001", "0.001", "0.01", "0.1", "1"]
