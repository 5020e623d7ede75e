"""In: a training while it runs. Out: curves that grow in a notebook. It trains and measures nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self

from digits.errors import MissingExtraError
from digits.evaluation.page import TRAINING, VALIDATION, page, require_plotting
from digits.evaluation.plots.curves import MOST_SIGNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Drawing takes a fifth of a second that the training does not get.
SECONDS_BETWEEN = 3.0
# The first updates are so far off that nothing else could be seen beside them.
FIRST_STEP = 20
POINTS_PER_EPOCH = 25


@dataclass(frozen=True)
class _Point:
    epochs: float  # passed so far, with fractions
    accuracy: float
    loss: float


class LiveCurves:
    """Shows accuracy and loss below a notebook's cell and redraws them every few seconds; a ``RunProgress``.

    The training curve is the mean since its epoch began, as Keras prints it. Validation has one point per epoch.
    """

    def __init__(self) -> None:
        """Raises ``MissingExtraError`` without matplotlib, seaborn or IPython."""
        require_plotting()
        if find_spec("IPython") is None:
            raise MissingExtraError("IPython", "drawing while a network trains", "notebook")
        self._seen: list[_Point] = []
        self._held_out: list[_Point] = []
        self._handle: Any = None
        self._drawn = float("-inf")
        self._headline = self._task = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._task:
            self._show(self._headline)

    def begin(self, *, epochs: int, steps: int, batch_size: int, done: int) -> None:
        self._epochs, self._steps, self._batch_size = epochs, steps, batch_size
        self._started, self._done = time.perf_counter(), done

    def step(self, *, epoch: int, step: int, accuracy: float, loss: float) -> None:
        passed = epoch - 1 + step / self._steps
        if passed * self._steps < FIRST_STEP:
            return
        if step % max(1, self._steps // POINTS_PER_EPOCH) == 0:
            self._seen.append(_Point(passed, accuracy, loss))
        if not self._seen or time.perf_counter() - self._drawn < SECONDS_BETWEEN:
            return
        speed = (passed - self._done) * self._steps * self._batch_size / (time.perf_counter() - self._started)
        self._show(f"Epoch {epoch} of {self._epochs}: accuracy {accuracy:.2%}, {speed:,.0f} images/s")

    def epoch(self, row: Mapping[str, float]) -> None:
        self._seen.append(_Point(row["epoch"], row["accuracy"], row["loss"]))
        self._held_out.append(_Point(row["epoch"], row["val_accuracy"], row["val_loss"]))
        self._headline = (
            f"After epoch {row['epoch']:.0f} of {self._epochs}: validation accuracy {row['val_accuracy']:.2%}"
        )
        self._show(self._headline)

    def task(self, what: str, _done: int = 0, _of: int = 1) -> None:
        """Name what follows the training above the curves, until it is over."""
        if what != self._task:
            self._task = what
            self._show(f"{self._headline}; {what} …")

    def draw(self, title: str) -> Figure:
        """Return the curves so far, as a figure."""
        with page(None, title=title, body_in=2.9) as sheet:
            grid = sheet.figure.add_gridspec(
                1, 2, left=0.085, right=0.975, bottom=sheet.bottom + 0.13, top=sheet.top - 0.1, wspace=0.22
            )
            for place, name in enumerate(("accuracy", "loss")):
                self._curve(sheet.figure.add_subplot(grid[0, place]), name)
        return sheet.figure

    def _curve(self, axes: Axes, name: str) -> None:
        from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

        for points, look, label in ((self._seen, TRAINING, "training"), (self._held_out, VALIDATION, "validation")):
            values = [getattr(point, name) for point in points]
            sign = {"markersize": 4} if len(points) <= MOST_SIGNS else {"marker": ""}
            axes.plot([point.epochs for point in points], values, label=label, **look | sign)
        axes.set_title(name.capitalize())
        axes.set_xlim(0, self._epochs * 1.02)
        axes.set_xlabel("epochs passed")
        axes.grid(visible=True, axis="y")
        if name == "loss":
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axes.yaxis.set_minor_locator(NullLocator())
        else:
            axes.legend(loc="lower right", frameon=False)

    def _show(self, title: str) -> None:
        from IPython.display import display

        figure = self.draw(title)
        if self._handle is None:
            self._handle = display(figure, display_id=True)
        else:
            self._handle.update(figure)
        self._drawn = time.perf_counter()
