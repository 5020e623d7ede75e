"""What one page is written with: a hand, a typeface for its words, a size; numbers and other writing."""

from __future__ import annotations

from dataclasses import dataclass

from digits.training.detector.composing import words
from digits.training.detector.composing.marks import scripts
from digits.training.detector.composing.marks.glyphs import Alphabet, Hand, some_hand
from digits.training.detector.composing.numbers import some_text, write_number
from digits.training.detector.composing.paper import clutter
from digits.training.detector.composing.sheet import Ink, Random


@dataclass(eq=False)
class Writer:
    """What one page is written with."""

    alphabet: Alphabet
    random: Random
    height: float
    hand: Hand
    face: str  # of its printed words

    @property
    def faces(self) -> tuple[str, ...]:
        return tuple(self.alphabet.printed)

    def number(self, text: str | None = None) -> Ink:
        """Return a number in this hand; now and then in another, or printed."""
        hand = self.hand if self.random.random() < 0.85 else some_hand(self.alphabet, self.random)
        return write_number(text or some_text(self.random), hand, self.height, self.alphabet, self.random)

    def words(self, count: int, *, is_printed: bool) -> Ink:
        if is_printed:
            return words.print_words(count, self.face, self.height * self.random.uniform(0.6, 1.1), self.random)
        return words.write_words(count, self.height, self.alphabet, self.random)

    def something(self) -> Ink:
        """Return writing that is no number."""
        kind = self.random.random()
        if kind < 0.3:
            return self.words(int(self.random.integers(1, 4)), is_printed=True)
        if kind < 0.5:
            return self.words(int(self.random.integers(1, 3)), is_printed=False)
        if kind < 0.62:
            return scripts.foreign_word(self.height, (*self.alphabet.foreign, *self.faces[::7]), self.random)
        if kind < 0.7:
            return scripts.invented_characters(int(self.random.integers(1, 5)), self.height, self.random)
        if kind < 0.78:
            return words.letter(self.height, (*self.alphabet.handlike, *self.alphabet.printed), self.random)
        if kind < 0.84:
            return words.sign(self.height, self.faces, self.random)
        if kind < 0.9:
            return words.cross_or_tick(self.height, self.random)
        return clutter.scribble(self.height, self.random) if kind < 0.95 else clutter.doodle(self.height, self.random)
