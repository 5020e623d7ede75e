"""How sure a model is of held-out digits is counted as reading counts it, and kept in the model folder."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.model.acceptance import ALONE, BOTH
from digits.model.folder import SHIPPED, open_model
from digits.training.acceptance import SEEN, Measure, main


def test_it_counts_what_the_reader_answers(sample: Dataset) -> None:
    model, few = open_model(), sample.test.take(np.arange(0, 500, 5))
    measure = Measure(replace(sample, validation=few), model.networks["spotter"], threads=1)
    section = measure(model.weights, model.info)
    reader = digits.load(precision="float32", threads=1)
    alone, both = reader.classify_frames(few.images), reader.classify(list(few.images))
    for who, confidence in ((ALONE, alone.confidence), (BOTH, [digit.confidence for digit in both])):
        curve = section[who]
        assert curve["answered"][-1] == 100
        for least, answered in zip(curve["confidence"], curve["answered"], strict=True):
            counted = sum(sure >= least for sure in confidence)
            # MNIST's frames are framed once more in ``classify``, nearly as they were.
            assert counted == answered if who == ALONE else abs(counted - answered) <= 12
    assert section[ALONE]["wrong"][-1] == sum(alone.values != few.labels)
    assert section["agreed"]["answered"] >= 97
    assert section["notice"] == SEEN


def test_a_model_s_own_held_out_digits_are_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    images, labels = np.zeros((40, 28, 28), np.uint8), np.arange(40) % 10
    images[:, 4:24, 12:16] = 255
    np.savez(tmp_path / "own.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    before = (SHIPPED / "model.json").read_bytes()
    with pytest.raises(SystemExit):
        main([str(SHIPPED), "--data", str(tmp_path / "own.npz")])
    assert "give what it was trained on with --data" in capsys.readouterr().err
    assert (SHIPPED / "model.json").read_bytes() == before


@pytest.mark.slow
def test_the_command_writes_what_it_counted(tmp_path: Path, mnist: Dataset) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    before = open_model(folder).info
    main([str(folder)])
    after = open_model(folder).info
    assert {**after, "acceptance": None, "int8": None} == {**before, "acceptance": None, "int8": None}
    assert after["acceptance"][BOTH]["answered"][-1] == len(mnist.validation)
    assert after["int8"]["acceptance"] != after["acceptance"]
