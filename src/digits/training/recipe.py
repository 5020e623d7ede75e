"""A name goes in, a frozen training configuration comes out.

The network's layers are fixed (see network/architecture.py); everything around them belongs to a recipe. Nothing here
trains.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from digits.errors import RunError, shorten

# Where the weights of a training begin.
RANDOM, SHIPPED = "random weights", "the shipped network"


@dataclass(frozen=True)
class Augmentation:
    """How each training image is varied, differently in every epoch; all zero means not at all."""

    rotation_deg: float = 0.0  # uniform in ±
    scale: float = 0.0  # each axis by a factor uniform in 1 ±
    shear: float = 0.0  # horizontal, uniform in ±: slant of the writing
    shift_px: float = 0.0  # each axis, uniform in ±
    elastic_px: float = 0.0  # smooth bending of the strokes, uniform in ± on a coarse grid
    stroke_share: float = 0.0  # the share of images whose strokes become thinner or thicker
    restyled_share: float = 0.0  # the share written in another hand: bars on 7s, rings in 2s (styles.py)
    worsened_share: float = 0.0  # the share with faint ink, shaded paper, blur, noise, covered parts (appearance.py)

    @property
    def is_off(self) -> bool:
        return self == Augmentation()


@dataclass(frozen=True)
class Recipe:
    """One training configuration; the defaults are those of ``spec``."""

    name: str
    epochs: int = 12
    # A small set is passed over more often, until the network got this many updates; 0 leaves the epochs as they are.
    min_steps: int = 0
    # Training stops when so many updates have not lowered the loss on validation, and goes back to the epoch of least
    # loss; 0 trains all epochs and keeps the last, to which one_cycle leads: then validation chooses nothing, and its
    # figures are not too good.
    patience: int = 0
    start: str = RANDOM  # or SHIPPED
    batch_size: int = 128
    optimizer: str = "adam"  # "adam" or "adamw"
    learning_rate: float = 1e-3  # constant, or the peak of the one-cycle schedule
    one_cycle: bool = False  # rise to the peak in the first quarter, fall to nothing by a cosine (Smith 2018)
    weight_decay: float = 0.0  # on kernels alone, adamw only
    # Every so many updates the weights go back to their moving average, which keeps this share of itself an update
    # (after Zhang et al. 2019, "Lookahead optimizer"); 0 is never. It bears twice the learning rate.
    average_every: int = 0
    average_momentum: float = 0.9
    label_smoothing: float = 0.0
    conv_dropout: float = 0.1
    dense_dropout: float = 0.3
    # Keras's 0.99 leaves the moving statistics cold after one epoch: validation reads 11 % while training reads 95 %.
    bn_momentum: float = 0.99
    # Images that are normalized together: a batch is split into parts of so many (data_parallel.py); 0 leaves it whole.
    part_size: int = 0
    fused: bool = False  # fewer kernels, same arithmetic (batch_normalization.py); off, each layer is Keras's own
    bfloat16: bool = False  # where the processor has units for it; elsewhere float32 is taken and recorded
    augmentation: Augmentation = field(default_factory=Augmentation)

    @property
    def parts(self) -> int:
        """How many parts each batch is split into."""
        return math.ceil(self.batch_size / self.part_size) if self.part_size else 1

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def with_epochs(self, epochs: int) -> Recipe:
        """Return the recipe with exactly ``epochs`` passes over the data, however small that is."""
        return replace(self, epochs=epochs, min_steps=0, patience=0)

    def fitted_to(self, count: int) -> Recipe:
        """Return the recipe with batches for ``count`` training images: so small that a pass has eight, if it can.

        A smaller batch takes smaller steps, in proportion (Goyal et al. 2017, "Accurate, Large Minibatch SGD").
        """
        size = min(self.batch_size, max(SMALLEST_BATCH, 2 ** int(math.log2(max(1, count // 8)))))
        return replace(self, batch_size=size, learning_rate=self.learning_rate * size / self.batch_size)


# Batch normalization needs several images to take its statistics from.
SMALLEST_BATCH = 8

# The most accurate on MNIST's own test set: ten minutes on two cores with bfloat16.
_BEST = Recipe(
    name="best",
    epochs=30,
    min_steps=12_000,
    part_size=64,
    optimizer="adamw",
    learning_rate=3e-3,
    one_cycle=True,
    weight_decay=0.02,
    conv_dropout=0.0,
    dense_dropout=0.0,
    bn_momentum=0.9,
    fused=True,
    bfloat16=True,
    augmentation=Augmentation(rotation_deg=10, scale=0.1, shear=0.1, shift_px=1.5, elastic_px=0.8, stroke_share=0.15),
)
# Steady on bad paper, under bad light, behind bad lenses, and with other hands than MNIST's: the shipped network.
_ROBUST = replace(
    _BEST,
    name="robust",
    part_size=0,
    dense_dropout=0.1,
    augmentation=Augmentation(
        rotation_deg=12,
        scale=0.12,
        shear=0.15,
        shift_px=2,
        elastic_px=1.2,
        stroke_share=0.3,
        restyled_share=0.2,
        worsened_share=0.4,
    ),
)

FINETUNE = "finetune"
RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        # The description this project starts from, taken literally: Adam, one-hot labels, no augmentation.
        Recipe(name="spec"),
        # 99.4 % in less than a minute on two cores with bfloat16.
        Recipe(
            name="fast",
            epochs=2,
            min_steps=300,
            batch_size=256,
            part_size=64,
            optimizer="adamw",
            learning_rate=1.2e-2,
            one_cycle=True,
            weight_decay=0.01,
            average_every=13,
            conv_dropout=0.0,
            dense_dropout=0.0,
            bn_momentum=0.9,
            fused=True,
            bfloat16=True,
            augmentation=Augmentation(rotation_deg=7, scale=0.07, shear=0.07, shift_px=1),
        ),
        _BEST,
        _ROBUST,
        # For data of one's own that is too small to learn digits from: what the shipped network knows is kept, and
        # adapted to other hands in a minute or less.
        replace(
            _ROBUST,
            name=FINETUNE,
            start=SHIPPED,
            epochs=1,
            min_steps=500,
            patience=100,
            batch_size=32,
            learning_rate=1e-3,
            one_cycle=False,
            bfloat16=False,
        ),
    )
}
DEFAULT_RECIPE = "fast"


def find_recipe(name: str) -> Recipe:
    """Return the recipe called ``name``.

    Raises:
        RunError: there is none of that name.
    """
    if name not in RECIPES:
        raise RunError(
            f"expected one of the recipes {', '.join(RECIPES)}; got {shorten(repr(name))}; choose one of these"
        )
    return RECIPES[name]
