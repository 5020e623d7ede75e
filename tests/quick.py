"""A plugin for pytest: fails a test that takes more than two seconds of processor time and is not marked slow.

Processor time, as a busy machine hardly changes it: that of this process with all its threads, and that of every
process which the test started and waited for. Fixtures do not count, as many tests share them.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

LIMIT_S = 2.0


def processor_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    before = processor_s()
    yield
    spent = processor_s() - before
    if spent > LIMIT_S and not item.get_closest_marker("slow"):
        pytest.fail(
            f"expected a test without the marker slow to take at most {LIMIT_S:g} s of processor time; it took "
            f"{spent:.1f} s; give it less to do, or mark it slow",
            pytrace=False,
        )
