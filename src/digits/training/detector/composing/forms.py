"""Tables and forms, filled as people fill them."""

from __future__ import annotations

from digits.training.detector.composing import words
from digits.training.detector.composing.numbers import struck_out
from digits.training.detector.composing.paper.ruling import Cell, draw_boxes, draw_table
from digits.training.detector.composing.sheet import Ink
from digits.training.detector.composing.writer import Writer


def _fill(ink: Ink, cell: Cell, pen: Writer, piece: Ink) -> None:
    """Write a piece into a cell if there is room, a little beside its middle."""
    random, height = pen.random, pen.height
    if piece.width > cell.width * 1.05:
        return
    free = max(0.0, cell.width - piece.width)
    x = cell.x + free * random.uniform(0.05, 0.95)
    y = cell.y + (cell.height - piece.height) / 2 + random.normal(0, 0.08) * height
    ink.put(piece, x, y)


def write_table(ink: Ink, pen: Writer) -> None:
    """Cells with numbers, labels, crosses, ticks, dashes, struck-out numbers, or nothing."""
    random = pen.random
    cells = draw_table(ink, pen.height, random)
    share_empty, share_words = random.choice([0.1, 0.4]), random.choice([0.05, 0.3])
    for cell in cells:
        kind = random.random()
        if kind < share_empty:
            continue
        if kind < share_empty + share_words:
            _fill(ink, cell, pen, pen.words(1, is_printed=random.random() < 0.7))
        elif kind < share_empty + share_words + 0.08:
            _fill(ink, cell, pen, words.cross_or_tick(pen.height, random))
        elif kind < share_empty + share_words + 0.16:
            most = max(1, int(cell.width / (0.9 * pen.height)))
            number = "".join(map(str, random.integers(0, 10, int(random.integers(1, most + 1)))))
            _fill(ink, cell, pen, struck_out(pen.number(number), pen.height, random))
        else:
            most = max(1, int(cell.width / (0.85 * pen.height)))
            number = "".join(map(str, random.integers(0, 10, int(random.integers(1, min(most, 6) + 1)))))
            _fill(ink, cell, pen, pen.number(number if random.random() < 0.7 else None))


def write_form(ink: Ink, pen: Writer) -> None:
    """Labels, and boxes for one character each, filled or not."""
    random, height = pen.random, pen.height
    y = random.uniform(-0.3, 1.5) * height
    while y < ink.height:
        x = random.uniform(-0.5, 2) * height
        if random.random() < 0.6:
            label = pen.words(int(random.integers(1, 3)), is_printed=True)
            ink.put(label, x, y + 0.75 * height - label.height / 2)
            x += label.width + random.uniform(0.3, 1.2) * height
        boxes = draw_boxes(ink, x, y, int(random.integers(1, 12)), height, random)
        share = random.choice([0.0, 0.5, 0.9, 1.0])
        for box in boxes:
            if random.random() < share:
                is_digit = random.random() < 0.88
                _fill(ink, box, pen, pen.number(str(random.integers(10))) if is_digit else _letter_or_cross(pen))
        y += (boxes[0].height / height + random.uniform(0.3, 1.4)) * height


def _letter_or_cross(pen: Writer) -> Ink:
    if pen.random.random() < 0.5:
        return words.cross_or_tick(pen.height, pen.random)
    return words.letter(pen.height, (*pen.alphabet.handlike, *pen.alphabet.printed), pen.random)
