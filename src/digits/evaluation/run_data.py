"""In: runs, and what a person said of the data. Out: the images to measure them on, and what to know about the choice.

A run on a person's own data is measured on its own test images, not on MNIST's: these it was trained to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from digits.data import Correction, LabelledImages, load_dataset, load_labelled
from digits.data.places import MNIST_NAME
from digits.data.sample import NAME as SAMPLE_NAME
from digits.errors import DataError
from digits.evaluation.report.facts import read_facts

NO_CORRECTION = Correction()


def choose_images(
    runs: Sequence[Path | None], data: Path | None = None, correction: Correction = NO_CORRECTION
) -> tuple[str, LabelledImages, str | None]:
    """Return a name, images to measure ``runs`` on, and a sentence if a run's own data is not what they are.

    The images are those at ``data``, if given; else the test images of the data that all the runs were trained on, if
    it is a person's own and still as it was; else MNIST's test images, wherever they are found.

    Raises:
        DataError, MissingExtraError: as ``load_labelled``.
    """
    trained_on = [read_facts(run).dataset for run in runs] if data is None else []
    if not any(_is_own(one) for one in trained_on):
        return *load_labelled(data, correction), None
    tests = {(one.get("part_sha256") or {}).get("test") for one in trained_on}
    if len(tests) > 1:
        return _otherwise("these runs were not all trained on the same data")
    located = next((one for one in trained_on if one.get("path")), None)  # only config.json of a run has a path
    if located is None:
        return _otherwise("the folder does not say where the data is that the network learned from")
    try:
        dataset = load_dataset(*_place(located))
    except DataError as error:
        return _otherwise(f"the data that the network learned from cannot be read ({str(error).rstrip('.')})")
    if dataset.test.sha256 not in tests:
        return _otherwise(f"the test images in {dataset.path} are no longer those of this training")
    return dataset.name, dataset.test, None


def _otherwise(reason: str) -> tuple[str, LabelledImages, str]:
    name, examples = load_labelled()
    return name, examples, f"{reason}; this is measured on {name}, give other data with --data"


def _is_own(dataset: Mapping[str, Any]) -> bool:
    return dataset.get("name") not in (None, MNIST_NAME, SAMPLE_NAME)


def _place(dataset: Mapping[str, Any]) -> tuple[Path, Correction]:
    recorded = dataset.get("correction") or {}
    return Path(dataset["path"]), Correction(**{one.name: recorded.get(one.name) is True for one in fields(Correction)})
