"""What ``digits train`` prints: what it begins; when it is done, figures, their notices, and where the files are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from digits.cli.terminal.console import err, out, print_notice
from digits.data import Dataset
from digits.evaluation.wording import as_loss
from digits.experiments.run import Plan
from digits.training.train import cold_statistics

SIGNIFICANT = 0.05


def announce(dataset: Dataset, plan: Plan, name: str, seeds: str | None, decision: str | None) -> None:
    """Print what is trained on which data, and what to know before it takes its time."""
    if dataset.full_notice:
        print_notice(dataset.full_notice)
    if warning := cold_statistics(plan.recipe, len(dataset.train)):
        print_notice(warning)
    if decision:
        print_notice(decision)
    conditions = f"recipe {plan.recipe.name}, seed {seeds or plan.seed}, {plan.threads} threads"
    err.print(f"training {name}: {conditions}, {dataset.source}", markup=False)


def print_summary(path: Path, metrics: dict[str, Any], whole_s: float) -> None:
    """Print a run; ``whole_s`` is how long the whole command took."""
    table = Table("", "accuracy", "loss", "images", title=escape(path.name), title_justify="left")
    for part, key in (("train", "train"), ("validation", "val"), ("test", "test")):
        accuracy, loss = metrics[f"{key}_accuracy"], metrics[f"{key}_loss"]
        table.add_row(part, f"{accuracy:.2%}", as_loss(loss), f"{metrics['dataset']['sizes'][part]:,}")
    out.print(table)
    low, high = metrics["test_interval"]
    out.print(f"test accuracy with 95 % interval: {low:.2%} to {high:.2%}")
    _print_notices(metrics["notices"])
    epochs = metrics.get("epochs")
    if epochs and epochs["kept"] < epochs["trained"]:
        out.print(f"kept epoch {epochs['kept']} of {epochs['trained']}, the best on validation")
    elif epochs and epochs.get("best", epochs["kept"]) < epochs["kept"]:
        out.print(
            f"kept the last of {epochs['trained']} epochs, as a training of fixed length does; "
            f"loss on validation was least after epoch {epochs['best']}",
            soft_wrap=True,
        )
    out.print(f"{metrics['seconds']['training']:.0f} s training, {whole_s:.0f} s in all")
    out.print(f"files: {path}; open {path}/report.html in a browser", markup=False, soft_wrap=True)


def print_study(path: Path, summary: dict[str, Any]) -> None:
    title = f"{escape(path.name)}: {len(summary['seeds'])} seeds, {summary['precision']}, {summary['threads']} threads"
    table = Table("", "mean", "sd", "every seed", title=title, title_justify="left")
    for key in ("test_accuracy", "val_accuracy", "train_accuracy"):
        row = summary[key]
        spread = "–" if row["sd"] is None else f"{row['sd']:.3%}"
        table.add_row(key, f"{row['mean']:.3%}", spread, " ".join(f"{value:.2%}" for value in row["values"]))
    out.print(table)
    if agreed := summary["test_accuracy_without_contested"]:
        out.print(f"without the 15 test images whose label most people reject: {agreed['mean']:.3%}")
    differing = [pair for pair in summary["pairs"] if pair["p_corrected"] < SIGNIFICANT]
    for pair in differing:
        names = f"{pair['first']} and {pair['second']}"
        out.print(f"{names} differ by {pair['value']:+.2%}, p = {pair['p_corrected']:.3f} (McNemar, Holm)")
    if summary["pairs"] and not differing:
        out.print("no two seeds differ by more than chance on these images (McNemar, Holm)")
    _print_notices(summary["notices"])
    out.print(f"files: {path}", markup=False, soft_wrap=True)


def _print_notices(notices: list[str]) -> None:
    for notice in notices:
        out.print(notice, markup=False, soft_wrap=True)
