"""What is settled before TensorFlow wakes."""

from __future__ import annotations

import os

import pytest

from digits.errors import MissingExtraError, RunError
from digits.training import backend


@pytest.mark.parametrize(
    ("machine", "chosen", "expected"),
    [("x86_64", None, "1"), ("AMD64", None, "1"), ("x86_64", "0", "0"), ("aarch64", None, None)],
    ids=["x86", "x86 on Windows", "the user's choice", "another processor"],
)
def test_onednn_is_taken_on_every_x86_processor_unless_the_user_decided(
    monkeypatch: pytest.MonkeyPatch, machine: str, chosen: str | None, expected: str | None
) -> None:
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", chosen or "")
    if chosen is None:
        monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS")
    monkeypatch.setattr(backend.platform, "machine", lambda: machine)
    backend._take_onednn()
    assert os.environ.get("TF_ENABLE_ONEDNN_OPTS") == expected


def test_a_python_without_a_tensorflow_is_told_which_ones_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "find_spec", lambda _name: None)
    monkeypatch.setattr(backend.sys, "version_info", (3, 14, 0))
    with pytest.raises(RunError, match=r"3\.11 to 3\.13 for training.*got 3\.14.*python3\.13"):
        backend.require()
    monkeypatch.setattr(backend.sys, "version_info", (3, 13, 9))
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[train\]"):
        backend.require()
