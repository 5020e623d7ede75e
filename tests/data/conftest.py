"""Small labelled sets, a stand-in for MNIST, places that are empty, and a server that answers as told."""

from __future__ import annotations

import hashlib
import http.server
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digits.data import LabelledImages, mnist


def make_examples(per_digit: int = 6, *, seed: int = 0) -> LabelledImages:
    """Noise with labels in mixed order; no two images are alike."""
    generator = np.random.default_rng(seed)
    labels = generator.permutation(np.repeat(np.arange(10), per_digit))
    return LabelledImages(generator.integers(0, 256, (len(labels), 28, 28), dtype=np.uint8), labels)


def write_keras_npz(path: Path, train: LabelledImages, test: LabelledImages) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        x_train=train.images,
        y_train=train.labels.astype(np.uint8),
        x_test=test.images,
        y_test=test.labels.astype(np.uint8),
    )
    return path


# Read before any test empties its home.
DIGITS_DATA = os.environ.get("DIGITS_DATA")


@pytest.fixture
def mnist_path() -> Path:
    if not DIGITS_DATA:
        pytest.skip("needs the full MNIST: set DIGITS_DATA to mnist.npz or its folder")
    path = Path(DIGITS_DATA)
    return path / "mnist.npz" if path.is_dir() else path


@pytest.fixture
def small_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npz file that counts as MNIST in this test: 240 + 60 images whose checksums are made the expected ones."""
    train, test = make_examples(24, seed=1), make_examples(6, seed=2)
    arrays = {
        "x_train": train.images,
        "y_train": train.labels.astype(np.uint8),
        "x_test": test.images,
        "y_test": test.labels.astype(np.uint8),
    }
    sums = {key: hashlib.sha256(array.tobytes()).hexdigest() for key, array in arrays.items()}
    monkeypatch.setattr(mnist, "ARRAY_SHA256", sums)
    return write_keras_npz(tmp_path / "given" / "mnist.npz", train, test)


@pytest.fixture(autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a Keras cache, no variable set, and a download address where nothing listens.

    For every test here, so that none can read or write the cache of whoever runs it.
    """
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name in ("KERAS_HOME", "DIGITS_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(mnist, "URL", "http://127.0.0.1:9/mnist.npz")  # port 9 (discard) is closed everywhere
    return home


class Server(http.server.ThreadingHTTPServer):
    """Answers every GET with ``status`` and ``body``, after ``delay_s``; counts the requests."""

    daemon_threads = True
    status = 200
    body = b""
    delay_s = 0.0
    requests = 0


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests += 1
        time.sleep(self.server.delay_s)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        pass


class _QuietServer(Server):
    def handle_error(self, *_: object) -> None:
        """A client that gave up is part of the test."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A loopback server in the place of Keras's download."""
    with _QuietServer(("127.0.0.1", 0), _Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setattr(mnist, "URL", f"http://127.0.0.1:{running.server_port}/mnist.npz")
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def cached(small_mnist: Path, empty_home: Path) -> Path:
    path = empty_home / ".keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    shutil.copy(small_mnist, path)
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return write_keras_npz(tmp_path / "mine.npz", make_examples(24), make_examples(3, seed=7))
