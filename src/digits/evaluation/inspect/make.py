"""In: a model folder, an image, labelled frames. Out: ``Inspection``: the layers, and the pictures that were drawn.

Without the extra [train] it looks as far as reading's own packages reach, and says what was left out. Nothing here
trains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import LabelledImages, load_labelled
from digits.errors import MissingExtraError, RunError
from digits.evaluation.evaluate import find_notices
from digits.evaluation.inside import draw_filters, draw_layers
from digits.evaluation.inspect import plain
from digits.evaluation.inspect.drawings import draw_features, draw_occlusion
from digits.evaluation.inspect.explain import Occlusion, embed, occlude, project, require_tsne
from digits.evaluation.inspect.layers import Anatomy, dissect
from digits.evaluation.page import require_plotting
from digits.evaluation.pictures import floor_percent
from digits.evaluation.robustness import choose_subset
from digits.model.load import FLOAT32, load
from digits.reading.frame import FRAME_SIZE_PX, frame_image
from digits.reading.reader import Reader
from digits.reading.result import ByteArray

MAPPED_IMAGES = 2_000
FILES = ("filters.png", "activations.png", "occlusion.png", "features.png")
BLANK = np.zeros((FRAME_SIZE_PX, FRAME_SIZE_PX), np.uint8)
# How filters, layers and occlusion are drawn, in this order; both ways take the same arguments.
Painter = Callable[..., object]
ON_A_PAGE: tuple[Painter, ...] = (draw_filters, draw_layers, draw_occlusion)
PLAINLY: tuple[Painter, ...] = (plain.draw_filters, plain.draw_layers, plain.draw_occlusion)


@dataclass(frozen=True)
class Inspection:
    """A network's ``anatomy``, its answer to the image if there was one, the pictures drawn, and what was left out."""

    anatomy: Anatomy
    answer: int | None
    confidence: float | None
    files: tuple[Path, ...]
    notices: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "layers": [row.to_dict() for row in self.anatomy.rows],
            "parameters": sum(row.parameters for row in self.anatomy.rows),
            "mflop": sum(row.mflop for row in self.anatomy.rows),
            "answer": self.answer,
            "confidence": self.confidence,
            "files": [str(file) for file in self.files],
            "notices": list(self.notices),
        }


def inspect(
    path: Path | None, image: Path | None, data: Path | None, folder: Path, *, tsne: bool = False
) -> Inspection:
    """Take the model in ``path`` apart and draw filters, activations, occlusion and feature map into ``folder``.

    Args:
        image: a picture of one digit, what the network is to be watched with; by default the first of the data.
        data: as ``load_labelled`` takes it; up to 2,000 of these images make the map.
        tsne: map with t-SNE in place of principal components.

    Returns:
        all of it; without matplotlib plainer pictures and no map, without any image the filters alone.

    Raises:
        DataError, ImageError, ModelError: ``data``, ``image`` or the model cannot be read, or the model averages.
        MissingExtraError: t-SNE was asked for, and what it needs is not installed.
        RunError: ``folder`` cannot be written.
    """
    if tsne:
        require_plotting()
        require_tsne()
    reader = load(path, precision=FLOAT32)
    model = path.resolve().name if path else "the shipped model"
    unplotted = _missing(require_plotting)
    examples, unfound = _examples(image, data, is_mapped=unplotted is None)
    frame = frame_image(image) if image else examples[1].images[0] if examples else None
    anatomy = dissect(path, BLANK if frame is None else frame)
    found = None if frame is None else occlude(reader, frame)
    try:
        files = _draw(anatomy, frame, found, model, folder, PLAINLY if unplotted else ON_A_PAGE)
        if examples and not unplotted:
            files.append(folder / FILES[3])
            _map(reader, *examples, files[-1], model, tsne=tsne)
    except OSError as error:
        raise RunError(f"expected to write into {folder}; {error}; give another folder with --out") from error
    left_out = {"no map of the features, and plainer pictures": unplotted, "no image": unfound}
    notices = tuple(f"{what}: {error}" for what, error in left_out.items() if error)
    answer, confidence = (found.answer, found.confidence) if found else (None, None)
    return Inspection(anatomy, answer, confidence, tuple(files), notices)


def _examples(
    image: Path | None, data: Path | None, *, is_mapped: bool
) -> tuple[tuple[str, LabelledImages] | None, MissingExtraError | None]:
    """Return name and images of the data where they are needed, or what is missing to have some."""
    if image and not is_mapped:
        return None, None
    try:
        return load_labelled(data), None
    except MissingExtraError as error:  # there is no MNIST here, and no offline sample
        return None, error


def _missing(require: Callable[[], None]) -> MissingExtraError | None:
    try:
        require()
    except MissingExtraError as error:
        return error
    return None


def _draw(
    anatomy: Anatomy,
    frame: ByteArray | None,
    found: Occlusion | None,
    model: str,
    folder: Path,
    painters: tuple[Painter, ...],
) -> list[Path]:
    """Draw the filters, and with an image what becomes of it; return the files."""
    filters, layers, occlusion = painters
    files = [folder / FILES[0]]
    filters(anatomy.first_kernel(), files[0], title=f"Filters of the first layer of {model}")
    if frame is not None and found is not None:
        files += [folder / FILES[1], folder / FILES[2]]
        answered = f"{model}: read as {found.answer}, {floor_percent(found.confidence)} sure"
        way = {"the image": frame[..., np.newaxis].astype(np.float32)} | anatomy.pictured()
        layers(way, files[1], title=f"What each layer makes of it, {answered}")
        occlusion(found, frame, files[2], title=f"What matters, {answered}")
    return files


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
