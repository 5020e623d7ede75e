"""The network in 8-bit integers answers what the network in float32 answers."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from digits.data import Dataset
from digits.errors import ModelError
from digits.model.folder import open_model
from digits.reading.recognition.network.classifier import Classifier
from digits.training.augmentation.augment import as_input
from digits.training.export.ensemble import average_models
from digits.training.export.onnx_weights import find_ranges, read_layers
from digits.training.export.quantization import int8_bytes

MOST_CHANGED = 10  # answers in ten thousand; 1 to 5 were seen, about as many for the better as for the worse
FRAMES = np.random.default_rng(0).integers(0, 256, (40, 28, 28)).astype(np.uint8)


@pytest.fixture(scope="module")
def float32() -> bytes:
    return open_model().weights


@pytest.fixture(scope="module")
def int8(float32: bytes, sample: Dataset) -> bytes:
    return int8_bytes(float32, as_input(sample.train.images[:500]))


def with_shifts(float32: bytes, size: float) -> bytes:
    """Return the network with random normalization shifts, which the zeros in the padding must not get."""
    proto = onnx.load_model_from_string(float32)
    random = np.random.default_rng(1)
    for constant in proto.graph.initializer:
        if constant.name.startswith("norm") and constant.name.endswith(".beta"):
            values = random.normal(0, size, constant.dims[0]).astype(np.float32)
            constant.CopyFrom(numpy_helper.from_array(values, constant.name))
    return proto.SerializeToString()


@pytest.mark.slow
def test_it_answers_like_float32(float32: bytes, int8: bytes, sample: Dataset) -> None:
    expected, expected_features = Classifier(float32).run(sample.test.images)
    probabilities, features = Classifier(int8).run(sample.test.images)
    away = np.abs(probabilities - expected).max(axis=1)
    assert np.quantile(away, 0.995) < 0.05
    assert away.max() < 0.5  # two that are alike likely may change places
    assert np.mean(probabilities.argmax(axis=1) == expected.argmax(axis=1)) >= 0.996
    assert np.sqrt(np.mean((features - expected_features) ** 2)) < 0.08 * expected_features.std()


@pytest.mark.slow
def test_it_changes_next_to_no_answer_on_mnist(float32: bytes, mnist: Dataset) -> None:
    int8 = int8_bytes(float32, as_input(mnist.train.images[:500]))
    answers = [Classifier(model).run(mnist.test.images)[0].argmax(axis=1) for model in (float32, int8)]
    assert np.sum(answers[0] != answers[1]) <= MOST_CHANGED


@pytest.mark.slow
@pytest.mark.parametrize("size", [0.0, 0.5, 3.0])
def test_the_shift_of_the_normalization_stays_out_of_the_padding(float32: bytes, sample: Dataset, size: float) -> None:
    """Shifts in the padding, as folding them into a bias puts them there, deviate by 12 % and more."""
    shifted = with_shifts(float32, size)
    digits = sample.test.images[:50]
    frames = np.concatenate([digits, np.roll(digits, (9, 9), axis=(1, 2)), np.zeros_like(digits[:10])])
    _, expected = Classifier(shifted).run(frames)
    _, features = Classifier(int8_bytes(shifted, as_input(frames))).run(frames)
    assert np.sqrt(np.mean((features - expected) ** 2)) < 0.06 * expected.std()


@pytest.mark.slow
def test_every_weight_leaves_room_for_16_bit_sums(int8: bytes) -> None:
    kernels = [
        numpy_helper.to_array(constant)
        for constant in onnx.load_model_from_string(int8).graph.initializer
        if constant.data_type == TensorProto.INT8
    ]
    assert len(kernels) >= 5
    assert all(np.abs(kernel.astype(int)).max() <= 63 for kernel in kernels)


@pytest.mark.slow
def test_frames_as_floats_give_the_same_answers(int8: bytes) -> None:
    classifier = Classifier(int8)
    as_bytes, as_floats = classifier.run(FRAMES), classifier.run(FRAMES / 255)
    np.testing.assert_array_equal(as_bytes[0], as_floats[0])


@pytest.mark.slow
def test_it_keeps_the_metadata_and_says_what_it_is(float32: bytes, int8: bytes) -> None:
    metadata = [
        {entry.key: entry.value for entry in onnx.load_model_from_string(model).metadata_props}
        for model in (float32, int8)
    ]
    assert metadata[1] == metadata[0] | {"precision": "int8"}


@pytest.mark.slow
def test_int8_members_make_an_ensemble(int8: bytes) -> None:
    probabilities, features = Classifier(average_models([int8, int8], {})).run(FRAMES)
    np.testing.assert_allclose(probabilities, Classifier(int8).run(FRAMES)[0], atol=1e-6)
    assert features.shape == (len(FRAMES), 64)


def test_the_ranges_are_those_of_the_float32_graph(float32: bytes) -> None:
    proto = onnx.load_model_from_string(float32)
    names = [node.input[0] for node in proto.graph.node if node.op_type == "BatchNormalization"][:4]
    proto.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    inputs = as_input(FRAMES)
    values = onnxruntime.InferenceSession(proto.SerializeToString()).run(names, {"frames": inputs})
    for largest, value in zip(find_ranges(read_layers(proto), inputs), values, strict=True):
        np.testing.assert_allclose(largest, value.max(axis=(0, 2, 3)), rtol=1e-4, atol=1e-5)


def test_without_inputs_or_with_another_network_it_is_an_error(float32: bytes) -> None:
    with pytest.raises(ModelError, match="got none"):
        int8_bytes(float32, as_input(FRAMES[:0]))
    with pytest.raises(ModelError, match="one member at a time"):
        int8_bytes(average_models([float32, float32], {}), as_input(FRAMES))
