"""In: a reader and frames. Out: the parts of an image that matter to it, and a map of images by its features.

Needs nothing but the reader; only t-SNE needs scikit-learn. Nothing here draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from digits.errors import MissingExtraError
from digits.evaluation.evaluate import FrameReader
from digits.reading.result import ByteArray, FloatArray, IntArray

# A stroke is 2 to 3 px wide: a patch of 5 covers one, and leaves its neighbours.
PATCH_PX = 5
TSNE_SEED = 0


@dataclass(frozen=True, eq=False)
class Occlusion:
    """``answer`` to the whole frame and its probability; both maps (28, 28) are of the patch centred on a pixel.

    ``probability`` float32 is that of ``answer`` with the patch covered; ``answers`` int64 are the answers then.
    """

    answer: int
    confidence: float
    probability: FloatArray
    answers: IntArray


def occlude(reader: FrameReader, frame: ByteArray, *, patch_px: int = PATCH_PX) -> Occlusion:
    """Cover each part of ``frame`` uint8 (28, 28) with paper in turn and see what the answer does (Zeiler 2014)."""
    whole = reader.classify_frames(frame[np.newaxis])
    answer = int(whole.values[0])
    height, width = frame.shape
    covered = np.repeat(frame[np.newaxis], height * width, axis=0)
    before, after = patch_px // 2, patch_px - patch_px // 2
    for place, one in enumerate(covered):
        row, column = divmod(place, width)
        one[max(0, row - before) : row + after, max(0, column - before) : column + after] = 0
    found = reader.classify_frames(covered)
    return Occlusion(
        answer,
        float(whole.confidence[0]),
        found.probabilities[:, answer].reshape(height, width),
        found.values.reshape(height, width),
    )


def project(features: FloatArray) -> tuple[FloatArray, float]:
    """Return the two principal components of ``features`` (n, d), n >= 3: (n, 2), and their share of the variance."""
    centred = features - features.mean(axis=0)
    _, spreads, directions = np.linalg.svd(centred, full_matrices=False)
    share = float((spreads[:2] ** 2).sum() / max((spreads**2).sum(), 1e-12))
    return (centred @ directions[:2].T).astype(np.float32), share


def embed(features: FloatArray) -> FloatArray:
    """Return the t-SNE map (van der Maaten and Hinton 2008) of ``features`` (n, d), n >= 4: (n, 2), the same each time.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    require_tsne()
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(features) - 1) / 3)
    placed = TSNE(perplexity=perplexity, init="pca", random_state=TSNE_SEED, n_jobs=1).fit_transform(features)
    return np.asarray(placed, np.float32)


def require_tsne() -> None:
    """Raise MissingExtraError unless scikit-learn is installed."""
    if find_spec("sklearn") is None:
        raise MissingExtraError("scikit-learn", "a t-SNE map", "train")
