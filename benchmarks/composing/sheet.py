"""A sheet of paper that things are laid on, and what it says: cells, or lines of text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]
Random = np.random.Generator
Colour = tuple[float, float, float]

BLACK: Colour = (25, 25, 28)
# Pens and pencils, RGB.
PENS: tuple[Colour, ...] = ((28, 28, 34), (30, 42, 120), (20, 30, 90), (70, 70, 74), (95, 95, 98))


@dataclass(frozen=True)
class Cell:
    """A place on the sheet, in its pixels: ``text`` is the digits that it holds, written or printed; "" for none.

    ``kind`` is "number", "printed", "label" (words), "empty", "cross", "tick" or "struck"; ``place`` is, in a table,
    its row and column, counted from 0, and how many rows and columns it takes.
    """

    kind: str
    text: str
    x: float
    y: float
    width: float
    height: float
    place: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class Page:
    """A picture, uint8 (height, width, 3), RGB; ``matrix`` (3, 3) takes places on the sheet to places in the picture.

    ``cells`` tell what stands where; ``lines`` what the lines say, marks between digits included.
    """

    picture: Picture
    cells: tuple[Cell, ...] = ()
    lines: tuple[str, ...] = ()
    matrix: Matrix = field(default_factory=lambda: np.eye(3))

    def moved(self, picture: Picture, matrix: Matrix) -> Page:
        """Return the page seen otherwise."""
        return replace(self, picture=picture, matrix=matrix @ self.matrix)


class Sheet:
    """Paper of ``height`` and ``width`` px, on which ink is laid; what it says is remembered."""

    def __init__(self, height: int, width: int, random: Random, colour: Colour | None = None) -> None:
        tint = colour or tuple(float(value) for value in random.uniform(228, 252) - random.uniform(0, 10, 3))
        self.colours = np.broadcast_to(np.array(tint, np.float32), (height, width, 3)).copy()
        self.random = random
        self.cells: list[Cell] = []
        self.lines: list[str] = []

    @property
    def size(self) -> tuple[int, int]:
        return self.colours.shape[0], self.colours.shape[1]

    def lay(self, ink: Ink, x: float, y: float, colour: Colour = BLACK) -> None:
        """Lay ink, float32 (height, width) in [0, 1], with its top left corner there; what juts out is cut off."""
        left, top = round(x), round(y)
        skip_x, skip_y = max(0, -left), max(0, -top)
        place = self.colours[max(0, top) : max(0, top + ink.shape[0]), max(0, left) : max(0, left + ink.shape[1])]
        seen = ink[skip_y : skip_y + place.shape[0], skip_x : skip_x + place.shape[1], np.newaxis]
        place += seen * (np.array(colour, np.float32) - place)

    def page(self) -> Page:
        """Return what is on the sheet as a page that lies as it is."""
        return Page(np.clip(self.colours, 0, 255).astype(np.uint8), tuple(self.cells), tuple(self.lines))
