"""MNIST itself: the checksums of its arrays, its place in Keras's cache, and its download.

In: ``Parts``, or an address. Out: proof that the parts are MNIST, or its verified bytes in the Keras cache.
Nothing here chooses between places (see ``places``), and nothing unverified is ever kept.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import numpy as np

from digits.data.dataset import LabelledImages, Parts, mismatch
from digits.data.formats.npz import read_npz
from digits.errors import DataError
from digits.files import replacing

# SHA-256 of each array's bytes in C order, images and labels both as uint8. Of the arrays rather than of the
# file, so that a repacked archive, IDX files and a CSV all count.
ARRAY_SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
# In these images of the test part most human voters reject the given label: Northcutt, Athalye and Mueller 2021,
# "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks".
CONTESTED = (947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729)
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
# The file has 11.5 MB: more is not MNIST, and a link that needs longer than this is as good as none.
MAX_BYTES = 32 * 2**20
DEADLINE_S = 120.0


class DownloadError(DataError):
    """MNIST could not be downloaded; nothing was kept."""


def is_mnist(parts: Parts) -> bool:
    """Whether all four arrays match MNIST's checksums."""
    return _first_difference(parts) is None


def is_mnist_test(examples: LabelledImages) -> bool:
    """Whether ``examples`` are the 10,000 images of MNIST's test part, in their order, with their labels."""
    return _difference("test", examples) is None


def is_mnist_train(examples: LabelledImages) -> bool:
    """Whether ``examples`` are the 60,000 images of MNIST's training part, in their order, with their labels."""
    return _difference("train", examples) is None


def require_mnist(parts: Parts, where: str) -> Parts:
    """``parts`` when they are MNIST; else raises DataError naming the first array that differs."""
    difference = _first_difference(parts)
    if difference is not None:
        raise mismatch(
            where,
            "the canonical MNIST arrays",
            difference,
            "Delete the file and download MNIST again; give data of your own with --data.",
        )
    return parts


def cache_path() -> Path:
    """Where Keras keeps MNIST: ``$KERAS_HOME`` or ``~/.keras``, then ``datasets/mnist.npz``."""
    home = os.environ.get("KERAS_HOME") or "~/.keras"
    return Path(home).expanduser() / "datasets" / "mnist.npz"


def download(timeout_s: float) -> bytes:
    """The bytes of Keras's ``mnist.npz``, verified.

    ``timeout_s`` limits the connection and each wait for data, but not the system's name lookup. Raises DownloadError
    when the address cannot be reached or does not send an npz archive (but a login page or half a file), and plain
    DataError when the archive holds arrays other than MNIST's: a person should look at that.
    """
    content = _fetch_bytes(timeout_s)
    try:
        parts = read_npz(content, URL)
    except DataError as error:
        raise DownloadError(
            f"{_host()} answered with something that is not an MNIST archive ({len(content):,} bytes)"
        ) from error
    require_mnist(parts, URL)
    return content


def keep(content: bytes) -> Path:
    """Put verified bytes into the Keras cache in one step, so that nobody ever sees half a file. Raises OSError."""
    path = cache_path()
    with replacing(path) as file:
        file.write(content)
    return path


def fetch_mnist(timeout_s: float = 30.0) -> tuple[Path, bool]:
    """The verified file in the Keras cache, and whether it had to be downloaded; a damaged file is replaced.

    Raises DataError when the download fails or the cache cannot be written.
    """
    path = cache_path()
    try:
        require_mnist(read_npz(path), str(path))
        return path, False
    except DataError:
        pass  # absent or damaged: putting a good one there is what was asked for
    try:
        content = download(timeout_s)
    except DownloadError as error:
        raise DownloadError(
            f"{error}; check the network connection, or download mnist.npz elsewhere and give it with --data"
        ) from error
    try:
        return keep(content), True
    except OSError as error:
        raise mismatch(
            path, "a place that can be written to", str(error), "Set KERAS_HOME to a writable folder."
        ) from error


def _first_difference(parts: Parts) -> str | None:
    if parts.test is None:
        return f"{len(parts.train):,} images and no test part"
    return _difference("train", parts.train) or _difference("test", parts.test)


def _difference(part_name: str, part: LabelledImages) -> str | None:
    for key, array in ((f"x_{part_name}", part.images), (f"y_{part_name}", part.labels.astype(np.uint8))):
        found = hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
        if found != ARRAY_SHA256[key]:
            return f"{key} of {len(part):,} with SHA-256 {found[:12]}… instead of {ARRAY_SHA256[key][:12]}…"
    return None


def _fetch_bytes(timeout_s: float) -> bytes:
    deadline = time.monotonic() + DEADLINE_S
    content = bytearray()
    try:
        with urllib.request.urlopen(URL, timeout=timeout_s) as response:
            while chunk := response.read1(2**16):
                content += chunk
                if len(content) > MAX_BYTES:
                    raise DownloadError(f"{_host()} sent more than {MAX_BYTES:,} bytes, which is not MNIST")
                if time.monotonic() > deadline:
                    raise DownloadError(f"{_host()} had sent only {len(content):,} bytes after {DEADLINE_S:g} s")
    except urllib.error.HTTPError as error:
        with error:  # it holds the connection
            raise DownloadError(f"{_host()} answered {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(f"{_host()} could not be reached: {_reason(error)}") from error
    return bytes(content)


def _host() -> str:
    """The part of the address by which a person, or a firewall, knows it."""
    return urllib.parse.urlsplit(URL).netloc


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", error)  # URLError wraps what the socket said
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
