"""What ``digits train`` says of the epoch that it kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from digits.cli.terminal.train_output import print_summary

METRICS: dict[str, Any] = {
    **{f"{part}_{figure}": 0.5 for part in ("train", "val", "test") for figure in ("accuracy", "loss")},
    "dataset": {"sizes": {"train": 80, "validation": 10, "test": 10}},
    "test_interval": [0.2, 0.8],
    "notices": [],
    "seconds": {"training": 3.0},
}
LAST = "kept the last of 20 epochs, as a training of fixed length does; loss on validation was least after epoch 10"


@pytest.mark.parametrize(
    ("epochs", "said"),
    [
        ({"trained": 20, "kept": 12, "best": 12}, "kept epoch 12 of 20, the best on validation"),
        ({"trained": 20, "kept": 20, "best": 10}, LAST),
        ({"trained": 20, "kept": 20, "best": 20}, None),
        ({"trained": 20, "kept": 20}, None),  # a run of an earlier version
        (None, None),  # an ensemble
    ],
)
def test_a_summary_says_which_epoch_was_kept(
    epochs: dict[str, int] | None, said: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(Path("runs/a"), METRICS | {"epochs": epochs}, 5.0)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("kept")]
    assert lines == ([said] if said else [])
