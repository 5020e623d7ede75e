"""One file that answers what its members answer on average."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from digits.errors import ModelError
from digits.training.export.ensemble import average_models
from digits.training.export.onnx_graph import onnx_bytes
from digits.training.network.architecture import build_network
from digits.training.recipe import RECIPES


@pytest.fixture(scope="module")
def members() -> list[bytes]:
    return [onnx_bytes(build_network(RECIPES["fast"], seed=seed), {}) for seed in range(3)]


def outputs(model: bytes, frames: np.ndarray) -> list[np.ndarray]:
    return list(onnxruntime.InferenceSession(model).run(["probabilities", "features"], {"frames": frames}))


def test_the_ensemble_answers_the_mean_and_keeps_every_feature(members: list[bytes]) -> None:
    frames = np.random.default_rng(0).random((5, 28, 28, 1), np.float32)
    probabilities, features = outputs(average_models(members, {}), frames)
    alone = [outputs(member, frames) for member in members]
    np.testing.assert_allclose(probabilities, np.mean([p for p, _ in alone], axis=0), atol=1e-6)
    np.testing.assert_allclose(features, np.concatenate([f for _, f in alone], axis=1), atol=1e-6)


def test_an_ensemble_of_one_is_that_one(members: list[bytes]) -> None:
    frames = np.random.default_rng(1).random((2, 28, 28, 1), np.float32)
    np.testing.assert_allclose(
        outputs(average_models(members[:1], {}), frames)[0], outputs(members[0], frames)[0], atol=1e-7
    )


def test_an_ensemble_of_none_is_an_error() -> None:
    with pytest.raises(ModelError, match="at least one member"):
        average_models([], {})
