"""A plugin for pytest: in the fast suite (``-m "not slow"``), fails a test that takes over 2 s of processor time.

Processor time, as other programs take nothing of it: that of this process with all its threads, and that of every
process which the test started and waited for. What many tests share does not count: fixtures, and the loading of a
large package, which falls to whichever test comes first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from typing import Any

import pytest

FAST = "not slow"
LIMIT_S = 2.0
MODULES_OF_A_LARGE_PACKAGE = 200  # matplotlib has 250, Keras and TensorFlow 3,000


def slow(*values: Any) -> Any:
    """Return the values of a parametrized test's case as one that the fast suite leaves out: others show the same."""
    return pytest.param(*values, marks=pytest.mark.slow)


def processor_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def limit_s() -> float:
    """Twice as much on a crowded machine: with 16 at work on 2 processors, caches shared, that was what it took."""
    is_crowded = hasattr(os, "getloadavg") and os.getloadavg()[0] > 2 * (os.cpu_count() or 1)
    return LIMIT_S * 2 if is_crowded else LIMIT_S


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    before, modules = processor_s(), len(sys.modules)
    yield
    spent, limit = processor_s() - before, limit_s()
    is_excused = item.config.getoption("markexpr") != FAST or len(sys.modules) - modules > MODULES_OF_A_LARGE_PACKAGE
    if spent > limit and not is_excused:
        pytest.fail(
            f"expected a test without the marker slow to take at most {limit:g} s of processor time; it took "
            f"{spent:.1f} s; give it less to do, or mark it slow",
            pytrace=False,
        )
