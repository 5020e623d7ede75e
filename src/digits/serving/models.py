"""Names and folders go in; models that are loaded, warm and can be replaced while they are in use come out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

import digits
from digits import Digit, DigitsError, ModelError, Predictions, Reader
from digits.files import read_object
from digits.model.folder import ModelFolder, open_model
from digits.serving.batching import Batcher, Bounds
from digits.serving.errors import ServingError
from digits.serving.metrics import Metrics
from digits.serving.pictures import classify_small
from digits.serving.settings import DEFAULT_NAME, Settings

Frames = npt.NDArray[Any]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """A reader, under its name, and the folder that it was loaded from."""

    name: str
    reader: Reader
    folder: ModelFolder

    @cached_property
    def card(self) -> str | None:
        """The model card in Markdown, where the folder has one."""
        path = self.folder.path / "README.md"
        return path.read_text(encoding="utf-8") if path.is_file() else None

    @cached_property
    def confusion_matrix(self) -> list[list[int]] | None:
        """Ten rows, one a true digit, of the counts of each answer, where the model or run folder has metrics.json."""
        for folder in (self.folder.path, self.folder.path.parent):
            if (folder / "metrics.json").is_file():
                matrix = read_object(folder / "metrics.json").get("confusion_matrix")
                return matrix if isinstance(matrix, list) else None
        return None

    @cached_property
    def network(self) -> bytes:
        """The weights for the network in the page.

        Raises:
            ServingError: 404 where the page cannot run this model, or is not installed.
        """
        name = "digits.serving.network"
        if find_spec(name) is None:
            raise ServingError(404, "expected the page, which this installation lacks; install digits whole")
        try:
            return bytes(import_module(name).network_bytes(self.folder, self.name))
        except ModelError as error:
            raise ServingError(404, str(error)) from error

    @property
    def sha256(self) -> str:
        return str(self.reader.info["weights"]["sha256"])


class Offered:
    """One model under its name: what is loaded now, and the queues of those who ask it."""

    def __init__(self, name: str, path: str | None, loaded: Loaded, executor: Executor, settings: Settings) -> None:
        self.name = name
        self.path = path
        self.loaded = loaded
        self._metrics = Metrics.current()
        bounds = Bounds(settings.batch, settings.waiting, settings.held_bytes)
        self.pictures: Batcher[bytes, Digit | None] = Batcher(
            lambda files: classify_small(self.loaded.reader, files), executor, bounds, self._observer("classify")
        )
        many = Bounds(settings.batch * 8, settings.waiting, settings.held_bytes)
        self.frames: Batcher[Frames, Predictions] = Batcher(
            lambda items: classify_frames(self.loaded.reader, items), executor, many, self._observer("infer")
        )

    def _observer(self, queue: str) -> Any:
        return lambda batch, waiting: self._metrics.observe_batch(queue, batch, waiting)


class Models:
    """The models on offer, by name; the first is the default, and answers to "digits" too."""

    def __init__(self, settings: Settings, executor: Executor) -> None:
        self._offered = {
            name: Offered(name, path, load(name, path), executor, settings) for name, path in settings.models
        }
        self.default = next(iter(self._offered.values()))
        self._tell()

    def __iter__(self) -> Iterator[Offered]:
        return iter(self._offered.values())

    def find(self, name: str | None) -> Offered:
        """Return the model of this name, or the default.

        Raises:
            ServingError: 404.
        """
        if name is None or (name == DEFAULT_NAME and name not in self._offered):
            return self.default
        if name not in self._offered:
            raise ServingError(404, f"expected a model of GET /v1/models, got {name!r}; take one of that list")
        return self._offered[name]

    def reload(self) -> None:
        """Load every model from its folder anew; a folder that cannot be loaded keeps the old one, and says so."""
        for offered in self:
            try:
                loaded = load(offered.name, offered.path)
            except (DigitsError, OSError) as error:
                _log.warning("model %s stays as it was: %s", offered.name, error)
                continue
            Metrics.current().forget_model(offered.name, offered.loaded.sha256)
            offered.loaded = loaded
            _log.info("model %s is loaded again, weights %s", offered.name, loaded.sha256[:12])
        self._tell()

    def _tell(self) -> None:
        for offered in self:
            Metrics.current().tell_model(offered.name, offered.loaded.sha256)


def load(name: str, path: str | None) -> Loaded:
    """Load a model on one thread and ask it everything once: the first question is the slowest."""
    folder = open_model(path)
    reader = digits.load(None if path is None else Path(path), threads=1)
    picture = Image.new("L", (40, 40), 255)
    picture.paste(0, (18, 8, 22, 32))
    reader.classify([picture])
    reader.read(picture)
    reader.classify_frames(np.full((32, 28, 28), 255, np.uint8))
    return Loaded(name, reader, folder)


def classify_frames(reader: Reader, items: Sequence[Frames]) -> list[Predictions | Exception]:
    """Classify frames, uint8 or float32 (n, 28, 28), of many requests at once; those of each dtype go together.

    The reader refuses frames as too faint when all that it is given are: such items go by themselves, so that no
    answer depends on who else asks.
    """
    groups: dict[object, list[int]] = {}
    for number, item in enumerate(items):
        is_faint = item.max() <= (2 / 255 if item.dtype.kind == "f" else 2)
        groups.setdefault(number if is_faint else item.dtype, []).append(number)
    answers: dict[int, Predictions | Exception] = {}
    for numbers in groups.values():
        answers |= zip(numbers, _classify(reader, [items[number] for number in numbers]), strict=True)
    return [answers[number] for number in range(len(items))]


def _classify(reader: Reader, items: list[Frames]) -> list[Predictions | Exception]:
    try:
        whole = reader.classify_frames(np.concatenate(items))
    except DigitsError as error:
        return [error] if len(items) == 1 else [answer for item in items for answer in _classify(reader, [item])]
    ends = np.cumsum([len(item) for item in items])[:-1]
    parts = (np.split(whole.values, ends), np.split(whole.confidence, ends), np.split(whole.probabilities, ends))
    features = np.split(whole.features, ends)
    return [Predictions(*arrays) for arrays in zip(*parts, features, strict=True)]
