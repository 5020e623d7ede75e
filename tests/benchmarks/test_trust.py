"""Letters that no training saw: printed, and bent as a hand would; the same at every call."""

from __future__ import annotations

import numpy as np
import pytest
import trust as benchmark

from digits.data import Dataset
from digits.training.typefaces import HANDWRITING_LIKE, RESERVED


def letters(sample: Dataset) -> dict[str, list[benchmark.Image]]:
    """Return the sets of letters by name, without the pictures of $DIGITS_DATA."""
    pytest.importorskip("fontpkg", reason="needs the extra typefaces")
    return {name: list(some) for name, some in benchmark.find_sets(sample.test.images, 2) if "letters" in name}


def test_letters_like_handwriting_are_bent_and_kept_from_training(
    sample: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    assert len(RESERVED & HANDWRITING_LIKE) == 3
    one, other = letters(sample), letters(sample)
    assert list(one) == ["printed letters", "letters like handwriting"]
    assert [len(some) for some in one.values()] == [7 * len(benchmark.LETTERS), 12 * len(benchmark.LETTERS)]
    first, second = one["letters like handwriting"][:2]  # one letter, bent in two ways
    assert first.shape != second.shape or np.abs(first.astype(int) - second).mean() > 1
    assert all(
        np.array_equal(a, b) for a, b in zip(*(x["letters like handwriting"] for x in (one, other)), strict=True)
    )
    assert all(picture.min() < 100 < 200 < picture.max() for some in one.values() for picture in some)


def test_ranks_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(0)
    above, below = np.round(random.normal(1, 1, 300), 1), np.round(random.normal(0, 1, 200), 1)
    truth = np.repeat([1, 0], [300, 200])
    assert benchmark.auroc(above, below) == pytest.approx(metrics.roc_auc_score(truth, np.concatenate([above, below])))
