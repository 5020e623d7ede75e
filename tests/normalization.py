"""Networks whose normalization does something, without training one."""

from __future__ import annotations

from typing import Any

import numpy as np


def unsettle(network: Any, random: np.random.Generator) -> None:
    """Give each batch normalization of a Keras network, which begins as the identity, something to do."""
    for layer in network.layers:
        if layer.name.startswith("batch"):
            gamma, beta, mean, variance = layer.get_weights()
            shift = random.normal(0, 0.1, mean.shape)
            layer.set_weights(
                [gamma + shift, beta + shift, mean + shift, variance * random.uniform(0.5, 2, mean.shape)]
            )
