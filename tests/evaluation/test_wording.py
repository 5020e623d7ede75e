from __future__ import annotations

import pytest

from digits.evaluation.wording import as_loss, floor_percent


@pytest.mark.parametrize(
    ("loss", "words"), [(0.01364, "0.0136"), (0.0, "under 0.0001"), (-0.0, "under 0.0001"), (2e-5, "under 0.0001")]
)
def test_a_loss_is_never_written_as_nothing_or_less(loss: float, words: str) -> None:
    assert as_loss(loss) == words


def test_no_confidence_is_rounded_up_to_certainty() -> None:
    assert [floor_percent(share) for share in (1.0, 0.9997, 0.5)] == ["99.9 %", "99.9 %", "50.0 %"]
