"""In: the folders that a person named, and measured runs. Out: ``Made``, the written page and its summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from digits.data import LabelledImages
from digits.errors import RunError
from digits.evaluation.report.compare import Comparison, compare
from digits.evaluation.report.facts import find_runs, read_facts
from digits.evaluation.report.measure import MeasuredRun
from digits.evaluation.report.render import REPORT_FILE, notices_of, write_comparison, write_report
from digits.evaluation.report.verdict import conclude


@dataclass(frozen=True)
class Made:
    """A written page: its path, the notices to show first, its conclusions, and its figures for JSON."""

    path: Path
    notices: tuple[str, ...]
    sentences: tuple[str, ...]
    document: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {"report": str(self.path), "notices": list(self.notices), **self.document}


def choose(paths: Sequence[Path]) -> list[Path | None]:
    """Return the folders to measure, each once, studies as their runs; without ``paths`` [None], the shipped model.

    Every folder is opened here, so that a wrong path shows before minutes are spent on the others.

    Raises:
        ModelError, RunError: a folder holds no sound run or model.
    """
    found: list[Path | None] = [None]
    if paths:
        runs = {run.resolve(): run for path in paths for run in find_runs(path)}
        if not runs:
            raise RunError(f"expected complete runs in {', '.join(map(str, paths))}; there is none; train one first")
        found = list(runs.values())
    for folder in found:
        read_facts(folder)
    return found


def default_place(folders: Sequence[Path | None], named: Sequence[Path]) -> Path:
    """Return where the page goes: into the folder that was named if it is the only one, else here."""
    if len(named) == 1 and folders[0] is not None:
        return named[0] / REPORT_FILE
    return Path(REPORT_FILE)


def report(measured: Sequence[MeasuredRun], examples: LabelledImages, path: Path) -> Made:
    """Write the page on one run, or the comparison of several, all measured on ``examples``.

    Raises:
        MissingExtraError, RunError: as ``render``.
    """
    measured, copies = _without_copies(measured)
    if len(measured) == 1:
        (run,) = measured
        write_report(run, examples, path)
        return Made(path, (*copies, *notices_of(measured)), (_in_short(run),), _document(run))
    comparison = compare(measured, examples)
    write_comparison(comparison, examples, path)
    notices = (*copies, *notices_of(comparison.runs))
    lines = (*(_in_short(run) for run in comparison.runs), *conclude(comparison))
    return Made(path, notices, lines, _compared(comparison))


def _without_copies(measured: Sequence[MeasuredRun]) -> tuple[list[MeasuredRun], list[str]]:
    """Return the first run of each network, and a sentence about each run that was left out."""
    first: dict[str, MeasuredRun] = {}
    said = []
    for run in measured:
        sha256 = run.evaluation.model_sha256
        if sha256 and sha256 in first:
            said.append(f"{run.facts.path} holds the same weights as {first[sha256].facts.path}; it is left out")
        else:
            first[sha256 or str(run.facts.path)] = run
    return list(first.values()), said


def _in_short(run: MeasuredRun) -> str:
    metrics = run.evaluation.metrics
    low, high = metrics.interval
    return (
        f"{run.facts.name} on {run.evaluation.name}: {metrics.accuracy:.2%}, 95 % interval {low:.2%} to {high:.2%}, "
        f"{metrics.errors:,} of {metrics.n:,} wrong"
    )


def _document(run: MeasuredRun) -> dict[str, Any]:
    return {
        "run": run.facts.name,
        **run.evaluation.to_dict(),
        "int8": run.int8.to_dict() if run.int8 else None,
        "robustness": run.robustness.to_dict() if run.robustness else None,
    }


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        "runs": [_document(run) for run in comparison.runs],
        "pairs": [asdict(pair) | {"is_significant": pair.is_significant} for pair in comparison.pairs],
        "recipes": [asdict(pair) | {"is_significant": pair.is_significant} for pair in comparison.group_pairs],
        "conclusions": conclude(comparison),
    }
