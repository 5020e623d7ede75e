"""How much a picture must be like a digit is fitted on held-out digits, kept in the model folder, and obeyed."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.model.folder import SHIPPED, int8_name, open_model
from digits.model.graph import read_trust
from digits.model.networks import network_of
from digits.training.rewriting import rewrite
from digits.training.trust import fit_trust, main, see_alone


def drawing() -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return a house."""
    page = np.full((140, 140), 255, np.uint8)
    cv2.rectangle(page, (35, 60), (105, 115), 0, 6)
    cv2.line(page, (28, 62), (70, 22), 0, 6)
    cv2.line(page, (70, 22), (112, 62), 0, 6)
    return cv2.rectangle(page, (62, 85), (80, 115), 0, 6).astype(np.uint8)


def test_a_drawing_is_unlike_any_digit_and_a_digit_is_not(sample: Dataset) -> None:
    digit = cv2.resize(255 - sample.test.images[0], (140, 140), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    first, second = digits.load().classify([drawing(), digit])
    assert (first.value, first.refusal) == (None, "unlike any digit")
    assert second.value == sample.test.labels[0]
    assert first.presence is not None
    assert second.presence is not None
    assert second.presence > 0.9 > first.presence


@pytest.mark.slow
def test_all_but_a_few_held_out_digits_are_trusted(sample: Dataset) -> None:
    model, images = open_model(), sample.test.images
    seen, verifier = see_alone(images), model.networks["verifier"]
    least = fit_trust(model.weights, seen, verifier)
    assert least is not None
    assert 3 < least < 12
    assert fit_trust(model.weights, see_alone(images[:40]), verifier) is None  # too few to tell


def test_held_out_digits_are_seen_as_a_picture_of_one_is(sample: Dataset) -> None:
    """Otherwise the least trust would be that of other frames than those which it is asked of."""
    image = sample.test.images[3]
    drawn = cv2.resize(255 - image, (140, 140), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    assert np.array_equal(see_alone(sample.test.images[:5]).frames[3], digits.frame(drawn))


def test_an_ensemble_and_what_is_no_digit_network_have_no_last_layer_to_ask() -> None:
    assert read_trust(open_model().networks["detector"]) is None


def test_a_folder_without_a_verifier_is_fitted_with_the_shipped_one(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    rewrite(open_model(folder), open_model(folder).info, {})
    bare, shipped = open_model(folder), open_model().networks
    assert not bare.networks
    assert network_of(bare, "verifier", is_int8=False) == shipped["verifier"]
    assert network_of(bare, "verifier", is_int8=True) == shipped[int8_name("verifier")]


@pytest.mark.slow
def test_the_command_writes_what_it_fitted(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    before = open_model(folder).info
    main([str(folder)])
    after = open_model(folder).info
    assert {**after, "refusal": None, "int8": None} == {**before, "refusal": None, "int8": None}
    assert isinstance(after["refusal"]["min_trust"], float)
    assert isinstance(after["int8"]["refusal"]["min_trust"], float)


def test_a_model_that_does_not_say_how_much_refuses_nothing_as_unlike(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    text = (folder / "model.json").read_text(encoding="utf-8")
    for least in (open_model().info["refusal"], open_model().info["int8"]["refusal"]):
        text = text.replace(f'"min_trust": {least["min_trust"]}', '"min_trust": null')
    (folder / "model.json").write_text(text, encoding="utf-8")
    (digit,) = digits.load(folder).classify([drawing()])
    assert digit.refusal != "unlike any digit"
