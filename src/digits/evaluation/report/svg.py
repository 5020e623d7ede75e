"""In: numbers and two axes. Out: a chart as an SVG element for the page, coloured by the page's style sheet.

A chart is as wide as a phone, so that its text keeps its size there. Nothing here knows the subject of a chart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

WIDTH, HEIGHT = 340.0, 208.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 10.0, 36.0
NAME_HEIGHT = 13.0  # of a tick, in 11 px type


def element(name: str, *children: str, **attributes: object) -> str:
    """Return an element; ``children`` are markup, attributes are text. ``class_`` is class, ``_`` else a hyphen."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{words}>{''.join(children)}</{name}>"


@dataclass(frozen=True)
class Axis:
    """From ``low`` to ``high``, either the smaller; ``ticks`` are values and their names.

    ``is_log`` makes equal factors equal steps; then both ends and all values are above 0.
    """

    low: float
    high: float
    ticks: Mapping[float, str]
    name: str = ""
    is_log: bool = False

    def place(self, value: float) -> float:
        """Return where ``value`` stands, 0 at ``low`` and 1 at ``high``, kept on the axis."""
        low, high, at = (math.log(v) if self.is_log else v for v in (self.low, self.high, value))
        return min(1.0, max(0.0, (at - low) / (high - low)))


class Chart:
    """A drawing that grows: each method adds something, ``to_svg`` gives all of it."""

    def __init__(self, x: Axis, y: Axis, *, height: float = HEIGHT, left: float = LEFT, bottom: float = BOTTOM) -> None:
        self._x_axis, self._y_axis = x, y
        self._left, self._height, self._floor = left, height, height - bottom
        self._parts = [self._grid()]

    def x(self, value: float) -> float:
        return self._left + (WIDTH - RIGHT - self._left) * self._x_axis.place(value)

    def y(self, value: float) -> float:
        return self._floor - (self._floor - TOP) * self._y_axis.place(value)

    def line(self, xs: Sequence[float], ys: Sequence[float], style: str) -> None:
        """Add a line through the points, broken at NaN."""
        points = zip(xs, ys, strict=True)
        for is_drawn, run in groupby(points, key=lambda point: math.isfinite(point[1])):
            if is_drawn:
                steps = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in run)
                self._parts.append(element("polyline", points=steps, class_=f"line {style}"))

    def dots(
        self, xs: Sequence[float], ys: Sequence[float], style: str, titles: Iterable[str], *, radius: float = 3
    ) -> None:
        """Add a dot per point, each with a title that the pointer brings up."""
        for x, y, title in zip(xs, ys, titles, strict=True):
            if math.isfinite(y):
                words = element("title", escape(title))
                dot = element("circle", words, cx=self.x(x), cy=self.y(y), r=radius, class_=f"dot {style}")
                self._parts.append(dot)

    def band(self, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], style: str) -> None:
        """Add an area between two lines."""
        there = [(self.x(x), self.y(high)) for x, high in zip(xs, highs, strict=True)]
        back = [(self.x(x), self.y(low)) for x, low in zip(xs, lows, strict=True)]
        steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in there + back[::-1])
        self._parts.append(element("polygon", points=steps, class_=f"band {style}"))

    def segment(self, start: tuple[float, float], end: tuple[float, float], style: str) -> None:
        """Add a straight line between two points, given as values."""
        (x1, y1), (x2, y2) = start, end
        self._parts.append(element("line", x1=self.x(x1), y1=self.y(y1), x2=self.x(x2), y2=self.y(y2), class_=style))

    def bar(self, low: float, high: float, value: float, style: str, title: str) -> None:
        """Add a bar from the floor to ``value``, from ``low`` to ``high`` across."""
        left, right, top = self.x(low) + 0.5, self.x(high) - 0.5, self.y(value)
        size = {"x": left, "y": top, "width": max(0.5, right - left), "height": max(0.0, self._floor - top)}
        self._parts.append(element("rect", element("title", escape(title)), class_=style, **size))

    def picture(self, x: float, uri: str, size: float, style: str = "") -> None:
        """Add a picture under the axis, centred at ``x``."""
        place = {"x": self.x(x) - size / 2, "y": self._floor + 20, "width": size, "height": size}
        self._parts.append(element("image", href=uri, class_=f"picture {style}", **place))

    def words(self, x: float, y: float, text: str, style: str, anchor: str = "start") -> None:
        """Add text at a point, given as values."""
        self._parts.append(element("text", escape(text), x=self.x(x), y=self.y(y), class_=style, text_anchor=anchor))

    def to_svg(self, label: str) -> str:
        """Return the element; ``label`` is a sentence for people who cannot see it."""
        box = f"0 0 {_written(WIDTH)} {_written(self._height)}"
        return element("svg", *self._parts, viewBox=box, role="img", aria_label=label, class_="chart")

    def _grid(self) -> str:
        right, parts = WIDTH - RIGHT, []
        for height, name in _apart([(self.y(value), name) for value, name in self._y_axis.ticks.items()]):
            parts.append(element("line", x1=self._left, y1=height, x2=right, y2=height, class_="grid"))
            parts.append(
                element("text", escape(name), x=self._left - 6, y=height + 4, class_="tick", text_anchor="end")
            )
        for value, name in self._x_axis.ticks.items():
            at = {"x": self.x(value), "y": self._floor + 15}
            parts.append(element("text", escape(name), class_="tick", text_anchor="middle", **at))
        if self._x_axis.name:
            at = {"x": right, "y": self._height - 4}
            parts.append(element("text", escape(self._x_axis.name), class_="axis", text_anchor="end", **at))
        return "".join(parts)


def _apart(ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return the ticks, height and name, without those whose name would touch that of one above."""
    kept: list[tuple[float, str]] = []
    for height, name in sorted(ticks):
        if not kept or height - kept[-1][0] >= NAME_HEIGHT:
            kept.append((height, name))
    return kept


def _written(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
