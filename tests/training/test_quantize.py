"""Networks in 8-bit integers answer nearly as they did, and a reader in int8 takes them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from silent_spotter import mute_spotter

import digits
from digits.data import Dataset
from digits.errors import ModelError
from digits.model.folder import SHIPPED, int8_name, open_model
from digits.reading.recognition.network.classifier import open_spotter
from digits.training.install import install
from digits.training.quantize import quantize, quantize_folder
from digits.training.rewriting import rewrite
from digits.training.spotter.examples import make_examples


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


def test_a_quantized_spotter_answers_nearly_as_it_did(sample: Dataset) -> None:
    spotter = open_model().networks["spotter"]
    strips, _ = make_examples(sample.train, 30, seed=1)
    quantized = quantize(spotter, strips[:20, np.newaxis])
    assert len(quantized) < 0.65 * len(spotter)
    before, after = (open_spotter(each, threads=1)(strips[20:, np.newaxis]) for each in (spotter, quantized))
    assert before.shape == after.shape
    assert (before[..., :11].argmax(-1) == after[..., :11].argmax(-1)).mean() > 0.98
    assert not np.array_equal(before, after)
    stored = [
        {each.key: each.value for each in onnx.load_from_string(one).metadata_props} for one in (spotter, quantized)
    ]
    assert stored[0].items() <= stored[1].items()


def test_a_reader_takes_them_in_its_own_precision(folder: Path, tmp_path: Path) -> None:
    model = open_model(folder)
    small = mute_spotter(tmp_path / "silent.onnx").read_bytes()
    name = int8_name("spotter")
    known = {**model.info["networks"], name: {"of": "the float one"}}
    rewrite(model, {**model.info, "networks": known}, {**model.networks, name: small})
    written = open_model(folder)
    assert written.networks[name] == small
    assert (folder / "spotter.int8.onnx").read_bytes() == small
    picture = np.full((60, 60), 255, np.uint8)
    for precision, weights in (
        ("int8", written.info["networks"][name]),
        ("float32", model.info["networks"]["spotter"]),
    ):
        reader = digits.load(folder, precision=precision)
        assert reader.info["networks"]["spotter"]["weights"]["sha256"] == weights["weights"]["sha256"]
        assert not reader.read(picture).lines


def test_another_network_does_not_keep_the_integers_of_the_one_before(folder: Path, tmp_path: Path) -> None:
    model = open_model(folder)
    name = int8_name("spotter")
    known = {**model.info["networks"], name: {}}
    rewrite(model, {**model.info, "networks": known}, {**model.networks, name: model.networks["spotter"]})
    install(mute_spotter(tmp_path / "silent.onnx").read_bytes(), folder)
    assert name not in open_model(folder).networks


def test_a_folder_without_networks_for_pages_is_told_what_is_missing(folder: Path, sample: Dataset) -> None:
    model = open_model(folder)
    rewrite(model, model.info, {})
    with pytest.raises(ModelError, match=r"expected a model folder with spotter\.onnx, .*training\.install"):
        quantize_folder(folder, sample, None)


@pytest.mark.slow
def test_the_command_quantizes_all_of_them_and_says_how_far_they_differ(folder: Path, sample: Dataset) -> None:
    told = quantize_folder(folder, sample, None)
    assert set(told) == {"spotter-int8", "detector-int8", "verifier-int8"}
    assert min(told["spotter-int8"]["same_class"], told["verifier-int8"]["same_class"]) > 0.97
    assert (
        open_model(folder).info["networks"]["verifier-int8"]["of"]
        == (open_model(folder).info["networks"]["verifier"]["weights"]["sha256"])
    )
