"""The shipped model knows its held-out digits; older folders, other spotters and vain hopes are refused."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from silent_spotter import mute_spotter

import digits
from digits.data import Dataset
from digits.errors import ModelError
from digits.model.acceptance import ALONE, BOTH, accept
from digits.model.folder import SHIPPED, open_model


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None]], Path]:
    """Return a copy of the shipped model whose description was changed."""

    def change(do: Callable[[dict[str, Any]], None]) -> Path:
        folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
        info = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        do(info)
        (folder / "model.json").write_text(json.dumps(info), encoding="utf-8")
        return folder

    return change


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_the_shipped_curve_is_of_all_digits_that_were_held_out(precision: digits.model.load.Precision) -> None:
    info = digits.load(precision=precision, threads=1).info
    section = info["acceptance"]
    for who in (ALONE, BOTH):
        assert section[who]["answered"][-1] == info["dataset"]["sizes"]["validation"] == 5000
    assert section["notice"] is None
    if precision == "float32":
        wrong = round(5000 * (1 - info["measured"]["val_accuracy"]))
        assert section[ALONE]["wrong"][-1] == wrong
    else:
        assert section != open_model().info["acceptance"]


def test_a_higher_accuracy_answers_less(sample: Dataset) -> None:
    pictures = list(sample.test.images[:60])
    answered = []
    for asked in (0.99, 0.999):
        reader = digits.load(accept=asked, threads=1)
        read = reader.classify(pictures)
        chosen = reader.info["accept"]
        assert chosen["asked"] == asked <= chosen["bound"]
        for digit in read:
            unsure = digit.confidence < chosen["threshold"]
            assert (digit.value is None) == (unsure or digit.refusal == "unlike any digit")
            assert not unsure or str(digit.refusal).startswith(("unsure: ", "unlike any"))
        answered.append(sum(digit.value is not None for digit in read))
    assert answered[0] >= answered[1] > 40


def test_without_it_the_model_s_own_threshold_stays() -> None:
    assert "accept" not in digits.load(threads=1).info


def test_a_copy_in_another_process_accepts_the_same(sample: Dataset) -> None:
    reader = digits.load(accept=0.999, threads=1)
    copy = pickle.loads(pickle.dumps(reader))
    assert copy.info["accept"] == reader.info["accept"]
    pictures = list(sample.test.images[:8])
    assert [one.refusal for one in copy.classify(pictures)] == [one.refusal for one in reader.classify(pictures)]


def test_more_than_5000_digits_can_show_is_refused_with_the_best_there_is() -> None:
    with pytest.raises(
        ModelError, match=r"got 0\.99999; .* the best that can be had is 0\.99\d\d: \d\d\.\d\d % of digits"
    ):
        digits.load(accept=0.99999)


def test_an_older_folder_says_what_to_do(changed: Any) -> None:
    folder = changed(lambda info: (info.pop("acceptance"), info["int8"].pop("acceptance")))
    assert digits.load(folder, threads=1).info["precision"] == "int8"
    with pytest.raises(
        ModelError, match=r"older: .*no 'acceptance'; write it with: python -m digits\.training\.acceptance"
    ):
        digits.load(folder, accept=0.99)


def test_a_damaged_curve_is_named(changed: Any) -> None:
    folder = changed(lambda info: info["int8"]["acceptance"][BOTH].update(wrong=[1]))
    with pytest.raises(ModelError, match=r"expected a sound 'acceptance' in model\.json"):
        digits.load(folder, accept=0.99)


def test_another_spotter_s_digits_are_not_known(tmp_path: Path) -> None:
    other = mute_spotter(tmp_path / "mute.onnx")
    with pytest.raises(ModelError, match="expected the spotter with which"):
        digits.load(networks={"spotter": other}, accept=0.99)
    info = digits.load(networks={"spotter": other}, threads=1).info
    assert accept(info, 0.99, who=ALONE).bound >= 0.99  # the digit network is the same


@pytest.mark.parametrize("asked", [1.0, "all"])
def test_what_is_no_accuracy_is_a_value_error(asked: Any) -> None:
    with pytest.raises(ValueError, match="expected accept"):
        digits.load(accept=asked)


def test_one_network_alone_has_none_to_agree_with() -> None:
    with pytest.raises(ValueError, match="none to agree with"):
        accept(open_model().info, "agreed", who=ALONE)
