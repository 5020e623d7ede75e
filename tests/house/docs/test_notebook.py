"""The notebook is the same as its text, was run to the end, runs again, and so do the solutions folded into it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

jupytext = pytest.importorskip("jupytext", reason="the notebook's tests need the packages of the group dev")
nbformat = pytest.importorskip("nbformat", reason="the notebook's tests need the packages of the group dev")
nbclient = pytest.importorskip("nbclient", reason="the notebook's tests need the packages of the group dev")
pytest.importorskip("ipykernel", reason="the notebook's tests need the packages of the group dev")

ROOT = Path(__file__).parents[3]
TEXT = ROOT / "notebooks" / "mnist_cnn.py"
NOTEBOOK = TEXT.with_suffix(".ipynb")
MOST_BYTES = 2_000_000
CELL_LIMIT_S = 1800
# A quarter of the training images, a tenth of the training, and robustness from few images: whether the cells run does
# not hang on how good it gets.
SHORT = """
from dataclasses import replace
import numpy as np
import digits.data
from digits.experiments import run
from digits.training.recipe import RECIPES
RECIPES["fast"] = replace(RECIPES["fast"], min_steps=0, batch_size=64)
run.ROBUSTNESS_IMAGES = 20
whole = digits.data.load_dataset()
digits.data.load_dataset = lambda: replace(whole, train=whole.train.take(np.arange(0, len(whole.train), 4)))
"""
FEWER_STEPS = "min_steps=150", "min_steps=0"  # of the solution that trains twice
NETWORK = "model = keras.Sequential("
# jupyter_client and traitlets announce their own plans; they are not our code.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def notebook() -> Any:
    return jupytext.read(NOTEBOOK)


def cells_of(notebook: Any) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def solutions_of(notebook: Any) -> list[str]:
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.findall(r"<details>.*?```python\n(.*?)```", prose, re.DOTALL)


def test_text_and_notebook_say_the_same(notebook: Any) -> None:
    assert cells_of(notebook) == cells_of(jupytext.read(TEXT)), "run: make notebook"


def test_it_is_kept_as_it_ran_from_top_to_bottom_without_an_error(notebook: Any) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 8


def test_it_is_small_enough_to_open_anywhere() -> None:
    assert NOTEBOOK.stat().st_size < MOST_BYTES


def test_it_defines_no_preprocessing_or_metric_of_its_own(notebook: Any) -> None:
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert re.findall(r"^(?:def|class) (\w+)", code, re.MULTILINE) == ["show"]
    assert not re.search(r"to_categorical|confusion_matrix\(.*labels", code)


@pytest.mark.slow
def test_the_network_that_it_writes_out_is_the_package_s_own_weight_for_weight(notebook: Any, tmp_path: Path) -> None:
    from digits.training.backend import prepare
    from digits.training.network.architecture import build_network
    from digits.training.recipe import find_recipe

    prepare(threads=None, bfloat16=False)
    import keras

    (written,) = (cell.source for cell in notebook.cells if cell.cell_type == "code" and NETWORK in cell.source)
    scope: dict[str, Any] = {}
    exec(written, scope)
    theirs, ours = scope["model"], build_network(replace(find_recipe("spec"), bn_momentum=0.9))
    described = [
        [(type(layer).__name__, {**layer.get_config(), "dtype": None}) for layer in layers]
        for layers in (theirs.layers, ours.layers[1:])  # the input apart
    ]
    assert described[0] == described[1]
    theirs.save(tmp_path / "written.keras")
    loaded = keras.models.load_model(tmp_path / "written.keras", compile=False)
    for one, other in zip(loaded.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_learners_meet_plain_keras_before_the_package(notebook: Any) -> None:
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    steps = [NETWORK, "model.compile(", "model.fit(", 'model.save("runs/CNN_mnist.h5")', "run_experiment("]
    assert all(step in code for step in steps)
    assert sorted(steps, key=code.index) == steps


def test_every_exercise_but_the_last_has_a_solution(notebook: Any) -> None:
    exercises = re.findall(r"^\*\*\d\. ", notebook.cells[-1].source, re.MULTILINE)
    assert len(solutions_of(notebook)) == len(exercises) - 1 >= 5


@pytest.mark.slow
def test_it_runs_to_the_end_and_so_do_its_solutions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The sample, whatever this machine and the network have today: it takes fewer steps.
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / ".keras"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    fresh = jupytext.read(TEXT)
    count = len(fresh.cells) + 1
    fresh.cells.insert(0, nbformat.v4.new_code_cell(SHORT))
    shorter = [solution.replace(*FEWER_STEPS) for solution in solutions_of(fresh)]
    fresh.cells += [nbformat.v4.new_code_cell(solution) for solution in shorter]
    nbclient.execute(fresh, cwd=tmp_path, timeout=CELL_LIMIT_S, kernel_name="python3")
    complaints = [
        output.text
        for cell in fresh.cells[:count]
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr"
    ]
    assert not complaints
    assert list(tmp_path.glob("runs/latest/CNN_mnist.h5"))
