"""A digit that is all that a picture shows is read though no row tells what it is; more than one, or less, is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import upright_strokes

import digits
from digits.reading.ink.connected_components import Parts, find_parts
from digits.reading.recognition.multi_view import SURE as IN_DOUBT
from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.segmentation.single_digit import LEAST_HEIGHT_PX, MOST_STROKES, SURE, find_alone
from digits.reading.spotting.spotter import Sighting

Stroke = list[tuple[int, int]]
HOOK, STEM = [(30, 26), (26, 60), (34, 66), (54, 58)], [(66, 36), (62, 100)]


def draw(*strokes: Stroke, thickness: int = 4) -> ByteArray:
    """Return strokes through points, dark on a white page."""
    page = np.full((112, 112), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(page, [np.array(stroke)], False, 0, thickness, cv2.LINE_AA)
    return page


def believe(*beliefs: float) -> FloatArray:
    """Return what the digit network says of digits: 4 with each probability."""
    return np.stack([np.where(np.arange(10) == 4, each, (1 - each) / 9) for each in beliefs]).astype(np.float32)


def see_nothing(strips: ByteArray) -> FloatArray:
    return np.zeros((len(strips), strips.shape[-1] // 2, 15), np.float32)


def alone(parts: Parts, *sightings: Sighting, belief: float = 1.0, other: float = 0.5) -> list[int] | None:
    """Return the parts of the lone digit, the digit network believing in the whole and in a sighting so much."""

    def classify(frames: ByteArray) -> FloatArray:
        if len(frames) <= 2:  # the whole, and what was seen
            return believe(*[belief, other][: len(frames)])
        doubted = [each for each in (belief, other)[: 1 + len(sightings)] if each < IN_DOUBT]
        return believe(*[each for each in doubted for _ in range(len(frames) // len(doubted))])

    found = find_alone(parts, sightings, classify, see_nothing)
    return found and found[1]


def seen(box: Box, belief: float = 0.5) -> Sighting:
    return Sighting(box, 1.0, believe(belief)[0])


@pytest.fixture(scope="module")
def pieces() -> Parts:
    """A 4 in two strokes that stand apart."""
    return find_parts((255 - draw(HOOK, STEM)).astype(np.float32) / 255)


@pytest.mark.parametrize("size_px", [60, 200, 1000])
def test_a_plain_stroke_on_a_page_by_itself_is_a_1(reader: digits.Reader, size_px: int) -> None:
    page = np.full((size_px, size_px), 255, np.uint8)
    page[size_px // 2 - 10 : size_px // 2 + 10, size_px // 2 : size_px // 2 + 3] = 0
    assert reader.read(page).text == "1"


def test_strokes_that_stand_apart_are_one_digit_if_they_look_it(reader: digits.Reader) -> None:
    reading = reader.read(draw(HOOK, STEM))
    assert reading.text == "4"
    (digit,) = reading.lines[0].digits
    assert digit.box
    assert digit.box.width > 36
    assert reading.marks == ()


def test_a_flat_stroke_or_a_speck_by_itself_is_no_digit(reader: digits.Reader) -> None:
    for width, height in ((40, 4), (3, 3)):
        page = np.full((200, 200), 255, np.uint8)
        page[100 : 100 + height, 90 : 90 + width] = 0
        assert reader.read(page).text == ""


def test_all_strokes_are_its_parts_left_to_right(pieces: Parts) -> None:
    found = find_alone(pieces, [], lambda frames: believe(*[1.0] * len(frames)), see_nothing)
    assert found
    digit, strokes = found
    assert [pieces.boxes[i, 0] for i in strokes] == sorted(pieces.boxes[:, 0])
    assert (digit.box.x, digit.box.x + digit.box.width) == (
        pieces.boxes[:, 0].min(),
        pieces.boxes[:, [0, 2]].sum(1).max(),
    )


def test_who_doubts_the_whole_leaves_it(pieces: Parts) -> None:
    assert alone(pieces, belief=1.0)
    assert alone(pieces, belief=SURE - 0.1) is None


def test_what_was_seen_stays_if_more_is_believed_of_it(pieces: Parts) -> None:
    hook = pieces.box(int(pieces.boxes[:, 0].argmin()))
    assert alone(pieces, seen(hook))
    assert alone(pieces, seen(hook, 1.0), other=1.0) is None


def test_with_the_same_ink_the_spotter_s_two_opinions_are_pooled(pieces: Parts) -> None:
    left, top = pieces.boxes[:, :2].min(axis=0)
    right, bottom = (pieces.boxes[:, :2] + pieces.boxes[:, 2:]).max(axis=0)
    whole = Box(int(left), int(top), int(right - left), int(bottom - top))
    found = find_alone(pieces, [seen(whole, 0.9)], lambda frames: believe(*[0.5] * len(frames)), see_nothing)
    assert found  # however little the digit network believes
    digit = found[0]
    assert digit.presence == 1.0
    # See nothing is to see every digit alike: the root of what the row showed, times a constant.
    expected = np.sqrt(believe(0.9)[0])
    np.testing.assert_allclose(digit.probabilities, expected / expected.sum(), rtol=1e-5)


def test_of_two_digits_none_is_alone(pieces: Parts) -> None:
    assert alone(pieces, seen(pieces.box(0)), seen(pieces.box(1))) is None


def test_what_was_seen_must_be_among_the_strokes() -> None:
    ink = np.zeros((200, 200), np.float32)
    cv2.rectangle(ink, (40, 40), (190, 190), 1, 4)
    ink[5:25, 5:8] = 1
    parts = find_parts(ink)
    assert alone(parts)  # without the small stroke, which is a speck beside the frame
    assert alone(parts, seen(Box(5, 5, 3, 20))) is None


def test_too_many_strokes_are_no_digit() -> None:
    few, many = (upright_strokes(*range(10, 10 + 20 * count, 20)) for count in (MOST_STROKES, MOST_STROKES + 1))
    assert alone(few)
    assert alone(many) is None


@pytest.mark.parametrize("height_px", [0, LEAST_HEIGHT_PX - 1])
def test_blank_or_tiny_ink_is_no_digit(height_px: int) -> None:
    ink = np.zeros((40, 40), np.float32)
    ink[10 : 10 + height_px, 10:13] = 1
    assert alone(find_parts(ink)) is None


def test_specks_are_left_out_but_not_half_of_the_ink() -> None:
    ink = np.zeros((60, 200), np.float32)
    ink[10:50, 10:15] = 1
    ink[20:22, 60:62] = 1
    assert alone(find_parts(ink)) == [0]
    for x in range(80, 190, 10):
        ink[20:22, x : x + 2] = 1
    assert alone(find_parts(ink)) is None
