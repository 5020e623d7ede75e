"""The network is the specification, layer by layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from digits.errors import RunError
from digits.training.network.architecture import build_network, compile_network, float32_copy
from digits.training.network.optimizer import build_optimizer
from digits.training.recipe import RECIPES, Recipe, find_recipe

BLOCK = ["Conv2D", "ReLU", "Dropout", "BatchNormalization"]
POOLED = ["Conv2D", "ReLU", "MaxPooling2D", "Dropout", "BatchNormalization"]


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_every_recipe_leaves_the_specified_layers(recipe: Recipe) -> None:
    model = float32_copy(build_network(recipe), recipe)
    names = [type(layer).__name__ for layer in model.layers]
    head = ["Flatten", "Dense", "ReLU", "Dropout", "BatchNormalization", "Dense"]
    assert names == ["InputLayer", *BLOCK, *POOLED, *POOLED, *POOLED, *head]
    filters = [layer.filters for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert filters == [32, 64, 64, 128]
    assert model.count_params() == 168_106
    assert model.output_shape == (None, 10)


@pytest.fixture
def twins() -> tuple[Any, Any]:
    """The same network with the same weights, plain and fused, its normalization away from where it starts."""
    recipe = replace(RECIPES["spec"], conv_dropout=0.0, dense_dropout=0.0)
    plain, fused = build_network(recipe), build_network(replace(recipe, fused=True))
    random = np.random.default_rng(0)
    weights = [w * random.uniform(0.8, 1.25, w.shape) + random.uniform(0, 0.1, w.shape) for w in plain.get_weights()]
    plain.set_weights(weights)
    fused.set_weights(weights)
    return plain, fused


def frames(count: int) -> Any:
    return np.random.default_rng(1).random((count, 28, 28, 1), dtype=np.float32)


def test_the_fused_network_answers_as_the_plain_one(twins: tuple[Any, Any]) -> None:
    plain, fused = (model.predict_on_batch(frames(16)) for model in twins)
    np.testing.assert_allclose(fused, plain, atol=1e-5)


@pytest.mark.slow
def test_the_fused_network_learns_as_the_plain_one(twins: tuple[Any, Any]) -> None:
    """One update by plain gradient descent shows every gradient; the moving statistics follow the batch alike."""
    import keras

    targets = np.eye(10, dtype=np.float32)[np.arange(64) % 10]
    for model in twins:
        model.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy", jit_compile=False)
        model.train_on_batch(frames(64), targets)
    for variable, plain, fused in zip(twins[0].weights, *(model.get_weights() for model in twins), strict=True):
        # The batch's variance is unbiased in the fused kernel: 64 × 9 values a channel in the last one, 0.2 %.
        np.testing.assert_allclose(fused, plain, rtol=2e-3, atol=1e-4, err_msg=variable.path)


@pytest.mark.slow
def test_an_update_in_parts_is_the_mean_of_the_parts_updates(twins: tuple[Any, Any]) -> None:
    import keras

    recipe = replace(RECIPES["spec"], conv_dropout=0.0, dense_dropout=0.0, fused=True, batch_size=64, part_size=32)
    targets = np.eye(10, dtype=np.float32)[np.arange(64) % 10]

    def updated(model: Any, chosen: slice) -> list[Any]:
        model.set_weights(twins[0].get_weights())
        model.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy", jit_compile=False)
        loss = model.train_on_batch(frames(64)[chosen], targets[chosen], return_dict=True)["loss"]
        return [loss, *(np.asarray(variable) for variable in model.trainable_weights)]

    in_parts = updated(build_network(recipe), slice(None))
    first, second = (updated(twins[1], half) for half in (slice(32), slice(32, None)))
    for ours, one, other in zip(in_parts, first, second, strict=True):
        np.testing.assert_allclose(ours, (one + other) / 2, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_an_update_is_traced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice would cost a second before the first update: TensorFlow traces anew where tracing made variables."""
    model = build_network(RECIPES["fast"])
    optimizer = build_optimizer(RECIPES["fast"], 2)
    optimizer.build(model.trainable_variables)
    compile_network(model, optimizer)
    traced = []
    update = type(model).train_step
    monkeypatch.setattr(type(model), "train_step", lambda *given: traced.append(given) or update(*given))
    targets = np.eye(10, dtype=np.float32)[np.arange(512) % 10]
    model.fit(frames(512), targets, batch_size=256, verbose=0)
    assert len(traced) == 1


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_every_recipe_splits_its_batches_evenly(recipe: Recipe) -> None:
    assert recipe.batch_size % recipe.parts == 0


def test_the_seed_decides_the_initial_weights() -> None:
    weights = [build_network(RECIPES["spec"], seed=seed).get_weights()[0] for seed in (1, 1, 2)]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])


def test_an_unknown_recipe_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(RunError, match="fast"):
        find_recipe("slow")
