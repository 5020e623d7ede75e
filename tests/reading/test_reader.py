"""The reader as its users meet it: frames in, arrays out; pictures in, digits out."""

from __future__ import annotations

import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.reading.result import Box, Line

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "seven.png"


def test_frames_come_back_as_arrays_of_the_promised_shape(reader: digits.Reader, sample: Dataset) -> None:
    predictions = reader.classify_frames(sample.test.images[:7])
    assert predictions.values.shape == (7,)
    assert predictions.values.dtype == np.int64
    assert predictions.confidence.shape == (7,)
    assert predictions.probabilities.shape == (7, 10)
    assert predictions.probabilities.dtype == np.float32
    assert predictions.features.shape == (7, 32)
    np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(predictions.probabilities.max(axis=1), predictions.confidence)
    json.dumps(predictions.to_dict())


def test_results_are_short_when_printed_however_long_they_are(reader: digits.Reader, sample: Dataset) -> None:
    reading = reader.read(PICTURE.with_name("photo.png"))
    assert repr(reading) == r"<Reading: '3141 5926\n535 8979\n32 38462', 3 lines, 22 digits>"
    assert repr(reading.lines[0]) == f"<Line: '3141 5926', 8 digits, confidence {reading.lines[0].confidence:.2f}>"
    assert repr(replace(reading.lines[0].digits[0], confidence=0.9)) == "<Digit: 3, confidence 0.90>"
    refused = replace(reading.lines[0].digits[0], value=None, refusal="unsure: as it is")
    assert repr(refused) == "<Digit: refused, unsure: as it is>"
    long = replace(reading, lines=(*reading.lines[:2], *reading.lines[2:] * 50, Line((refused,), Box(0, 0, 1, 1))))
    assert repr(long).endswith("462\\n?', 53 lines, 366 digits, 1 refused>")
    for one in (long, reader.explain(PICTURE), reader.classify_frames(sample.test.images), *reader.classify([PICTURE])):
        assert len(repr(one)) < 200
        assert "\n" not in repr(one)


@pytest.mark.parametrize("has_read", [False, True])
def test_a_reader_sent_to_another_process_answers_the_same(reader: digits.Reader, has_read: bool) -> None:
    if has_read:  # the network that spots digits is open then
        reader.read(PICTURE)
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        (there,) = pool.map(reader.read, [PICTURE])
    assert there == reader.read(PICTURE)


def test_threads_may_share_a_reader(reader: digits.Reader, sample: Dataset) -> None:
    parts = [sample.test.images[k : k + 20] for k in range(0, 200, 20)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(reader.classify_frames, parts))
    for part, found in zip(parts, together, strict=True):
        np.testing.assert_array_equal(found.probabilities, reader.classify_frames(part).probabilities)


@pytest.mark.parametrize("wrong", [123, None])
def test_what_is_no_list_of_pictures_is_told(reader: digits.Reader, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"expected a list of pictures, got one {type(wrong).__name__}"):
        reader.classify(wrong)


@pytest.mark.parametrize("wrong", [123, b"runs/latest"])
def test_what_is_no_path_of_a_model_is_told(wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"expected the path of a run or model folder, got {type(wrong).__name__}"):
        digits.load(wrong)


def test_no_frames_give_no_predictions(reader: digits.Reader) -> None:
    assert len(reader.classify_frames(np.zeros((0, 28, 28), np.uint8))) == 0
    assert reader.classify([]) == []


def test_uint8_and_unit_range_floats_mean_the_same(reader: digits.Reader, sample: Dataset) -> None:
    frames = sample.test.images[:50]
    np.testing.assert_allclose(
        reader.classify_frames(frames).probabilities,
        reader.classify_frames(frames / 255.0).probabilities,
        atol=1e-6,
    )


def test_the_batch_a_frame_comes_in_does_not_change_its_answer(reader: digits.Reader, sample: Dataset) -> None:
    frames = sample.train.images[:600]
    together = reader.classify_frames(frames).probabilities
    alone = np.concatenate([reader.classify_frames(frames[i : i + 1]).probabilities for i in (0, 255, 256, 599)])
    np.testing.assert_allclose(alone, together[[0, 255, 256, 599]], atol=1e-5)


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((2, 28, 28, 1), np.uint8),
        np.zeros((2, 32, 32), np.uint8),
        np.zeros((2, 28, 28), np.complex64),
        np.zeros((2, 28, 28), object),
        np.full((2, 28, 28), 256),
        np.full((2, 28, 28), -1),
        np.full((2, 28, 28), 255.0),
        np.full((2, 28, 28), np.nan),
        [[0]],
    ],
)
def test_other_arrays_are_an_error_that_says_what_was_expected(reader: digits.Reader, frames: object) -> None:
    with pytest.raises(digits.ImageError, match=r"expected frames \(n, 28, 28\)"):
        reader.classify_frames(frames)  # type: ignore[arg-type]


@pytest.mark.parametrize("frames", [None, 5, "frames.npy", b"frames"])
def test_what_is_no_array_is_a_type_error_that_says_what_was_expected(reader: digits.Reader, frames: Any) -> None:
    with pytest.raises(TypeError, match=r"expected frames \(n, 28, 28\).*give an array"):
        reader.classify_frames(frames)


def test_dark_on_light_pictures_of_any_size_are_read(reader: digits.Reader, sample: Dataset) -> None:
    images, labels = sample.test.images[:100], sample.test.labels[:100]
    pictures = [255 - np.pad(np.kron(image, np.ones((3, 3))), 25).astype(np.uint8) for image in images]
    values = [digit.value for digit in reader.classify(pictures)]
    assert np.mean(np.array(values) == labels) >= 0.97


@pytest.mark.parametrize("picture", ["photo.jpg", b"bytes", Path("photo.jpg"), np.zeros((4, 4, 3), np.uint8)])
def test_a_picture_without_its_list_is_an_error_that_says_so(reader: digits.Reader, picture: object) -> None:
    with pytest.raises(TypeError, match="brackets"):
        reader.classify(picture)  # type: ignore[arg-type]


@pytest.mark.parametrize("source", [None, 5, 3.5, object()])
def test_what_can_hold_no_picture_is_a_type_error(reader: digits.Reader, source: Any) -> None:
    for ask in (reader.read, reader.explain, digits.frame, lambda one: next(reader.read_pages(one))):
        with pytest.raises(TypeError, match=r"^expected a path, bytes"):
            ask(source)
    with pytest.raises(TypeError, match=r"^images\[1\]: expected a path, bytes"):
        reader.classify([PICTURE, source])


def test_the_error_among_several_pictures_says_which(reader: digits.Reader, tmp_path: Path) -> None:
    bad = tmp_path / "note.png"
    bad.write_text("this is no picture")
    with pytest.raises(digits.ImageError, match=r"^images\[2\]: .*note\.png"):
        reader.classify([PICTURE, PICTURE, bad])
    with pytest.raises(digits.ImageError, match=r"^images\[1\]: "):
        reader.classify(iter([PICTURE, np.full((5, 5), np.nan), PICTURE]))


def test_an_error_that_says_which_picture_keeps_its_kind(
    reader: digits.Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(digits.MissingExtraError, match=r"^images\[1\]: .*pip install '\.\[pdf\]"):
        reader.classify([PICTURE, b"%PDF-1.7\n"])


def test_a_column_of_paths_is_a_list_of_pictures(reader: digits.Reader) -> None:
    pd = pytest.importorskip("pandas")
    for paths in (pd.Series([str(PICTURE)] * 2), np.array([str(PICTURE)] * 2), pd.Series([PICTURE] * 2)):
        assert [digit.value for digit in reader.classify(paths)] == [7, 7]


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.int16, np.uint16, np.uint8])
def test_whole_numbers_to_255_mean_the_same_in_every_dtype(
    reader: digits.Reader, sample: Dataset, dtype: type[np.integer]
) -> None:
    picture = 255 - np.pad(np.kron(sample.test.images[0], np.ones((3, 3))), 25)
    assert reader.classify([picture.astype(dtype)])[0].value == sample.test.labels[0]


def test_a_blank_picture_is_refused_with_a_reason(reader: digits.Reader) -> None:
    (digit,) = reader.classify([np.full((60, 60), 255, np.uint8)])
    assert digit.value is None
    assert "blank" in str(digit.refusal)
    assert digit.confidence == max(digit.probabilities) == 0.1
    json.dumps(digit.to_dict())


def test_predictions_are_equal_to_themselves_alone(reader: digits.Reader) -> None:
    frames = np.zeros((2, 28, 28), np.uint8)
    first, second = reader.classify_frames(frames), reader.classify_frames(frames)
    assert first == first
    assert first != second
    assert len({first, second}) == 2
