"""In: a model folder, an image, labelled frames. Out: ``Inspection``: the layers, and the pictures that were drawn.

Nothing here trains.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import LabelledImages
from digits.errors import RunError
from digits.evaluation.evaluate import find_notices
from digits.evaluation.inside import draw_filters, draw_layers
from digits.evaluation.inspect.drawings import draw_features, draw_occlusion
from digits.evaluation.inspect.explain import embed, occlude, project
from digits.evaluation.inspect.layers import Anatomy, dissect
from digits.evaluation.pictures import floor_percent
from digits.evaluation.robustness import choose_subset
from digits.model.load import FLOAT32, load
from digits.reading.reader import Reader
from digits.reading.result import ByteArray

MAPPED_IMAGES = 2_000


@dataclass(frozen=True)
class Inspection:
    """A network's ``anatomy``, its answer to the image, and the pictures drawn."""

    anatomy: Anatomy
    answer: int
    confidence: float
    files: tuple[Path, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "layers": [row.to_dict() for row in self.anatomy.rows],
            "parameters": sum(row.parameters for row in self.anatomy.rows),
            "mflop": sum(row.mflop for row in self.anatomy.rows),
            "answer": self.answer,
            "confidence": self.confidence,
            "files": [str(file) for file in self.files],
        }


def inspect(
    path: Path | None, frame: ByteArray, name: str, examples: LabelledImages, folder: Path, *, tsne: bool = False
) -> Inspection:
    """Take the model in ``path`` apart and draw filters, activations, occlusion and feature map into ``folder``.

    Args:
        frame: uint8 (28, 28), what the network is to be watched with.
        name: that of the dataset of ``examples``, of which up to 2,000 make the map.
        tsne: map with t-SNE in place of principal components.

    Raises:
        MissingExtraError, ModelError: as ``layers.dissect``.
        RunError: ``folder`` cannot be written.
    """
    reader = load(path, precision=FLOAT32)
    anatomy = dissect(path, frame)
    found = occlude(reader, frame)
    files = tuple(folder / f"{name}.png" for name in ("filters", "activations", "occlusion", "features"))
    model = path.resolve().name if path else "the shipped model"
    answered = f"{model}: read as {found.answer}, {floor_percent(found.confidence)} sure"
    try:
        draw_filters(anatomy.first_kernel(), files[0], title=f"Filters of the first layer of {model}")
        way = {"the image": frame[..., np.newaxis].astype(np.float32)} | anatomy.pictured()
        draw_layers(way, files[1], title=f"What each layer makes of it, {answered}")
        draw_occlusion(found, frame, files[2], title=f"What matters, {answered}")
        _map(reader, name, examples, files[3], model, tsne=tsne)
    except OSError as error:
        raise RunError(f"expected to write into {folder}; {error}; give another folder with --out") from error
    return Inspection(anatomy, found.answer, found.confidence, files)


def _map(reader: Reader, name: str, examples: LabelledImages, file: Path, model: str, *, tsne: bool) -> None:
    chosen = choose_subset(examples, min(MAPPED_IMAGES, len(examples)))
    predictions = reader.classify_frames(chosen.images)
    if tsne:
        places = embed(predictions.features)
        note = "t-SNE of the last 32 features: neighbours mean something, distances between clouds do not."
    else:
        places, share = project(predictions.features)
        note = f"The two principal components of the last 32 features, which hold {share:.0%} of their variance."
    errors = int((predictions.values != chosen.labels).sum())
    headline = f"{len(chosen):,} digits of {name} as {model} sees them: {errors} errors, ringed (label→answer)"
    title = "\n".join((headline, *find_notices(reader.info, name, examples)))
    draw_features(places, chosen.labels, predictions.values, file, title=title, note=note)
