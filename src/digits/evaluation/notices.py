"""In: figures. Out: the sentences that must accompany them, none for an ordinary result."""

from __future__ import annotations

from digits.evaluation.metrics import Metrics

# Of fewer images even a perfect answer to all is within what chance allows.
FEWEST_TO_JUDGE = 20


def about_figures(metrics: Metrics) -> tuple[str, ...]:
    """Return sentences about digits that do not occur, and about an accuracy that chance explains."""
    return tuple(filter(None, (_about_absent_digits(metrics), _about_chance(metrics))))


def _about_absent_digits(metrics: Metrics) -> str | None:
    absent = [str(row.digit) for row in metrics.per_digit if not row.support]
    if not absent:
        return None
    listed = " or ".join(absent)
    return f"NOT EVERY DIGIT: none of these images shows {listed}, so they cannot tell how well it is read."


def _about_chance(metrics: Metrics) -> str | None:
    commonest = max(metrics.per_digit, key=lambda row: row.support)
    share = commonest.support / metrics.n
    if metrics.n < FEWEST_TO_JUDGE or share == 1 or metrics.interval[0] > share:
        return None
    return (
        f"AT CHANCE: {metrics.accuracy:.1%} are right, and always answering {commonest.digit} would get "
        f"{share:.1%}; the model has not learned these digits, or was trained on images that look different."
    )
