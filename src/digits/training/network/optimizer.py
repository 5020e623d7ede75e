"""A recipe and a number of updates go in, the Keras optimizer with its learning rate schedule comes out."""

from __future__ import annotations

from typing import Any

from digits.training.recipe import Recipe

WARM_UP_SHARE = 0.25
START_DIVISOR = 10  # the cycle starts at a tenth of its peak


def build_optimizer(recipe: Recipe, steps: int) -> Any:
    """Return the ``keras.optimizers.Optimizer`` of ``recipe`` for a training of ``steps`` updates."""
    import keras

    rate: Any = _one_cycle(recipe.learning_rate, steps) if recipe.one_cycle else recipe.learning_rate
    averaging = {
        "use_ema": recipe.average_every > 0,
        "ema_momentum": recipe.average_momentum,
        "ema_overwrite_frequency": recipe.average_every or None,
    }
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(rate, **averaging)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, **averaging)
    # Decay pulls kernels alone: a bias or a normalization's scale is no source of overfitting.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def _one_cycle(peak: float, steps: int) -> Any:
    """Linear rise to ``peak``, then a cosine down to zero (Smith 2018, "A disciplined approach", section 4)."""
    import keras

    warm_up = max(1, round(steps * WARM_UP_SHARE))
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak / START_DIVISOR,
        warmup_target=peak,
        warmup_steps=warm_up,
        decay_steps=max(1, steps - warm_up),
    )
