from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data import LabelledImages
from digits.data.dataset import Parts
from digits.data.split import VALIDATION_SEED, hold_out, split_parts
from digits.errors import DataError

from .conftest import make_examples


def numbered(labels: list[int]) -> LabelledImages:
    """Images that carry their own position, so that a split can be traced back."""
    images = np.zeros((len(labels), 28, 28), np.uint8)
    images.view(np.uint32)[:, 0, 0] = np.arange(len(labels))
    return LabelledImages(images, np.array(labels))


def positions(examples: LabelledImages) -> list[int]:
    return np.ascontiguousarray(examples.images).view(np.uint32)[:, 0, 0].tolist()


label_lists = (
    st.lists(st.integers(0, 15).filter(lambda count: count not in (1, 2)), min_size=10, max_size=10)
    .filter(any)
    .map(lambda counts: np.repeat(np.arange(10), counts).tolist())
    .flatmap(st.permutations)
)


@given(label_lists)
def test_parts_are_disjoint_whole_and_in_the_original_order(labels: list[int]) -> None:
    found = [positions(part) for part in split_parts(Parts(numbered(labels)))]
    assert sorted(itertools.chain(*found)) == list(range(len(labels)))
    assert all(part == sorted(part) for part in found)


@given(label_lists)
def test_labels_stay_with_their_images(labels: list[int]) -> None:
    for part in split_parts(Parts(numbered(labels))):
        assert part.labels.tolist() == [labels[position] for position in positions(part)]


@given(label_lists)
def test_every_digit_that_occurs_is_in_every_part(labels: list[int]) -> None:
    for part in split_parts(Parts(numbered(labels))):
        assert set(part.labels.tolist()) == set(labels)


@given(label_lists, st.floats(0.01, 0.5))
def test_digits_are_held_out_in_proportion(labels: list[int], share: float) -> None:
    examples = numbered(labels)
    _, held = hold_out(examples, share, 0)
    exact = examples.counts * share
    assert (abs(held.counts - exact) < 1).all() or (held.counts[abs(held.counts - exact) >= 1] == 1).all()


@given(label_lists)
def test_the_same_set_is_always_split_the_same(labels: list[int]) -> None:
    np.random.seed(len(labels))  # noqa: NPY002 - the global state that must not matter
    first = split_parts(Parts(numbered(labels)))
    second = split_parts(Parts(numbered(labels)))
    assert [positions(part) for part in first] == [positions(part) for part in second]


def test_another_seed_holds_out_others() -> None:
    examples = numbered([0] * 100 + [1] * 100)
    held = {tuple(positions(hold_out(examples, 0.5, seed)[1])) for seed in range(5)}
    assert len(held) == 5


def test_mnist_proportions_give_exactly_5000_of_60000() -> None:
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]  # of MNIST's training labels
    examples = LabelledImages(np.zeros((60_000, 28, 28), np.uint8), np.repeat(np.arange(10), counts))
    train, validation, test = split_parts(Parts(examples, make_examples()))
    assert (len(train), len(validation), len(test)) == (55_000, 5_000, 60)
    assert (abs(validation.counts - np.array(counts) / 12) < 1).all()


def test_held_out_images_are_spread_over_the_whole_set() -> None:
    # Eight standard errors around the middle: a split off the end of a sorted set would be far outside.
    held = positions(hold_out(numbered([0] * 12_000), 1 / 12, VALIDATION_SEED)[1])
    assert abs(np.mean(held) - 6_000) < 8 * 12_000 / np.sqrt(12 * 1_000)


def test_test_part_that_comes_along_is_left_whole() -> None:
    test = make_examples(3, seed=9)
    assert split_parts(Parts(make_examples(), test))[2] is test


@pytest.mark.parametrize(("count", "test"), [(1, make_examples(1)), (1, None), (2, None)])
def test_digit_with_too_few_images_is_named(count: int, test: LabelledImages | None) -> None:
    examples = LabelledImages(*(lambda e: (e.images, e.labels))(numbered([3] * 30 + [7] * count)), "here")
    with pytest.raises(DataError, match=f"here: expected at least . images .* received {count} of digit 7"):
        split_parts(Parts(examples, test))
