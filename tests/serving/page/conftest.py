"""What the tests of the page share: windows on it that must stay silent, and real pen strokes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from browsing.hands import Open, Strokes, silent_page
from browsing.pen_strokes import pen_strokes
from playwright.sync_api import Browser
from servers import Server

import digits
from digits.data import Dataset


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests of the page that leave it as it is."""
    one = Server()
    yield one
    one.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens pages that must stay silent."""
    with ExitStack() as stack:
        yield lambda url, **settings: stack.enter_context(silent_page(browser, url, **settings))


@pytest.fixture(scope="session")
def written(sample: Dataset, reader: digits.Reader) -> dict[int, Strokes]:
    """Strokes of a real digit of each kind: of the one that the network is surest of."""
    images = sample.test.images
    sure = reader.classify_frames(images).probabilities[np.arange(len(images)), sample.test.labels]
    return {value: pen_strokes(images[np.where(sample.test.labels == value, sure, 0).argmax()]) for value in range(10)}
