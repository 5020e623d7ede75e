"""The shipped network's weights as a start: the very same ones, taken from the ONNX file in the package."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import Silence, few

from digits.data import Dataset
from digits.model.folder import SHIPPED as SHIPPED_FOLDER
from digits.model.folder import open_model
from digits.reading.recognition.network.classifier import Classifier
from digits.training.augmentation.augment import as_input
from digits.training.network.architecture import build_network
from digits.training.recipe import RECIPES
from digits.training.start import describe_start, initial_weights
from digits.training.train import train

FINETUNE = RECIPES["finetune"]


@pytest.fixture(scope="module")
def start() -> list:
    weights = initial_weights(FINETUNE)
    assert weights is not None
    return weights


def test_they_are_those_of_the_onnx_file_weight_for_weight(start: list) -> None:
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_model_from_string(open_model(SHIPPED_FOLDER).weights).graph
    shipped = [numpy_helper.to_array(one) for one in graph.initializer if one.name != "nchw"]
    assert sum(array.size for array in shipped) == sum(array.size for array in start) == 168_106
    of_shipped, of_start = (np.sort(np.concatenate([one.ravel() for one in arrays])) for arrays in (shipped, start))
    np.testing.assert_array_equal(of_shipped, of_start)


def test_the_recipe_s_network_answers_with_them_as_the_shipped_one_does(start: list, sample: Dataset) -> None:
    model = build_network(FINETUNE)
    model.set_weights(start)
    expected, _ = Classifier(open_model(SHIPPED_FOLDER).weights).run(sample.test.images[:100])
    answers = np.asarray(model.predict_on_batch(as_input(sample.test.images[:100])))
    np.testing.assert_allclose(answers, expected, atol=1e-5)


def test_other_recipes_begin_with_random_weights() -> None:
    others = [recipe for name, recipe in RECIPES.items() if name != "finetune"]
    assert len(others) == 4
    assert all(initial_weights(recipe) is None and describe_start(recipe) is None for recipe in others)


def test_their_record_has_the_hash_of_the_file() -> None:
    described = describe_start(FINETUNE)
    assert described is not None
    assert described["sha256"] == open_model(SHIPPED_FOLDER).info["weights"]["sha256"]
    assert described["dataset"] == "mnist"


@pytest.mark.slow
def test_a_training_begins_with_them(sample: Dataset, tmp_path: Path, start: list) -> None:
    """With steps of next to nothing, it ends with them too; what batches are normalized with moves on."""
    recipe = replace(FINETUNE.with_epochs(1), learning_rate=1e-9, weight_decay=0.0)
    trained = train(few(sample, 64), recipe, folder=tmp_path, progress=Silence(), threads=2)
    kernels = [(one, other) for one, other in zip(start, trained.model.get_weights(), strict=True) if one.ndim > 1]
    assert len(kernels) == 6
    for one, other in kernels:
        np.testing.assert_allclose(one, other, atol=1e-6)
