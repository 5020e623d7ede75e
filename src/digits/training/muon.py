"""Muon for this network: every kernel's update is a momentum made orthogonal, so that no direction is learnt too late.

Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/; step size as in Liu et al. 2025, arXiv:2502.16982.
The Muon of Keras takes matrices alone and gives convolutions to Adam; here a 3×3×in×out kernel is the matrix
(9·in)×out. Biases, normalization and the last layer stay with Adam.
"""

from __future__ import annotations

from typing import Any

ADAM_SHARE = 0.3  # of the learning rate, for what Adam updates
LAST_LAYER = "probabilities"


def build_muon(learning_rate: Any, *, weight_decay: float) -> Any:
    """Return the ``keras.optimizers.Optimizer``; ``learning_rate`` is a number or a schedule, decay is for kernels."""
    import keras
    from keras import ops

    class KernelMuon(keras.optimizers.Muon):  # type: ignore[misc]  # Keras has no types
        """Keras's Muon, with kernels of any rank seen as matrices."""

        def _should_use_adamw(self, variable: Any) -> bool:
            return len(variable.shape) < 2 or LAST_LAYER in variable.path

        def lr_adjust(self, x: Any) -> Any:
            rows, columns = _matrix_shape(x.shape)
            return x * (self.rms_rate * max(rows, columns) ** 0.5)

        def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
            matrix = ops.reshape(x, _matrix_shape(x.shape))
            return ops.reshape(super().zeropower_via_newtonschulz5(matrix, steps), x.shape)

    return KernelMuon(
        learning_rate,
        weight_decay=weight_decay,
        adam_weight_decay=weight_decay,
        adam_lr_ratio=ADAM_SHARE,
    )


def _matrix_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    size = 1
    for length in shape:
        size *= length
    return size // shape[-1], shape[-1]
