"""``digits evaluate``: a model and a dataset in, measurements of the model out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from digits.cli.parsing.command import Option
from digits.cli.parsing.options import (
    ForceOption,
    InvertOption,
    ModelArgument,
    RunDataOption,
    TransposeOption,
    correction_of,
    parse_accept,
)

if TYPE_CHECKING:
    from rich.table import Table

    from digits.data import LabelledImages
    from digits.evaluation.distortion.robustness import Robustness
    from digits.evaluation.evaluate import Evaluation, FrameReader
    from digits.reading.recognition.acceptance import Acceptance

MOST_CONFUSED_SHOWN = 6


def evaluate(
    model: ModelArgument = None,
    data: RunDataOption = None,
    transpose: TransposeOption = False,
    invert: InvertOption = False,
    out: Annotated[
        Path | None,
        Option(
            "--out",
            "-o",
            file_okay=False,
            help="Where metrics.json and the pictures go. Default: ./evaluation; with --json, nowhere.",
        ),
    ] = None,
    force: ForceOption = False,
    robustness: Annotated[
        bool,
        Option(
            "--robustness",
            help="Also measure how much shift, rotation, noise, … it takes before accuracy falls; draw robustness.png.",
        ),
    ] = False,
    robustness_images: Annotated[
        int, Option(min=1, help="How many images --robustness distorts, each digit in proportion.")
    ] = 1_000,
    accept: Annotated[
        str | None,
        Option(
            metavar="ACCURACY",
            help="Also tell what comes of a threshold: that from which held-out digits are right at least this often.",
        ),
    ] = None,
    json: Annotated[bool, Option("--json", help="Print the metrics as JSON instead of tables.")] = False,
) -> None:
    """Measure the digit network of a model: accuracy with its interval, calibration, each digit, what it gets wrong.

    `digits read` also asks the page network, so it may be right where the digit network is wrong.
    """
    import digits
    from digits.cli.terminal.console import print_json, print_notice
    from digits.evaluation.evaluate import with_acceptance
    from digits.evaluation.folder import FILES, to_document
    from digits.evaluation.page import require_plotting
    from digits.evaluation.run_data import choose_images
    from digits.files import require_free

    asked = _parse_accuracy(accept)
    correction = correction_of(data, transpose=transpose, invert=invert)
    folder = out or (None if json else Path("evaluation"))
    if folder:
        require_plotting()  # before the minutes that a large dataset takes, not after
        require_free([folder / file for file in FILES], force=force)
    reader = digits.load(model)
    accepted = _choose_threshold(reader.info, asked) if asked else None
    name, examples, remark = choose_images([model], data, correction)
    if remark:
        print_notice(remark)
    evaluation = _evaluate(reader, name, examples)
    if accepted:
        evaluation = with_acceptance(evaluation, accepted, examples.labels)
    distorted = _distort(reader, examples, robustness_images) if robustness else None
    files = _save(evaluation, examples, folder, distorted) if folder else []
    measured = str(model) if model else "the shipped model"
    if json:
        for notice in evaluation.notices:
            print_notice(notice)
        print_json({"model": measured} | to_document(evaluation, distorted))
    else:
        _print_report(measured, evaluation)
        if distorted:
            _print_robustness(distorted)
        _print_files(files)


def _parse_accuracy(accept: str | None) -> float | None:
    asked = parse_accept(accept)
    if isinstance(asked, str):
        raise click.BadParameter("--accept agreed needs two networks, and measured is one of them; give an accuracy")
    return asked


def _choose_threshold(info: Mapping[str, Any], asked: float) -> Acceptance:
    from digits.model.acceptance import ALONE, accept

    return accept(info, asked, who=ALONE)


def _evaluate(reader: FrameReader, name: str, examples: LabelledImages) -> Evaluation:
    from digits.cli.terminal.console import watched
    from digits.evaluation.evaluate import evaluate as run

    with watched(f"classifying {name}") as show:
        return run(reader, name, examples, progress=lambda done: show(completed=done, total=len(examples)))


def _distort(reader: FrameReader, examples: LabelledImages, count: int) -> Robustness:
    from digits.cli.terminal.console import watched
    from digits.evaluation.distortion.robustness import measure_robustness

    with watched("classifying distorted images") as show:
        return measure_robustness(
            reader, examples, count=count, progress=lambda done, of: show(completed=done, total=of)
        )


def _save(evaluation: Evaluation, examples: LabelledImages, folder: Path, distorted: Robustness | None) -> list[Path]:
    from digits.cli.terminal.console import watched
    from digits.evaluation.folder import save_evaluation

    with watched("drawing the pictures"):
        return save_evaluation(evaluation, examples, folder, robustness=distorted)


def _print_report(measured: str, evaluation: Evaluation) -> None:
    from rich.text import Text

    from digits.cli.terminal.console import out
    from digits.evaluation.wording import AURC_WORDS, CALIBRATION_WORDS, LOSS_WORDS, as_area, as_loss

    metrics = evaluation.metrics
    low, high = metrics.interval
    out.print(
        f"{measured} on {evaluation.name}: {metrics.n:,} images in {evaluation.seconds:.1f} s, "
        f"{evaluation.images_per_second:,.0f} images/s",
        markup=False,
        soft_wrap=True,
    )
    out.print("measured is the digit network alone; digits read asks the page network as well", soft_wrap=True)
    for notice in evaluation.notices:
        out.print(Text(notice, style="bold yellow"), soft_wrap=True)
    out.print()
    out.print(f"accuracy  [bold]{metrics.accuracy:.2%}[/]  95 % interval {low:.2%} to {high:.2%}")
    out.print(f"errors    {metrics.errors:,} of {metrics.n:,}")
    out.print(f"loss      {as_loss(metrics.loss)}  {LOSS_WORDS}", soft_wrap=True)
    out.print(f"ECE       {metrics.ece:.4f}  calibration error: {CALIBRATION_WORDS}", soft_wrap=True)
    out.print(f"AURC      {as_area(metrics.risk_coverage.aurc)}  {AURC_WORDS}", soft_wrap=True)
    if evaluation.accepted:
        out.print(_accepted(evaluation.accepted), soft_wrap=True)
    out.print()
    out.print(_digit_table(evaluation))
    out.print(_confused(evaluation), soft_wrap=True)


def _accepted(accepted: Mapping[str, Any]) -> str:
    from digits.reading.recognition.acceptance import floored

    here = accepted["here"]
    return (
        f"accept    {accepted['asked']:g}: {accepted['told']}\n"
        f"          here {floored(here['coverage'])} are answered, {here['wrong']:,} wrong"
        + (f": {floored(here['accuracy'])} right" if here["answered"] else "")
    )


def _digit_table(evaluation: Evaluation) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("digit", "precision", "recall", "F1", "images", "errors"):
        table.add_column(heading, justify="right")
    for row, counts in zip(evaluation.metrics.per_digit, evaluation.metrics.confusion_matrix, strict=True):
        missed = row.support - int(counts[row.digit])
        shares = ("–" if share is None else f"{share:.4f}" for share in (row.precision, row.recall, row.f1))
        table.add_row(str(row.digit), *shares, f"{row.support:,}", f"{missed:,}")
    return table


def _confused(evaluation: Evaluation) -> str:
    pairs = evaluation.metrics.most_confused
    if not pairs:
        return "most confused: none"
    shown = ", ".join(f"{pair.true} as {pair.predicted} ({pair.count:,})" for pair in pairs[:MOST_CONFUSED_SHOWN])
    left = len(pairs) - MOST_CONFUSED_SHOWN
    return f"most confused: {shown}" + (f" and {left} more {'pair' if left == 1 else 'pairs'}" if left > 0 else "")


def _print_robustness(robustness: Robustness) -> None:
    from rich import box
    from rich.table import Table

    from digits.cli.terminal.console import out
    from digits.evaluation.distortion.robustness import FLOOR

    floor = f"{100 * FLOOR:g} %"
    out.print(f"\nrobustness: {robustness.sample}; {robustness.seconds:.0f} s", soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("distortion")
    for heading in (f"{floor} or more up to", f"below {floor} from about", "strongest", "accuracy", "confidence"):
        table.add_column(heading, justify="right")
    for curve in robustness.curves:
        for limit in curve.limits():
            unit = curve.family.unit
            # Between two measured strengths, two digits are all that is known.
            falls_at = None if limit.falls_at is None else float(f"{limit.falls_at:.2g}")
            strengths = (limit.held, falls_at, limit.strongest.strength)
            table.add_row(
                curve.family.name,
                *("–" if strength is None else f"{strength:g} {unit}" for strength in strengths),
                f"{limit.strongest.accuracy:.1%}",
                f"{limit.strongest.confidence:.1%}",
            )
    out.print(table)


def _print_files(files: list[Path]) -> None:
    from digits.cli.terminal.console import out

    if files:
        out.print(f"files: {', '.join(map(str, files))}", markup=False, soft_wrap=True)
