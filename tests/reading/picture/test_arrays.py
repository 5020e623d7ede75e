"""Arrays of other libraries, by whichever door numpy has for them; and what to do about ranges."""

from __future__ import annotations

import array as standard
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

import digits
from digits.data import Dataset
from digits.errors import ImageError
from digits.reading.picture.arrays import as_array, is_array, scaling_advice
from digits.reading.picture.image import load_image


class Tensor:
    """Has ``__array__``, as TensorFlow, PyTorch and JAX do; ``fault`` is why it cannot be converted."""

    def __init__(self, values: Any, fault: Exception | None = None, dtype: str = "") -> None:
        self.values, self.fault, self.dtype = values, fault, dtype
        self.shape = np.shape(values)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if self.fault:
            raise self.fault
        return np.array(self.values, dtype, copy=copy)

    def __iter__(self) -> Any:
        return (Tensor(row, self.fault) for row in self.values)

    def detach(self) -> Tensor:
        return Tensor(self.values)


class Capsule:
    """Has DLPack alone, as the array API standard asks."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __dlpack__(self, **options: Any) -> Any:
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.values.__dlpack_device__()


ON_GPU = TypeError("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() first.")
WITH_GRADIENT = RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")


@pytest.mark.parametrize("wrap", [Tensor, Capsule, np.ndarray.tolist, list, tuple], ids=lambda wrap: wrap.__name__)
def test_frames_of_any_library_are_classified(reader: digits.Reader, sample: Dataset, wrap: Any) -> None:
    frames = sample.test.images[:3]
    expected = reader.classify_frames(frames).probabilities
    np.testing.assert_array_equal(reader.classify_frames(wrap(frames)).probabilities, expected)


@pytest.mark.parametrize("wrap", [Tensor, Capsule])
def test_a_list_of_tensors_is_an_array_of_frames(reader: digits.Reader, sample: Dataset, wrap: Any) -> None:
    frames = sample.test.images[:3]
    found = reader.classify_frames([wrap(frame) for frame in frames])
    np.testing.assert_array_equal(found.probabilities, reader.classify_frames(frames).probabilities)


@pytest.mark.parametrize("wrap", [Tensor, Capsule, np.ndarray.tolist, pd.DataFrame], ids=lambda wrap: wrap.__name__)
def test_a_picture_of_any_library_is_read(reader: digits.Reader, sample: Dataset, wrap: Any) -> None:
    picture = 255 - np.pad(np.kron(sample.test.images[0], np.ones((3, 3), np.uint8)), 25)
    np.testing.assert_array_equal(load_image(wrap(picture)), load_image(picture))
    assert reader.classify([wrap(picture)])[0].value == sample.test.labels[0]
    assert reader.read(wrap(picture)) == reader.read(picture)


TENSORFLOW = """
import numpy as np
import tensorflow as tf
import digits
from digits.data.sample import load_sample

reader = digits.load(threads=1)
frames = load_sample("a test uses it").test.images[:3]
expected = reader.classify_frames(frames).probabilities
np.testing.assert_array_equal(reader.classify_frames(tf.constant(frames)).probabilities, expected)
scaled = tf.constant(frames / 255, tf.float32)
np.testing.assert_allclose(reader.classify_frames(scaled).probabilities, expected, atol=1e-6)
assert reader.classify(list(tf.constant(frames))) == reader.classify(list(frames))
assert reader.read(tf.constant(frames[0])) == reader.read(frames[0])
for tensor in (tf.ragged.constant([[1], [2, 3]]), tf.sparse.from_dense([[1, 0]])):
    try:
        reader.classify_frames(tensor)
    except TypeError as error:
        print(error)
"""


@pytest.mark.slow
def test_a_tensorflow_tensor_is_taken_wherever_an_array_is_or_named() -> None:
    """In a process of its own: where TensorFlow has begun, no other test may set its threads."""
    done = subprocess.run([sys.executable, "-c", TENSORFLOW], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ragged, sparse = done.stdout.splitlines()
    assert "got tensorflow.RaggedTensor; give an array" in ragged
    assert "got tensorflow.SparseTensor; give an array" in sparse


@pytest.mark.parametrize("fault", [ON_GPU, WITH_GRADIENT])
def test_a_tensor_that_cannot_be_converted_is_named_with_what_to_do(reader: digits.Reader, fault: Exception) -> None:
    tensor = Tensor(np.zeros((3, 28, 28), np.uint8), fault)
    for ask in (reader.classify_frames, reader.read, reader.classify, lambda one: reader.classify([one])):
        with pytest.raises(ImageError, match=r"got tests\.Tensor, .*tensor\.detach\(\)\.cpu\(\)") as caught:
            ask(tensor)
        assert str(fault)[:30] in str(caught.value)
    with pytest.raises(ImageError, match=r"got tests\.Tensor, .*tensor\.detach\(\)\.cpu\(\)"):
        reader.classify_frames([tensor, tensor])
    assert len(reader.classify_frames(tensor.detach())) == 3


def test_a_tensor_in_bfloat16_is_to_be_given_as_floats() -> None:
    tensor = Tensor([[0.5]], TypeError("Got unsupported ScalarType BFloat16"), "torch.bfloat16")
    with pytest.raises(ImageError, match=r"\.float\(\)"):
        load_image(tensor)


def test_rows_of_several_lengths_are_an_image_error() -> None:
    with pytest.raises(ImageError, match=r"got list, .*rows of one length"):
        load_image([[0, 255], [0]])


def test_a_batch_without_its_list_is_an_error_that_says_how_to_make_one(reader: digits.Reader) -> None:
    for batch in (np.zeros((4, 28, 28)), Tensor(np.zeros((4, 28, 28))), Capsule(np.zeros((4, 28, 28)))):
        with pytest.raises(TypeError, match=r"classify\(list\(array\)\)"):
            reader.classify(batch)  # type: ignore[arg-type]


def test_an_array_is_not_copied() -> None:
    values = np.arange(6.0).reshape(2, 3)
    assert all(np.shares_memory(as_array(source, "an array"), values) for source in (values, Capsule(values)))


def test_what_is_no_array_is_told_from_what_is() -> None:
    assert all(map(is_array, (np.zeros(1), Tensor([1]), Capsule(np.zeros(1)), pd.Series([1]))))
    assert not any(map(is_array, (1, "1", b"1", [1], None, standard.array("B", b"1"))))


RANDOM = np.random.default_rng(0)
DIGIT = np.clip(RANDOM.normal(0.2, 0.4, (5, 28, 28)), 0, 1)


@pytest.mark.parametrize(
    "scaled",
    [
        DIGIT * 2 - 1,
        DIGIT - 0.5,
        (DIGIT - 0.1307) / 0.3081,
        (DIGIT - DIGIT.mean()) / DIGIT.std(),
        DIGIT * 255,
        DIGIT * 65535,
        DIGIT * 1e9,
        DIGIT * 1.04 - 0.02,
        np.where(DIGIT > 0.9, np.nan, DIGIT),
        np.where(DIGIT > 0.9, np.inf, DIGIT),
        (DIGIT * 255 - 128).astype(np.int8),
        (DIGIT * 255 - 128).astype(np.int64),
        (DIGIT * 4095).astype(np.uint16),
        np.full((2, 28, 28), -7.0),
    ],
    ids=["-1…1", "-.5….5", "standardised", "by its own", "255", "65535", "1e9", "overshoot", "NaN", "inf", "int8",
         "signed", "12 bits", "constant"],
)  # fmt: skip
def test_frames_of_another_range_are_right_after_doing_what_the_error_says(scaled: np.ndarray) -> None:
    from digits.reading.recognition.frame_batch import as_frames

    with pytest.raises(ImageError, match="expected frames") as caught:
        as_frames(scaled)
    advice = scaling_advice(scaled)
    assert advice in str(caught.value)
    code = f"array / {advice.split()[-1]}" if advice.startswith("divide by") else advice.partition(": ")[2]
    mended = eval(
        code.partition(";")[0], {"np": np, "array": scaled}
    )  # numpy's own words, as a person would paste them
    assert as_frames(mended).max() <= 1
    finite = np.isfinite(scaled) & (np.ptp(scaled[np.isfinite(scaled)]) > 0)
    if finite.any() and "clip" not in advice:  # the same picture: each pixel a linear function of what it was
        assert np.corrcoef(mended[finite], scaled[finite].astype(float))[0, 1] > 0.9999
