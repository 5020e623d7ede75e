"""A path goes in, a reader comes out."""

from __future__ import annotations

import os

from digits.errors import ModelError
from digits.model.folder import ModelFolder, open_model
from digits.reading.classifier import Classifier
from digits.reading.confidence import Confidence
from digits.reading.reader import Reader


def load(path: str | os.PathLike[str] | None = None, *, threads: int | None = None) -> Reader:
    """Return a reader with the model in ``path``; by default the one that ships with this package.

    Args:
        path: a run folder such as ``runs/latest``, or a model folder.
        threads: how many cores the network may use; by default all this process may run on.

    Raises:
        ModelError: no model there, or one that does not match its own description.
    """
    folder = open_model(path)
    return Reader(Classifier(folder.weights, threads=threads), _confidence(folder), folder.info)


def _confidence(folder: ModelFolder) -> Confidence:
    try:
        return Confidence(
            temperature=float(folder.info["temperature"]),
            min_confidence=float(folder.info["refusal"]["min_confidence"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"expected temperature and refusal thresholds in {folder.path}/model.json; {error!r}; export the model anew"
        ) from error
