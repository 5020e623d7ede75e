"""The network is the specification, layer by layer."""

from __future__ import annotations

import numpy as np
import pytest

from digits.errors import RunError
from digits.training.network import build_network
from digits.training.recipe import RECIPES, find_recipe

BLOCK = ["Conv2D", "ReLU", "Dropout", "BatchNormalization"]
POOLED = ["Conv2D", "ReLU", "MaxPooling2D", "Dropout", "BatchNormalization"]


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_every_recipe_trains_the_specified_layers(recipe: object) -> None:
    model = build_network(recipe)  # type: ignore[arg-type]
    names = [type(layer).__name__ for layer in model.layers]
    head = ["Flatten", "Dense", "ReLU", "Dropout", "BatchNormalization", "Dense"]
    assert names == ["InputLayer", *BLOCK, *POOLED, *POOLED, *POOLED, *head]
    filters = [layer.filters for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert filters == [32, 64, 64, 128]
    assert model.count_params() == 168_106
    assert model.output_shape == (None, 10)


def test_the_seed_decides_the_initial_weights() -> None:
    weights = [build_network(RECIPES["spec"], seed=seed).get_weights()[0] for seed in (1, 1, 2)]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])


def test_an_unknown_recipe_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(RunError, match="fast"):
        find_recipe("slow")
