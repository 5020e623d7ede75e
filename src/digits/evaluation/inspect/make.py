"""In: a model folder, an image, labelled frames. Out: ``Inspection``: the layers, and the pictures that were drawn.

Nothing here trains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import LabelledImages
from digits.errors import RunError
from digits.evaluation.distortion.robustness import choose_subset
from digits.evaluation.evaluate import find_notices
from digits.evaluation.inspect.drawings import draw_features, draw_occlusion
from digits.evaluation.inspect.explain import Occlusion, embed, occlude, project, require_tsne
from digits.evaluation.inspect.inside import draw_filters, draw_layers
from digits.evaluation.inspect.layers import Anatomy, dissect
from digits.evaluation.page import require_plotting
from digits.evaluation.wording import floor_percent
from digits.model.load import FLOAT32, load
from digits.reading.reader import Reader
from digits.reading.recognition.frame import frame_image
from digits.reading.result import ByteArray

MAPPED_IMAGES = 2_000
FILES = ("filters.png", "activations.png", "occlusion.png", "features.png")
LAYERS_NOTE = (
    "Darker is more, each map on its own scale; of many maps, the first twelve. Batch normalization is left out, since "
    "it only rescales each map, and dropout, since it does nothing when a network reads."
)
Examples = Callable[[], tuple[str, LabelledImages]]


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


def inspect(path: Path | None, image: Path | None, data: Examples, folder: Path, *, tsne: bool = False) -> Inspection:
    """Take the model in ``path`` apart and draw filters, activations, occlusion and feature map into ``folder``.

    Args:
        image: a picture of one digit to run through the network; by default the first of the data.
        data: returns name and images, as ``load_labelled`` does; up to 2,000 of them make the map.
        tsne: map with t-SNE instead of principal components.

    Raises:
        DataError, ImageError, ModelError: ``data``, ``image`` or the model cannot be read, or the model averages.
        MissingExtraError: what drawing, the data or t-SNE needs is not installed.
        RunError: ``folder`` cannot be written.
    """
    require_plotting()
    if tsne:
        require_tsne()
    reader = load(path, precision=FLOAT32)
    model = path.resolve().name if path else "the shipped model"
    name, examples = data()
    frame = frame_image(image) if image else examples.images[0]
    anatomy = dissect(path, frame)
    found = occlude(reader, frame)
    files = tuple(folder / file for file in FILES)
    try:
        _draw(anatomy, frame, found, model, files)
        _map(reader, name, examples, files[3], model, tsne=tsne)
    except OSError as error:
        raise RunError(f"expected to write into {folder}; {error}; give another folder with --out") from error
    return Inspection(anatomy, found.answer, found.confidence, files)


def _draw(anatomy: Anatomy, frame: ByteArray, found: Occlusion, model: str, files: tuple[Path, ...]) -> None:
    """Draw the filters, and what becomes of the image."""
    answered = f"read as {found.answer}, {floor_percent(found.confidence)} sure"
    way = {"frames": frame[..., np.newaxis].astype(np.float32)} | anatomy.pictured()
    draw_filters(anatomy.first_kernel(), files[0], title=f"Filters of the first layer of {model}")
    draw_layers(way, files[1], title=f"What each layer makes of it, {model}: {answered}", note=LAYERS_NOTE)
    draw_occlusion(found, frame, files[2], title=f"What matters to {model}")


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
    headline = (
        f"{len(chosen):,} digits of {name} as {model} sees them: {errors} errors in float32, ringed (label→answer)"
    )
    title = "\n".join((headline, *find_notices(reader.info, name, examples)))
    draw_features(places, chosen.labels, predictions.values, file, title=title, note=note)
