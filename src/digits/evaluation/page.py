"""In: a title, a note and a height. Out: a blank page with room for a chart, saved as PNG when the ``with`` ends,
or left as a figure for a notebook to show.

Every picture of this package is drawn on one: 1,600 px wide, made to be read at 800. It knows nothing of
charts. Matplotlib is imported inside, so that measuring alone stays light; no pyplot, no global state left
behind.
"""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digits.errors import MissingExtraError
from digits.files import replacing
from digits.reading.picture.signature import KEYWORD, MAKER

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH_IN = 8.0
# 8 in at 200 dpi is 1,600 px: at half size one point is still 1.4 px, so 9 pt type stays readable.
DPI = 200
MARGIN_IN = 0.25

# Two series that differ in lightness, line and marker, so that grey and colour-blind eyes lose nothing.
# The hues are blue and vermilion of Okabe and Ito's palette; contrast with white paper is 3.5 and 6.5 to 1.
INK = "#222222"
FAINT = "#6b6b6b"
RULE = "#d9d9d9"
TRAINING: dict[str, Any] = {
    "color": "#3a8fc7",
    "linestyle": (0, (4, 2)),
    "marker": "o",
    "markerfacecolor": "white",
}
VALIDATION: dict[str, Any] = {
    "color": "#a63a00",
    "linestyle": "-",
    "marker": "s",
    "markerfacecolor": "#a63a00",
}

STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,  # A file name with two dollar signs is a name, not a formula.
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
}

TITLE_PT, SMALL_PT = 13.0, 9.0
# Measured on English text: a character takes 0.57 em in bold, 0.48 in regular; the page has 7.5 in for them.
TITLE_CHARACTERS, SMALL_CHARACTERS = 70, 116
LINE_HEIGHT = 1.35


@dataclass(frozen=True)
class Page:
    """A figure and the part of it left for the chart: ``bottom`` and ``top`` as fractions of its height."""

    figure: Figure
    bottom: float
    top: float
    height_in: float


@contextmanager
def page(path: Path | None, *, title: str, note: str = "", body_in: float) -> Iterator[Page]:
    """A page with ``title`` above and ``note`` below a body ``body_in`` inches high; saves it to ``path`` at the end.

    Without a path nothing is saved: a notebook shows ``Page.figure`` itself. The first line of ``title`` is the
    headline; further lines (a dataset's notice, say) are small print under it. The folder of ``path`` is made; the
    file appears whole or not at all, and not when drawing fails.
    Raises ``MissingExtraError`` without matplotlib.
    """
    require_plotting()
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    headline, *small = title.split("\n")
    above = _wrapped([headline], TITLE_CHARACTERS), _wrapped(small, SMALL_CHARACTERS)
    below = _wrapped([note] if note else [], SMALL_CHARACTERS)
    header_in = MARGIN_IN + _height_in(above[0], TITLE_PT) + _height_in(above[1], SMALL_PT)
    footer_in = MARGIN_IN + _height_in(below, SMALL_PT)
    height_in = header_in + body_in + footer_in
    with rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # a name in another script is drawn as boxes
        figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor="white")
        FigureCanvasAgg(figure)
        from_top = MARGIN_IN
        for lines, size_pt, weight in ((above[0], TITLE_PT, "bold"), (above[1], SMALL_PT, "normal")):
            _write(figure, lines, from_top, height_in, size_pt, weight)
            from_top += _height_in(lines, size_pt)
        _write(figure, below, header_in + body_in, height_in, SMALL_PT, "normal", FAINT)
        yield Page(figure, footer_in / height_in, 1 - header_in / height_in, height_in)
        if path is None:
            figure.draw_without_rendering()  # ticks are made while drawing, and only here in our style
            return
        with replacing(path) as file:
            figure.savefig(file, format="png", dpi=DPI, metadata={KEYWORD: MAKER})


def require_plotting() -> None:
    """Raise ``MissingExtraError`` unless matplotlib and seaborn can be imported."""
    from importlib.util import find_spec

    missing = [name for name in ("matplotlib", "seaborn") if find_spec(name) is None]
    if missing:
        raise MissingExtraError(" and ".join(missing), "drawing pictures", "train")


def _wrapped(lines: list[str], characters: int) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, characters)]


def _height_in(lines: list[str], size_pt: float) -> float:
    return len(lines) * size_pt * LINE_HEIGHT / 72


def _write(
    figure: Figure,
    lines: list[str],
    from_top_in: float,
    height_in: float,
    size_pt: float,
    weight: str,
    color: str = INK,
) -> None:
    for i, line in enumerate(lines):
        y = 1 - (from_top_in + _height_in([line], size_pt) * i) / height_in
        figure.text(MARGIN_IN / WIDTH_IN, y, line, size=size_pt, weight=weight, color=color, va="top")
