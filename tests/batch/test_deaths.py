"""Whom a dead process is counted against."""

from __future__ import annotations

import pytest

from digits.batch.chunk import Chunk
from digits.batch.deaths import KILLED, Deaths
from digits.batch.task import Task
from digits.errors import BatchError


def test_two_deaths_over_an_input_alone_ban_it() -> None:
    deaths, task = Deaths(), Task(Chunk("files"), "a", together=1)
    task = deaths.again(task, 3, "kill")
    assert not task.banned
    assert deaths.again(task, 3, "kill").banned == {3: KILLED}


def test_a_death_over_several_counts_against_none_of_them() -> None:
    deaths, task = Deaths(), Task(Chunk("files"), "a", together=64)
    for _ in range(2):  # first together with others, then alone: perhaps its machine went
        task = deaths.again(task, 3, "kill")
        assert (task.together, task.banned) == (1, {})
    assert deaths.again(task, 3, "kill").banned == {3: KILLED}


def test_what_is_done_is_forgotten() -> None:
    deaths, task = Deaths(), Task(Chunk("files"), "a")
    deaths.again(task, 3, "kill")
    deaths.forget("a")
    assert not deaths.again(task, 3, "kill").banned


def test_processes_that_die_before_they_read_end_the_job() -> None:
    deaths, task = Deaths(patience=2), Task(Chunk("files"), "a")
    assert deaths.again(task, None, "kill") == task
    with pytest.raises(BatchError, match="2 died before they read anything"):
        deaths.again(task, None, "kill")
