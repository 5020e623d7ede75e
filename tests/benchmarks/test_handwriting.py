"""The benchmark's mechanics; what it measures is no test's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "handwriting.py"


@pytest.mark.slow
def test_sets_at_hand_are_measured_and_the_last_line_is_json(tmp_path: Path, sample: Dataset) -> None:
    images, labels = sample.test.images[:20], sample.test.labels[:20]
    padded = np.pad(255 - images, ((0, 0), (0, 9), (0, 0)), constant_values=255)
    np.savez(tmp_path / "swiss_dev.npz", images=padded, labels=labels, size=np.tile([28, 28], (20, 1)))
    command = [sys.executable, str(SCRIPT), "--pasted", "0", "--out", str(tmp_path / "out.json")]
    environment = os.environ | {"DIGITS_DATA": str(tmp_path), "PATH": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == json.loads((tmp_path / "out.json").read_text())
    assert "usps_test.npz is not here" in done.stderr
    assert any("Tesseract" in reason for reason in result["skipped"])
    assert set(result["sets"]) == {"swiss_dev"}
    assert result["sets"]["swiss_dev"]["n"] == 20
    assert result["sets"]["swiss_dev"]["right"] >= 0.9
    assert 0.9 <= result["sets"]["swiss_dev"]["right_as_page"] <= 1


def test_what_ocr_read_can_come_from_an_earlier_result(tmp_path: Path, sample: Dataset) -> None:
    np.savez(tmp_path / "swiss_dev.npz", images=sample.test.images[:2], labels=sample.test.labels[:2])
    old = {"sets": {"swiss_dev": {"rivals_n": 2, "rivals": {"tesseract": 0.5}}}}
    (tmp_path / "old.json").write_text(json.dumps(old))
    command = [sys.executable, str(SCRIPT), "--pasted", "0", "--rivals-from", str(tmp_path / "old.json")]
    environment = os.environ | {"DIGITS_DATA": str(tmp_path), "PATH": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["rivals_from"] == "old.json"
    assert not any("Tesseract" in reason for reason in result["skipped"])
    assert {"n": 2, **old["sets"]["swiss_dev"]}.items() <= result["sets"]["swiss_dev"].items()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["off-centre", "8-60 px tall", "inverted", "in shadow", "on noise"])
def test_pasted_digits_are_read(
    monkeypatch: pytest.MonkeyPatch, reader: digits.Reader, sample: Dataset, kind: str
) -> None:
    monkeypatch.syspath_prepend(SCRIPT.parent)
    from mnist_pictures.pasted import paste

    pictures = paste(kind, sample.test.images[:100])
    values = [digit.value for digit in reader.classify(pictures)]
    assert np.mean(np.array(values) == sample.test.labels[:100]) >= 0.95


@pytest.mark.parametrize(("version", "kept"), [("3.10.0", {"rapidocr", "tesseract"}), ("1.4.4", {"tesseract"})])
def test_one_column_is_of_one_version_of_rapidocr(
    monkeypatch: pytest.MonkeyPatch, version: str, kept: set[str]
) -> None:
    monkeypatch.syspath_prepend(SCRIPT.parent)
    import handwriting_table

    row = {"rivals": {"rapidocr": 0.9, "tesseract": 0.2}}
    numbers = {"rival_versions": {"rapidocr": "3.10.0"}}
    singles = {"rival_versions": {"rapidocr": version}}
    assert set(handwriting_table._same_rivals(singles, numbers, row)) == kept


def test_the_best_figure_of_a_row_is_bold_whoever_s_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SCRIPT.parent)
    import handwriting_table

    cells = handwriting_table._cells
    assert cells([0.798, None, 0.818]) == "79.8 % | – | **81.8 %**"
    assert cells([0.9, 0.5, None]) == "**90.0 %** | 50.0 % | –"
    assert cells([0.90001, 0.90002]) == "**90.0 %** | **90.0 %**"
