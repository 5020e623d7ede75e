"""The options that say what ``digits train`` trains on go in; the dataset comes out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digits.data import Correction, Dataset


@dataclass(frozen=True)
class TrainingData:
    """What was asked for; ``data`` and ``pen_strokes`` are files or folders."""

    data: Path | None
    correction: Correction
    with_mnist: bool
    pen_strokes: Path | None

    def check(self, recipe: str | None, *, resume: bool, from_scratch: bool) -> None:
        """Refuse options that do not go with the others.

        Raises:
            click.BadParameter: options that exclude or need each other.
        """
        if (from_scratch or self.with_mnist) and (resume or not self.data):
            raise click.BadParameter(
                "--from-scratch and --with-mnist need --data, and --resume takes them from the run"
            )
        if from_scratch and recipe:
            raise click.BadParameter("--from-scratch excludes --recipe: every recipe but finetune starts from scratch")
        if self.pen_strokes and self.data:
            raise click.BadParameter("--pen-strokes excludes --data: what is drawn with them goes to MNIST's digits")

    def load(self, resumed: Path | None) -> Dataset:
        """Load it; a run that is resumed, in that folder, takes its data as it did when it began."""
        from digits.data import load_dataset
        from digits.data.mixing import mix_in
        from digits.experiments.plan import recorded_correction, recorded_mixing

        correction, with_mnist = self.correction, self.with_mnist
        if self.data and resumed:
            correction, with_mnist = correction or recorded_correction(resumed), recorded_mixing(resumed)
        dataset = load_dataset(self.data, correction)
        if self.pen_strokes:
            from digits.cli.terminal.console import print_notice
            from digits.data.pen_strokes import load_pen_strokes
            from digits.training.augmentation.pen_digits import COPIES, with_pen_digits

            pens = load_pen_strokes(self.pen_strokes)
            print_notice(f"drawing {COPIES * len(pens):,} digits with pen strokes, a quarter of a minute or more …")
            return with_pen_digits(dataset, pens)
        return mix_in(dataset, load_dataset()) if with_mnist else dataset

    @property
    def options(self) -> list[str]:
        """The options that a run needs again when it is resumed."""
        own = ["--data", str(self.data), *self.correction.options] if self.data else []
        return [*own, "--pen-strokes", str(self.pen_strokes)] if self.pen_strokes else own
