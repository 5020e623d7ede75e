"""Labelled images and datasets as frozen values; all data is checked here, once.

In: arrays as a format's reader found them. Out: ``LabelledImages``, ``Parts`` and ``Dataset``, or a
``DataError`` that names where the arrays came from. Nothing here reads a file or scales a pixel: images stay
uint8, 0 paper, 255 ink.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.data.convert import CLASSES as CLASSES
from digits.data.convert import SIZE_PX as SIZE_PX
from digits.data.convert import as_images, as_labels
from digits.data.correction import NO_CORRECTION, Correction
from digits.errors import DataError, shorten
from digits.reading.result import ByteArray, IntArray


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """At least one image and its label.

    ``images`` uint8 (n, 28, 28), light ink on black as in MNIST; ``labels`` int64 (n,) in 0-9. Other shapes and types
    with a clear meaning are accepted, too (see ``convert``). Raises DataError on anything else; ``where`` names the
    arrays' origin, ``correction`` says what was done to the images since.
    """

    images: ByteArray
    labels: IntArray
    where: str = "labelled images"
    correction: Correction = NO_CORRECTION

    def __post_init__(self) -> None:
        object.__setattr__(self, "images", as_images(np.asarray(self.images)))
        _check_images(self.images, self.where)
        object.__setattr__(self, "labels", as_labels(np.asarray(self.labels), len(self.images)))
        _check_labels(self.labels, self.where)
        if len(self.images) != len(self.labels):
            raise mismatch(
                self.where,
                "one label for each image",
                f"{len(self.images):,} images and {len(self.labels):,} labels",
                "One of them is incomplete; export both again from the same source.",
            )
        object.__setattr__(self, "labels", self.labels.astype(np.int64, copy=False))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def counts(self) -> IntArray:
        """How many there are of each digit: int64 (10,)."""
        return np.bincount(self.labels, minlength=CLASSES)

    @property
    def sha256(self) -> str:
        """One hash over the image bytes and the labels as uint8, in their order."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).data)
        digest.update(self.labels.astype(np.uint8).data)
        return digest.hexdigest()

    def take(self, indices: IntArray) -> LabelledImages:
        """Those at ``indices`` int64 (m,), in that order."""
        return replace(self, images=self.images[indices], labels=self.labels[indices])

    def joined(self, others: LabelledImages) -> LabelledImages:
        """These, then ``others``; where they come from, and what was done to them, is told as of these."""
        images, labels = (
            np.concatenate([getattr(each, name) for each in (self, others)]) for name in ("images", "labels")
        )
        return replace(self, images=images, labels=labels)

    def corrected(self, correction: Correction) -> LabelledImages:
        """The same with ``correction`` applied to every image."""
        return replace(self, images=correction.apply(self.images), correction=correction)


@dataclass(frozen=True)
class Parts:
    """What a file or folder holds before validation is held out: all of it, or a training and a test part.

    ``notice`` names the files that were skipped; None if there were none.
    """

    train: LabelledImages
    test: LabelledImages | None = None
    notice: str | None = None

    def corrected(self, correction: Correction) -> Parts:
        """The same with ``correction`` applied to every image."""
        test = self.test.corrected(correction) if self.test else None
        return replace(self, train=self.train.corrected(correction), test=test)

    def sha256(self) -> str:
        """One hash over all arrays: each part's name, size, image bytes and labels as uint8."""
        digest = hashlib.sha256()
        for name, part in (("train", self.train), ("test", self.test)):
            if part is not None:
                digest.update(f"{name} {len(part)}\n".encode())
                digest.update(np.ascontiguousarray(part.images).data)
                digest.update(part.labels.astype(np.uint8).data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Dataset:
    """Three disjoint parts and where they come from.

    ``name`` is "mnist" only for arrays that match MNIST's checksums, "mnist-sample-5000" for the offline sample, else
    the name of the file or folder. ``source`` is a phrase for people. ``sha256`` covers all arrays before the split, as
    corrected. ``notice``, when set, is a line that every artefact made from this dataset repeats; ``notice_details``
    says more, for the terminal and a run's config.json. ``source_train_sha256`` is the hash of the source's training
    part, from which validation was held out. ``path`` is where a person's own data was read, None for MNIST.
    ``mixed_in`` describes the digits that were added to the training part (by ``mixing``, or drawn by
    ``training.augmentation.pen_digits``).
    """

    name: str
    source: str
    train: LabelledImages
    validation: LabelledImages
    test: LabelledImages
    sha256: str
    notice: str | None = None
    source_train_sha256: str | None = None
    notice_details: str | None = None
    path: str | None = None
    mixed_in: Mapping[str, Any] | None = None

    @property
    def full_notice(self) -> str | None:
        """The notice with its details."""
        return ". ".join(filter(None, (self.notice, self.notice_details))) or None

    @property
    def parts(self) -> dict[str, LabelledImages]:
        """The three parts by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    def to_dict(self) -> dict[str, Any]:
        """For JSON: everything but the arrays, with the number of images and the hash of each part."""
        return {
            "name": self.name,
            "source": self.source,
            "path": self.path,
            "sha256": self.sha256,
            "notice": self.notice,
            "notice_details": self.notice_details,
            "mixed_in": dict(self.mixed_in) if self.mixed_in else None,
            "correction": self.train.correction.to_dict(),
            "sizes": {name: len(part) for name, part in self.parts.items()},
            "part_sha256": {name: part.sha256 for name, part in self.parts.items()}
            | ({"source_train": self.source_train_sha256} if self.source_train_sha256 else {}),
        }


def mismatch(where: object, expected: str, received: str, remedy: str) -> DataError:
    """The error that this package raises, in three parts; ``where`` is the file, folder or address at fault."""
    return DataError(f"{shorten(where)}: expected {expected}; received {received}. {remedy}")


def _check_images(images: npt.NDArray[Any], where: str) -> None:
    if images.ndim == 3 and images.shape[1:] == (SIZE_PX, SIZE_PX) and images.dtype == np.uint8 and len(images):
        return
    received = f"{images.dtype} {images.shape}"
    if not images.size:
        remedy = "The set is empty; check the path and how the set was written."
    elif images.shape[1:] != (SIZE_PX, SIZE_PX):
        remedy = f"Save each digit as {SIZE_PX}×{SIZE_PX} pixels, or give picture files in class folders 0 to 9."
    else:
        if images.dtype.kind in "iuf":
            received += f" with values from {images.min():.4g} to {images.max():.4g}"
        remedy = "Save the pixels as uint8, 0 for paper and 255 for ink, or as floats from 0 for paper to 1 for ink."
    raise mismatch(where, f"images as uint8 (n, {SIZE_PX}, {SIZE_PX}) with n >= 1", received, remedy)


def _check_labels(labels: npt.NDArray[Any], where: str) -> None:
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise mismatch(
            where,
            f"labels as whole numbers of shape (n,), or one-hot of shape (n, {CLASSES})",
            f"{labels.dtype} {labels.shape}{_first_fraction(labels)}",
            "Save one whole number from 0 to 9 per image.",
        )
    outside = (labels < 0) | (labels >= CLASSES)
    if not outside.any():
        return
    first = int(np.argmax(outside))
    if labels.min() == 1 and labels.max() == CLASSES:
        remedy = "Where 10 stands for 0, save labels % 10; where they count from 1, save labels - 1."
    else:
        remedy = "Correct the labels or leave those images out."
    raise mismatch(
        where,
        "labels in 0-9",
        f"label {labels[first]} at position {first:,} ({int(outside.sum()):,} such labels)",
        remedy,
    )


def _first_fraction(labels: npt.NDArray[Any]) -> str:
    """Return the first label that is not a whole number, for a message; nothing if the shape is wrong, too."""
    if labels.ndim != 1 or labels.dtype.kind != "f":
        return ""
    fractions = labels != np.rint(labels)  # true for NaN, and never for infinity, which is whole but no label
    first = int(np.argmax(fractions | ~np.isfinite(labels)))
    return f" with {labels[first]} at position {first:,}"
