"""In: a ``Comparison``. Out: sentences that say what can be concluded from it, and what cannot."""

from __future__ import annotations

import statistics

from digits.evaluation.report.compare import Comparison, Group, PairOfGroups, PairOfRuns
from digits.evaluation.report.significance import Difference


def conclude(comparison: Comparison) -> list[str]:
    """Return the conclusions, the most important first."""
    seeds = [_of_group(group) for group in comparison.groups if len(group.runs) > 1]
    recipes = [_of_recipes(pair, pair.difference) for pair in comparison.group_pairs if pair.difference]
    return [*seeds, *recipes, _of_pairs(comparison), *_caution(comparison)]


def _of_group(group: Group) -> str:
    values = group.accuracies
    return (
        f"{group.name}: {100 * statistics.fmean(values):.2f} ± {100 * statistics.stdev(values):.2f} %, "
        f"mean and standard deviation of {len(values)} seeds."
    )


def _of_recipes(pair: PairOfGroups, difference: Difference) -> str:
    low, high = difference.interval
    found = (
        "a difference between the means that chance does not explain"
        if pair.is_significant
        else "no difference between the means that chance does not explain"
    )
    return (
        f"{pair.first} against {pair.second}: {found}, {as_points(difference.value)} points, 95 % interval "
        f"{as_points(low)} to {as_points(high)} (Welch's test over seeds, p {as_p(difference.p)})."
    )


def _of_pairs(comparison: Comparison) -> str:
    pairs = comparison.pairs
    real = [pair for pair in pairs if pair.is_significant]
    how = "McNemar's exact test on the same images" + (f", corrected for {len(pairs)} pairs" if len(pairs) > 1 else "")
    if not real:
        return f"No two of these networks differ by more than chance explains ({how})."
    if len(pairs) == 1:
        return f"{_better(real[0])} by more than chance explains ({how}, p {as_p(real[0].corrected_p)})."
    return f"{len(real)} of {len(pairs)} pairs of networks differ by more than chance explains ({how})."


def _caution(comparison: Comparison) -> list[str]:
    recipes = {str(group.runs[0].facts.recipe) for group in comparison.groups}
    if len(recipes) > 1 and any(len(group.runs) == 1 for group in comparison.groups):
        return [
            "One seed shows how good one network is, not how good its recipe is: another seed gives another network. "
            "To compare recipes, train several seeds of each (digits train --seeds 0-4)."
        ]
    return []


def _better(pair: PairOfRuns) -> str:
    names = (pair.first, pair.second) if pair.pair.value > 0 else (pair.second, pair.first)
    return f"{names[0]} is better than {names[1]}"


def as_p(p: float) -> str:
    """Return a probability as it is written after "p"."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"


def as_points(difference: float) -> str:
    """Return a difference of shares in percentage points, with its sign."""
    return f"{100 * difference:+.2f}".replace("-", "−")
