from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from digits.evaluation.inspect.drawings import draw_occlusion
from digits.evaluation.inspect.explain import Occlusion

FRAME = np.zeros((28, 28), np.uint8)
FRAME[6:22, 12:16] = 255


def drawn(fall_points: float, *, other: int | None = None) -> Figure:
    probability = np.full((28, 28), 0.99, np.float32)
    probability[10, 14] -= fall_points / 100
    answers = np.full((28, 28), 1)
    if other is not None:
        answers[10, 14] = other
    return draw_occlusion(Occlusion(1, 0.99, probability, answers), FRAME, title="what matters")


def shade(figure: Figure) -> np.ndarray:
    (image,) = figure.axes[1].get_images()
    return np.asarray(image.to_rgba(image.get_array()))[10, 14]


def test_a_small_fall_looks_small_beside_a_large_one() -> None:
    # Luminance of white is 1.
    light, middle, dark = (float(shade(drawn(points))[:3].mean()) for points in (3, 30, 95))
    assert light > 0.8 > middle > 0.4 > dark


def test_the_same_fall_has_the_same_colour_in_every_picture() -> None:
    one, other = drawn(3), drawn(3)
    probability = np.full((28, 28), 0.99, np.float32)
    probability[10, 14], probability[20, 14] = 0.96, 0.05  # another place falls by far more
    beside = draw_occlusion(Occlusion(1, 0.99, probability, np.full((28, 28), 1)), FRAME, title="what matters")
    np.testing.assert_allclose(shade(one), shade(other))
    np.testing.assert_allclose(shade(one), shade(beside))


def test_a_bar_says_what_the_colours_mean() -> None:
    bar = drawn(3).axes[-1]
    assert [tick.get_text() for tick in bar.get_yticklabels()][:2] == ["0", "1"]
    assert bar.get_yticklabels()[-1].get_text() == "100"
    assert bar.get_title(loc="left") == "points"


@pytest.mark.parametrize(("other", "panels"), [(None, 2), (7, 3)])
def test_the_other_answers_have_a_panel_only_where_there_are_any(other: int | None, panels: int) -> None:
    figure = drawn(60, other=other)
    assert len(figure.axes) == panels + 1  # with the bar
    assert ("another answer" in [axes.get_title(loc="left") for axes in figure.axes]) == (other is not None)
