from __future__ import annotations

import numpy as np
import pytest

from digits.data import Dataset
from digits.errors import DataError
from digits.training.augmentation.augment import as_input
from digits.training.network.activations import layer_outputs
from digits.training.network.architecture import build_network
from digits.training.recipe import find_recipe


def test_every_layer_gives_what_the_network_computes_on_the_way(sample: Dataset):
    model = build_network(find_recipe("spec"))
    frames = sample.test.images[:3]
    outputs = layer_outputs(model, frames)
    assert list(outputs) == [layer.name for layer in model.layers]
    np.testing.assert_array_equal(outputs["frames"], as_input(frames))
    np.testing.assert_array_equal(outputs["relu1"], np.maximum(outputs["conv1"], 0))
    expected = model.predict_on_batch(as_input(frames))
    np.testing.assert_allclose(outputs["probabilities"], expected, atol=1e-6)


@pytest.mark.parametrize("frames", [np.zeros((28, 28), np.uint8), np.zeros((1, 28, 28))])
def test_what_are_no_frames_is_refused(frames):
    with pytest.raises(DataError, match="expected frames uint8"):
        layer_outputs(None, frames)
