from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from digits.errors import MissingExtraError
from digits.evaluation.inspect.explain import embed, occlude, project
from digits.reading.recognition.predictions import Predictions


class CornerReader:
    """Answers 4 where the pixel at row 20, column 6 has ink, else 7."""

    @property
    def info(self) -> dict[str, object]:
        return {}

    def classify_frames(self, frames: np.ndarray) -> Predictions:
        values = np.where(frames[:, 20, 6] > 0, 4, 7)
        rows = np.full((len(frames), 10), 0.01, np.float32)
        rows[np.arange(len(frames)), values] = 0.91
        return Predictions(values, rows.max(axis=1), rows, np.zeros((len(frames), 32), np.float32))


def test_the_answer_changes_exactly_where_the_patch_covers_what_matters():
    found = occlude(CornerReader(), np.full((28, 28), 255, np.uint8), patch_px=5)
    assert (found.answer, found.confidence) == (4, pytest.approx(0.91))
    changed = np.argwhere(found.answers == 7)
    assert (changed.min(axis=0) == (18, 4)).all()
    assert (changed.max(axis=0) == (22, 8)).all()
    assert len(changed) == 25
    assert found.probability[20, 6] == pytest.approx(0.01)
    assert found.probability[0, 0] == pytest.approx(0.91)


def test_components_are_scikit_learn_s_but_for_their_sign():
    features = np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32) * np.arange(1, 9)
    oracle = PCA(2).fit(features)
    places, share = project(features)
    np.testing.assert_allclose(np.abs(places), np.abs(oracle.transform(features)), atol=1e-3)
    assert share == pytest.approx(oracle.explained_variance_ratio_.sum(), abs=1e-5)


@pytest.mark.slow
def test_t_sne_keeps_far_clouds_apart_and_is_the_same_each_time():
    random = np.random.default_rng(0)
    features = np.concatenate([random.normal(0, 1, (20, 8)), random.normal(50, 1, (20, 8))]).astype(np.float32)
    places = embed(features)
    assert (places == embed(features)).all()
    one, other = places[:20], places[20:]
    assert np.linalg.norm(one.mean(axis=0) - other.mean(axis=0)) > one.std() + other.std()


def test_t_sne_says_what_it_needs(monkeypatch):
    monkeypatch.setattr("digits.evaluation.inspect.explain.find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"scikit-learn .*pip install '\.\[train\]"):
        embed(np.zeros((9, 4), np.float32))
