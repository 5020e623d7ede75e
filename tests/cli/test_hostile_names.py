"""Whatever a model, its recipe, its run or the data are called: nothing is written outside the folder for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from digits.cli import app
from digits.data import Dataset
from digits.errors import DigitsError
from digits.evaluation.folder import FILES as EVALUATION
from digits.evaluation.inspect.make import FILES as INSPECTION
from digits.model.folder import SHIPPED

ABOVE, ABSOLUTE, NUL, LONG = "../../escaped", "{here}/escaped", "nul\0name", "n" * 300
# The first is of the run's folder and the data file, which a file system allows; then recipe, dataset and notice.
NAMES = {
    "newline and dots": ("new\nline..", ABOVE, ABSOLUTE, NUL),
    "long": ("n" * 245, ABSOLUTE, NUL, ABOVE),
    "markup": ("..\\$\\frac{a}$<script>[bold]", NUL, ABOVE, LONG),
}
VERBS = {
    "evaluate": (["--out", "out"], set(EVALUATION) - {"robustness.png"}),
    "report": (["--out", "out/page.html", "--robustness-images", "0"], {"page.html"}),
    "inspect": (["--out", "out"], set(INSPECTION)),
    "export": (["--out", "out/network.onnx", "--format", "onnx"], {"network.onnx"}),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "a" / "b" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def make_run(folder: str, recipe: str, dataset: str, notice: str) -> Path:
    run = Path(folder)
    shutil.copytree(SHIPPED, run / "model")
    info = json.loads((run / "model" / "model.json").read_text())
    info["recipe"]["name"] = recipe
    info["dataset"] |= {"name": dataset, "notice": notice}
    (run / "model" / "model.json").write_text(json.dumps(info))
    config = {"recipe": info["recipe"], "dataset": info["dataset"], "seed": 0, "git_commit": recipe, "machine": notice}
    (run / "config.json").write_text(json.dumps(config))
    return run


def files_below(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_a_name_leads_nowhere(
    here: Path, tmp_path: Path, sample: Dataset, verb: str, names: tuple[str, str, str, str]
) -> None:
    options, expected = VERBS[verb]
    run = make_run(*(name.replace("{here}", str(tmp_path)) for name in names))
    data = Path(f"{run.name}.npz")
    np.savez(data, images=sample.test.images[:12], labels=sample.test.labels[:12])
    before = files_below(tmp_path)
    given = [] if verb == "export" else ["--data", str(data)]
    result = CliRunner().invoke(app, [verb, str(run), *given, *options])
    assert result.exit_code == 0, result.output
    written = {path: content for path, content in files_below(tmp_path).items() if path not in before}
    assert {path.name for path in written} == expected
    assert all((tmp_path / path).parent == here / "out" for path in written)
    assert files_below(tmp_path) == before | written


@pytest.mark.parametrize("name", [ABOVE, "/escaped", NUL, LONG, "new\nline", "dots..", "..\\escaped", "C:escaped"])
def test_a_run_cannot_be_called_so(here: Path, name: str) -> None:
    error = CliRunner().invoke(app, ["train", "--name", name, "--data", "nowhere"]).exception
    assert isinstance(error, DigitsError)
    assert "plain folder name" in str(error)
    assert list(here.iterdir()) == []
