"""Pictures go in, what they say and how sure we are comes out: the object that ``digits.load`` returns.

Pages, pictures that hold one digit each, and frames as they are. The life of a page is told in page.py.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.errors import ImageError
from digits.reading.digit import none_or_several
from digits.reading.line import read_line, read_page_or_line
from digits.reading.networks import Networks
from digits.reading.page import read_page
from digits.reading.picture.arrays import type_name
from digits.reading.picture.image import ImageSource, count_pages, is_picture, load_image, load_pages
from digits.reading.recognition.calibration import Confidence
from digits.reading.recognition.frame_batch import FULL_INK, FrameSource, as_frames, refuse_faint
from digits.reading.recognition.multi_view import look_twice
from digits.reading.recognition.network.classifier import Classifier
from digits.reading.recognition.network.cores import available_cores
from digits.reading.recognition.pooling import agree, named_by_each
from digits.reading.recognition.predictions import Predictions
from digits.reading.recognition.single_picture import Looked, look_at
from digits.reading.recognition.trust import Trust
from digits.reading.result import Box, ByteArray, Digit, FloatArray, Reading
from digits.reading.spotting.second_digit import is_one_digit
from digits.reading.spotting.spotter import name_frames
from digits.reading.steps import Named, Steps

# Two digits that a page's reading is so sure of are two; a digit of two strokes seldom looks like that.
SURE = 0.95


class Reader:
    """The networks that read, with what is known about them; threads may share one, other processes are sent a copy.

    ``digits.load`` makes one.
    """

    def __init__(
        self,
        classifier: Classifier,
        networks: Mapping[str, bytes],
        confidence: Confidence,
        info: Mapping[str, Any],
        trust: Trust | None = None,
    ) -> None:
        self._classifier = classifier
        self._networks = Networks(self._probabilities, networks, classifier.threads)
        self._confidence = confidence
        self._info = info
        self._trust = trust

    @property
    def info(self) -> dict[str, Any]:
        """A copy of what model.json says: recipe, dataset, versions, measured accuracy, and each network's SHA-256."""
        return copy.deepcopy(dict(self._info))

    def __repr__(self) -> str:
        recipe, sha256 = (self._info.get("recipe") or {}).get("name"), self._info["weights"]["sha256"]
        threads = self._classifier.threads or available_cores()
        precision = self._info["precision"]
        spotter = self._info.get("networks", {}).get("spotter", {}).get("weights", {}).get("sha256", "")
        network = f"page network {spotter[:12] or 'unknown'}"
        return f"<Reader: recipe {recipe}, {precision}, threads {threads}, weights {sha256[:12]}, {network}>"

    def __reduce__(self) -> tuple[type[Reader], tuple[Any, ...]]:
        return Reader, (self._classifier, self._networks.files, self._confidence, self._info, self._trust)

    def classify_frames(self, frames: FrameSource) -> Predictions:
        """Classify MNIST-style frames as they are; none is refused.

        Args:
            frames: uint8 (n, 28, 28) in 0-255, or float (n, 28, 28) in [0, 1]; light on black. An array of any library,
                or nested lists.

        Raises:
            ImageError: another shape, dtype or range; 0 and 1 of 255 alone, unless the network learned from faint ink.
            TypeError: no array.
        """
        checked = as_frames(frames)
        if (self._info.get("dataset") or {}).get("brightest_pixel", 255) >= FULL_INK:
            refuse_faint(checked)
        return self._predict(checked)

    def _predict(self, frames: npt.NDArray[np.generic]) -> Predictions:
        raw, features = self._classifier.run(frames)
        probabilities = self._confidence.calibrate(raw)
        confidence = np.maximum.reduce(probabilities, axis=1)
        return Predictions(probabilities.argmax(axis=1), confidence, probabilities, features)

    def classify(self, images: Iterable[ImageSource]) -> list[Digit]:
        """Classify pictures that hold one digit each, whatever their size and polarity.

        Args:
            images: paths, bytes, data URLs, PIL images or arrays of any library.

        Both networks look at each: the digit network and the one that spots digits on pages. So the answer may differ
        from ``classify_frames``, which asks the digit network alone.

        Returns:
            one Digit a picture; its ``value`` is None where it is blank, shows more than one digit or something that is
            none, or the network is not sure enough. ``refusal`` says which.

        Raises:
            ImageError: one of them cannot be decoded, or has several pages; the message says which.
            TypeError: one picture instead of a list, or something in it that can hold no picture.
        """
        if not isinstance(images, Iterable) or is_picture(images):
            raise TypeError(
                f"expected a list of pictures, got one {type_name(images)}; put it in brackets: classify([picture]), "
                "or make a list of an array of many: classify(list(array))"
            )
        looked = [self._look(image, number) for number, image in enumerate(images)]
        if not looked:
            return []
        shown = np.stack([one.frame for one, _ in looked])
        seen = name_frames(shown, self._networks.spot)
        first = self._predict(shown)
        twice = look_twice(shown, self._probabilities, first=first.probabilities)
        believed, named = agree(twice, seen, np.zeros(len(shown), bool)), named_by_each(twice, seen)
        presence = self._networks.present_in(np.stack([one.region for one, _ in looked]))
        is_like = self._is_like_a_digit(first.features, presence).tolist()
        return [
            self._present_digit(*each) if count == 1 else none_or_several(count)
            for (_, count), *each in zip(looked, believed, named, presence.tolist(), is_like, strict=True)
        ]

    def _look(self, image: ImageSource, number: int) -> tuple[Looked, int]:
        """Return what a picture shows, and how many digits that is."""
        try:
            grey = load_image(image)
        except (ImageError, TypeError) as error:
            error.args = (f"images[{number}]: {error}",)
            raise
        looked = look_at(grey)
        if looked.is_blank:
            return looked, 0
        return looked, self._count_digits(grey, looked.ink) if looked.may_be_several else 1

    def _count_digits(self, grey: FloatArray, ink: FloatArray) -> int:
        """Return how many digits a page's reading finds; 1 where it is not sure of two, or clearly needs no asking."""
        if is_one_digit(ink, self._networks.spot):
            return 1
        steps = read_page(grey, self._networks, self._placed_digit)
        found = [digit.confidence for line in steps.reading.lines for digit in line.digits]
        return len(found) if sum(confidence >= SURE for confidence in found) > 1 else 1

    def read(self, image: ImageSource, page: int | None = None) -> Reading:
        """Read a picture of numbers: a line, a list, a page, turned or skewed as it may be.

        Where it can hold but one line, and a digit is in doubt, it is looked at again as ``read_line`` does.

        Args:
            image: a path, bytes, a data URL, a PIL image or an array of any library. Of an animation the first frame
                is read; a PIL image is one page, the frame that it stands at.
            page: which page of a PDF or TIFF, counted from 1 as people do. It must be named where there are several;
                ``read_pages`` takes them all.

        Returns:
            lines of digits from top to bottom; none for a blank page.

        Raises:
            ImageError: it cannot be decoded, has several pages and none is named, or fewer than ``page``.
            TypeError: ``image`` is nothing that can hold a picture, or ``page`` no whole number.
            ValueError: ``page`` is less than 1.
        """
        return self.explain(image, page).reading

    def read_line(self, image: ImageSource, page: int | None = None) -> Reading:
        """Read a picture that holds one line of digits, upright, as ``read`` reads any.

        All digits are of that line, left to right, whatever height they stand at, and no word is looked for.

        Returns:
            one line of digits, or none. It raises what ``read`` does.
        """
        return self.explain(image, page, is_line=True).reading

    def read_pages(self, image: ImageSource) -> Iterator[Reading]:
        """Read each page of a PDF or TIFF, or the one picture of anything else, as ``read`` does.

        A page is decoded when it is asked for, so a long document needs the memory of one. How often it has been
        asked is its number: ``for page, reading in enumerate(reader.read_pages("scan.pdf"), 1)``.

        Raises:
            ImageError: the file, or one of its pages, cannot be decoded.
            TypeError: ``image`` is nothing that can hold a picture.
        """
        for steps in self.explain_pages(image):
            yield steps.reading

    def count_pages(self, image: ImageSource) -> int:
        """Return how many pages ``read_pages`` would read, without decoding any.

        Raises:
            ImageError: the file is not a picture.
            TypeError: ``image`` is nothing that can hold a picture.
        """
        return count_pages(image)

    def explain(self, image: ImageSource, page: int | None = None, *, is_line: bool = False) -> Steps:
        """Read as ``read`` does, and return every stage on the way: what was taken for ink, and what the network saw.

        With ``is_line``, as ``read_line`` does. It raises what ``read`` does.
        """
        return self._read_page(load_image(image, page), is_line=is_line)

    def explain_pages(self, image: ImageSource, *, is_line: bool = False) -> Iterator[Steps]:
        """Read each page as ``read_pages`` does, or ``read_line``, and yield what ``explain`` returns."""
        for grey in load_pages(image):
            yield self._read_page(grey, is_line=is_line)

    def _read_page(self, grey: FloatArray, *, is_line: bool = False) -> Steps:
        return (read_line if is_line else read_page_or_line)(grey, self._networks, self._placed_digit)

    def _probabilities(self, frames: ByteArray) -> FloatArray:
        return self._predict(frames).probabilities

    def _is_like_a_digit(self, features: FloatArray, presence: FloatArray) -> npt.NDArray[np.bool_]:
        if self._trust is None:
            return np.ones(len(presence), bool)
        return np.asarray(self._trust.score(features, presence) >= self._trust.least, bool)

    def _present_digit(self, probabilities: FloatArray, named: Named, presence: float, is_like: bool) -> Digit:
        """Return a digit, which is refused where the picture is like none."""
        digit = replace(self._digit(probabilities, named), presence=presence)
        return digit if is_like else replace(digit, value=None, refusal="unlike any digit")

    def _placed_digit(self, probabilities: FloatArray, box: Box, named: Named | None = None) -> Digit:
        return replace(self._digit(probabilities, named), box=box)

    def _digit(self, probabilities: FloatArray, named: Named | None) -> Digit:
        confidence = float(probabilities.max())
        digit = Digit(int(probabilities.argmax()), confidence, tuple(map(float, probabilities)))
        if confidence >= self._confidence.min_confidence and not self._confidence.must_agree:
            return digit
        refusal = self._confidence.refusal(confidence, digit.possible, named)
        return replace(digit, value=None, refusal=refusal) if refusal else digit
