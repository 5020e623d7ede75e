"""Letters of other scripts than Latin, and characters of no script at all."""

from __future__ import annotations

import numpy as np

from digits.training.detector.composing.marks.pens import Points, arc, draw_strokes, smooth
from digits.training.detector.composing.marks.typefaces import has_characters, render
from digits.training.detector.composing.sheet import Ink, Random, cropped
from digits.training.detector.composing.words import bent

SCRIPTS = (
    "αβγδεζηθλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ",
    "бгджзийклмнптфцчшщъыьэюяБГДЖИЛФЦЧШЭЮЯ",
    "אבגדהזחטכלמנעפצקרשת",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "աբգդեզէըթժիլխծկհձղճմյնշչպջռսվտր",
    "აბგდევზთიკლმნპჟრსტუფქღყშჩცძწჭხჯჰ",
    "あいうえおかきくけこさしすせそたちつてとなにぬねの",
    "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभम",
    "กขคฆงจฉชซญฎฐฑณดตถทธนบปผพฟภมยรลวศษสหฬอฮ",
    "அஆஇஈஉஊஎஏஐஒஓகஙசஞடணதநபமயரலவழளறன",
    "ᚠᚢᚦᚨᚱᚲᚷᚹᚺᚾᛁᛃᛇᛈᛉᛊᛏᛒᛖᛗᛚᛜᛟᛞ",
)


def foreign_word(height_px: float, faces: tuple[str, ...], random: Random) -> Ink:
    """Return letters of another script where a typeface has them; of no script where none does."""
    letters = str(SCRIPTS[random.integers(len(SCRIPTS))])
    able = [face for face in faces if has_characters(face, letters[:4])]
    if not able or random.random() < 0.4:
        return invented_characters(int(random.integers(1, 6)), height_px, random)
    text = "".join(letters[i] for i in random.integers(0, len(letters), int(random.integers(1, 7))))
    pixels = render(text, able[int(random.integers(len(able)))], height_px).pixels
    return Ink(bent(pixels, height_px, random) if random.random() < 0.6 else pixels)


def foreign_letter(height_px: float, faces: tuple[str, ...], random: Random) -> Ink:
    """Return one letter of another script where a typeface has it; of no script where none does."""
    letters = str(SCRIPTS[random.integers(len(SCRIPTS))])
    able = [face for face in faces if has_characters(face, letters[:4])]
    if not able:
        return invented_characters(1, height_px, random)
    pixels = render(letters[random.integers(len(letters))], able[int(random.integers(len(able)))], height_px).pixels
    return Ink(bent(pixels, height_px, random) if random.random() < 0.6 else pixels)


def invented_characters(count: int, height_px: float, random: Random) -> Ink:
    """Return characters of two to five strokes that belong to no script."""
    width = int((1.3 * count + 0.6) * height_px)
    pixels = np.zeros((int(1.6 * height_px) + 4, width), np.float32)
    pen = max(1.0, float(np.exp(random.uniform(np.log(0.03), np.log(0.16)))) * height_px)
    for number in range(count):
        corner = np.array([(0.3 + 1.3 * number) * height_px, 0.3 * height_px])
        draw_strokes(pixels, [corner + each * height_px for each in _strange_strokes(random)], pen)
    return Ink(cropped(pixels))


def _strange_strokes(random: Random) -> list[Points]:
    """Return two to five strokes in the unit square, at least two of which are long and far from parallel."""
    while True:
        strokes: list[Points] = []
        for _ in range(int(random.integers(2, 6))):
            kind = random.random()
            if kind < 0.45:
                strokes.append(random.uniform(0, 1, (2, 2)))
            elif kind < 0.8:
                strokes.append(smooth(random.uniform(0, 1, (int(random.integers(3, 5)), 2))))
            elif kind < 0.9:
                begin = random.uniform(0, 6.3)
                centre = tuple(random.uniform(0.2, 0.8, 2))
                strokes.append(arc((centre[0], centre[1]), (0.2, 0.2), begin, begin + random.uniform(2, 6.3)))
            else:
                at = random.uniform(0, 1, 2)
                strokes.append(np.stack([at, at + 0.02]))
        ways = [each[-1] - each[0] for each in strokes if np.hypot(*(each[-1] - each[0])) > 0.45]
        if any(abs(a[0] * b[1] - a[1] * b[0]) > 0.25 for a in ways for b in ways) and len(strokes) > 2:
            return strokes
