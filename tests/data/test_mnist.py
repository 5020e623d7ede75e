from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digits.data import LabelledImages, load_dataset, mnist
from digits.data.dataset import Parts
from digits.data.formats.npz import read_npz
from digits.errors import DataError

from .conftest import Server, make_examples, write_keras_npz


def test_full_mnist_is_recognised_and_one_changed_pixel_is_not(mnist_path: Path) -> None:
    parts = read_npz(mnist_path)
    assert mnist.is_mnist(parts)
    assert parts.test is not None
    images = parts.test.images.copy()
    images[-1, 14, 14] ^= 1
    assert not mnist.is_mnist(Parts(parts.train, LabelledImages(images, parts.test.labels)))


def test_full_mnist_is_split_55000_5000_10000(mnist_path: Path) -> None:
    dataset = load_dataset(mnist_path)
    assert dataset.name == "mnist"
    assert [len(part) for part in dataset.parts.values()] == [55_000, 5_000, 10_000]
    assert dataset.notice is None


def test_wrong_label_is_told_apart_from_mnist(small_mnist: Path) -> None:
    parts = read_npz(small_mnist)
    labels = parts.train.labels.copy()
    labels[0] = (labels[0] + 1) % 10
    changed = Parts(LabelledImages(parts.train.images, labels), parts.test)
    with pytest.raises(DataError, match=r"here: expected the canonical MNIST arrays; received y_train of 240 with SHA"):
        mnist.require_mnist(changed, "here")


def test_set_without_a_test_part_is_not_mnist() -> None:
    with pytest.raises(DataError, match="no test part"):
        mnist.require_mnist(Parts(make_examples()), "here")


def test_cache_is_where_keras_has_it(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mnist.cache_path() == empty_home / ".keras" / "datasets" / "mnist.npz"
    monkeypatch.setenv("KERAS_HOME", "/elsewhere")
    assert mnist.cache_path() == Path("/elsewhere/datasets/mnist.npz")


def test_download_returns_the_bytes_served(server: Server, small_mnist: Path) -> None:
    server.body = small_mnist.read_bytes()
    assert mnist.download(5) == server.body


@pytest.mark.parametrize("status", [403, 404, 500])
def test_refused_download_says_by_whom_and_why(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(mnist.DownloadError, match=rf"127\.0\.0\.1:\d+ answered {status} \w+"):
        mnist.download(5)


def test_server_that_does_not_answer_is_given_up_after_the_timeout(server: Server) -> None:
    server.delay_s = 0.6
    with pytest.raises(mnist.DownloadError, match="could not be reached: timed out"):
        mnist.download(0.05)


def test_address_where_nothing_listens_is_a_failed_download() -> None:
    with pytest.raises(mnist.DownloadError, match="could not be reached: Connection refused"):
        mnist.download(5)


@pytest.mark.parametrize("content", [b"<html>log in first</html>", b""])
def test_page_in_place_of_the_archive_is_a_failed_download(server: Server, content: bytes) -> None:
    server.body = content
    with pytest.raises(mnist.DownloadError, match=f"not an MNIST archive .{len(content)} bytes"):
        mnist.download(5)


def test_half_an_archive_is_a_failed_download(server: Server, small_mnist: Path) -> None:
    server.body = small_mnist.read_bytes()[:-100]
    with pytest.raises(mnist.DownloadError, match="not an MNIST archive"):
        mnist.download(5)


def test_archive_of_other_arrays_is_more_than_a_failed_download(server: Server, small_mnist: Path) -> None:
    server.body = write_keras_npz(small_mnist, make_examples(), make_examples()).read_bytes()
    with pytest.raises(DataError, match="expected the canonical MNIST arrays") as caught:
        mnist.download(5)
    assert not isinstance(caught.value, mnist.DownloadError)


def test_endless_answer_is_cut_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "MAX_BYTES", 1000)
    server.body = bytes(2000)
    with pytest.raises(mnist.DownloadError, match="more than 1,000 bytes"):
        mnist.download(5)


def test_slow_answer_is_cut_off_at_the_deadline(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "DEADLINE_S", 0.0)
    server.body = bytes(2000)
    with pytest.raises(mnist.DownloadError, match="after 0 s"):
        mnist.download(5)


def test_fetch_fills_the_cache_once(server: Server, small_mnist: Path) -> None:
    server.body = small_mnist.read_bytes()
    path, is_new = mnist.fetch_mnist()
    assert is_new
    assert path.read_bytes() == server.body
    assert list(path.parent.iterdir()) == [path]  # nothing half-written beside it
    assert mnist.fetch_mnist() == (path, False)
    assert server.requests == 1


def test_fetch_replaces_a_damaged_cache(server: Server, small_mnist: Path) -> None:
    server.body = small_mnist.read_bytes()
    path = mnist.cache_path()
    path.parent.mkdir(parents=True)
    path.write_bytes(server.body[:100])
    assert mnist.fetch_mnist() == (path, True)
    assert path.read_bytes() == server.body


@pytest.mark.usefixtures("small_mnist")
def test_failed_fetch_is_an_error_and_leaves_the_cache_as_it_was(
    server: Server,
) -> None:
    server.status = 403
    with pytest.raises(DataError, match="answered 403"):
        mnist.fetch_mnist()
    assert not mnist.cache_path().parent.exists()


@pytest.mark.usefixtures("small_mnist")
def test_interrupted_write_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        mnist.keep(b"content")
    assert list(mnist.cache_path().parent.iterdir()) == []


def test_fetch_into_a_place_that_cannot_be_written_says_what_to_do(
    server: Server, small_mnist: Path, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.body = small_mnist.read_bytes()
    (empty_home / "file").write_text("in the way")
    monkeypatch.setenv("KERAS_HOME", str(empty_home / "file"))
    with pytest.raises(DataError, match="Set KERAS_HOME to a writable folder"):
        mnist.fetch_mnist()


def test_order_of_mnist_is_part_of_what_it_is(small_mnist: Path) -> None:
    parts = read_npz(small_mnist)
    reverse = np.arange(len(parts.train))[::-1]
    assert mnist.is_mnist(parts)
    assert not mnist.is_mnist(Parts(parts.train.take(reverse), parts.test))
