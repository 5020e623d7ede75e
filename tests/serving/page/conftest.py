"""What the tests of the page share: windows on it that must stay silent, and real pen strokes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hands import Open, Strokes, silent_page
from pen_strokes import pen_strokes
from playwright.sync_api import Browser

from digits.data import Dataset


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens pages that must stay silent."""
    with ExitStack() as stack:
        yield lambda url, **settings: stack.enter_context(silent_page(browser, url, **settings))


@pytest.fixture(scope="session")
def written(sample: Dataset) -> dict[int, Strokes]:
    """Strokes of a real digit of each kind."""
    test = sample.test
    return {value: pen_strokes(test.images[list(test.labels).index(value)]) for value in range(10)}
