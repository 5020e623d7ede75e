"""In: a run folder and labelled frames. Out: ``MeasuredRun``, the results of its exported model.

It measures the files that users run, through ``digits.reading``, in float32 and, if there is a file, in int8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digits.data import LabelledImages
from digits.evaluation.distortion.robustness import Robustness, measure_robustness
from digits.evaluation.evaluate import Evaluation, evaluate
from digits.evaluation.report.facts import RunFacts, read_facts
from digits.model.folder import INT8
from digits.model.load import FLOAT32, Precision, load

# 250 images in every distortion are 12,500 classifications, seconds on two cores, so that every training can end with
# them; one standard deviation of an accuracy of 95 % is 1.4 points then, and the interval is drawn.
ROBUSTNESS_IMAGES = 250

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class MeasuredRun:
    """A run and its model's answers: ``evaluation`` in float32, ``int8`` if the folder holds that file, too."""

    facts: RunFacts
    evaluation: Evaluation
    int8: Evaluation | None
    robustness: Robustness | None


def measure_run(
    path: Path | None,
    name: str,
    examples: LabelledImages,
    *,
    robustness_images: int = ROBUSTNESS_IMAGES,
    threads: int | None = None,
    known: tuple[Evaluation, Evaluation | None] | None = None,
    progress: Progress | None = None,
) -> MeasuredRun:
    """Measure the model in the run or model folder ``path``, by default the shipped one, on ``examples``.

    Args:
        name: the name of the dataset.
        robustness_images: how many images are distorted; 0 skips this.
        known: the evaluations in float32 and int8, if they were just made.
        progress: called with the current task, its steps done and their total.

    Raises:
        ModelError, RunError: the folder is no sound run or model.
    """
    facts = read_facts(path)

    def told(what: str) -> Callable[[int, int], None]:
        return lambda done, of: progress(f"{facts.name}: {what}", done, of) if progress else None

    def evaluated(precision: Precision) -> Evaluation:
        told_so_far = told(f"classifying in {precision}")
        reader = load(path, threads=threads, precision=precision)
        return evaluate(reader, name, examples, progress=lambda done: told_so_far(done, len(examples)))

    full, int8 = known or (evaluated(FLOAT32), evaluated(INT8) if INT8 in facts.model else None)
    distorted = None
    if robustness_images:
        reader = load(path, threads=threads, precision=FLOAT32)
        distorted = measure_robustness(reader, examples, count=robustness_images, progress=told("distorting"))
    return MeasuredRun(facts, full, int8, distorted)
