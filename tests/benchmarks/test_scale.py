"""The guide to scaling: its tables are what the measurements say, and the arithmetic is right on round numbers."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import scale
from bulk.demand import Assumed, Cost, duration, figure
from bulk.inputs import write_pages, write_shards
from measured import RESULTS, keep_blocks, load

from digits.data import Dataset

ROW = {"inputs": 1_000, "seconds": 1.0, "processor_seconds": 1.5, "per_second": 1_000.0}
BATCH: dict[str, Any] = {
    "rows": {
        "PNG in tar, n = 1,000": ROW,
        "PNG in tar, n = 10": ROW | {"inputs": 10},
        "frames in Parquet": ROW | {"seconds": 0.5},
        "PNG files": ROW | {"core_seconds_per_million": 1_500.0},
        "PNG files, Pool.map": ROW | {"per_second": 500.0, "core_seconds_per_million": 3_000.0},
        "PNG files, plain Keras": ROW | {"per_second": 800.0, "core_seconds_per_million": 700.0},
        "pages of 60 digits": ROW | {"inputs": 10, "per_second": 10.0},
    },
    "parts_seconds": {"read": 1e-4, "decode": 1e-4, "frame": 2e-4, "digit network": 5e-4, "classify, in all": 1e-3},
    "cores": 2,
    "machine": "a machine",
    "versions": {"python": "3"},
}
SERIAL = {
    "per_second": {"tar members planned": 50_000.0, "rows merged": 100_000.0, "calls of Watch": 1_000.0},
    "cores": 2,
    "machine": "a machine",
}


def cells(text: str) -> dict[str, list[str]]:
    """Return the rows of a table by their first cell, without what makes them bold."""
    rows = [line.strip("| ").replace("*", "").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return {first: rest for first, *rest in rows}


def test_hours_and_money_follow_from_the_time_that_cores_are_taken() -> None:
    rows = cells(scale.jobs(BATCH, Assumed()))
    # 2 cores read 1,000 a second: 2 ms of a core each, 1.5 ms of them at work; a billion take 555.6 core-hours.
    assert rows["core-seconds for a million, at work"][0] == "1,500"
    assert rows["the same, idle ones counted"][0] == "2,000"
    assert rows["core-hours in all"] == ["560", "560"]  # a page takes 200 ms: a hundred times as long, and as few
    assert rows["at 0.04 US dollars a core-hour"][0] == "22 dollars"
    assert rows["on 1 machine of 16 cores"][0] == "35 h"
    assert rows["on 100 machines of 16 cores"][0] == "21 min"


def test_what_people_write_themselves_stands_beside_ours() -> None:
    rows = cells(scale.beside(BATCH))
    assert rows["`Pool.map` over `reader.classify([path])`"] == ["500", "3,000", "2.0"]
    assert rows["Keras: `image_dataset_from_directory` and `predict`, the seed's network"] == ["800", "700", "1.2"]


def test_other_prices_give_other_sums() -> None:
    rows = cells(scale.jobs(BATCH, Assumed(usd_core_hour=0.08, machine_cores=32)))
    assert rows["at 0.08 US dollars a core-hour"][0] == "44 dollars"
    assert rows["on 1 machine of 32 cores"][0] == "17 h"


def test_an_object_for_each_crop_is_full_at_a_few_cores() -> None:
    rows = cells(scale.limits(BATCH, SERIAL, Assumed(gets=5_000)))
    # A core reads 500 crops a second, and 5 pages.
    assert rows["object store, an object for each input"] == ["5,000 requests, assumed", "10", "1,000"]
    assert rows["planning of tar files on a disk"][1:] == ["100", "–"]
    assert rows["Ray's note of what each actor looks at"][1:] == ["130", "200"]  # a note for 64 crops, and for a page
    assert rows["writing the one table of results"][1:] == ["200", "2,000"]  # ten rows a page
    assert list(rows)[2] == "object store, an object for each input"  # behind the head: the scarcest first


def test_the_parts_of_a_crop_are_all_of_it() -> None:
    rows = cells(scale.parts(BATCH))
    shares = [int(row[1].removesuffix(" %")) for row in rows.values() if row and row[-1].endswith("%")]
    assert sum(shares) == pytest.approx(100, abs=3)
    assert rows["the batch itself: rows, files, waiting"] == ["900", "45 %"]


def test_the_sizes_that_are_assumed_are_those_of_the_benchmark(sample: Dataset, tmp_path: Path) -> None:
    shard = next(write_shards(tmp_path / "shards", sample.test.images, 1_000).iterdir())
    assert shard.stat().st_size / 1_000 == pytest.approx(Assumed().crop_bytes, rel=0.05)
    pages = write_pages(tmp_path / "pages", sample.test.images, 2)
    sizes = [page.stat().st_size / 1e3 for page in pages.iterdir()]
    assert sum(sizes) / 2 == pytest.approx(Assumed().page_kb, rel=0.05)


@pytest.mark.parametrize(
    ("hours", "text"), [(0.001, "3.6 s"), (0.5, "30 min"), (1.25, "1.2 h"), (71, "71 h"), (240, "10 days")]
)
def test_a_duration_is_in_the_unit_of_a_person(hours: float, text: str) -> None:
    assert duration(hours) == text


def test_two_digits_count() -> None:
    assert [figure(value) for value in (0, 0.0123, 9.96, 12.3, 1_234_567)] == ["0", "0.012", "10", "12", "1,200,000"]


def test_cores_are_full_where_their_needs_meet_what_there_is() -> None:
    assert Cost(core_s=0.002, busy_s=0.001, size=1, requests=1).full_at(5_000, 10) == 1


def test_a_figure_that_was_changed_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = tmp_path / "scale.md"
    guide.write_text(scale.GUIDE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(scale, "GUIDE", guide)
    keep_blocks(scale.generated(BATCH, SERIAL, Assumed()), "scale.py", is_check=False)
    assert "560" in guide.read_text(encoding="utf-8")
    with pytest.raises(SystemExit) as same:
        keep_blocks(scale.generated(BATCH, SERIAL, Assumed()), "scale.py", is_check=True)
    assert same.value.code == 0
    slower = copy.deepcopy(BATCH)
    slower["rows"]["pages of 60 digits"]["seconds"] = 2.0
    with pytest.raises(SystemExit, match=r"scale\.md: differs"):
        keep_blocks(scale.generated(slower, SERIAL, Assumed()), "scale.py", is_check=True)


def test_no_figure_stands_outside_the_generated_tables() -> None:
    text = scale.GUIDE.read_text(encoding="utf-8")
    prose = re.sub(r"<!-- (\w+):begin -->.*?<!-- \1:end -->|```.*?```|\]\([^)]*\)|`[^`]*`", "", text, flags=re.DOTALL)
    numbers = set(re.findall(r"\d[\d,.]*\d|\d", prose))
    assert numbers <= {
        "5,500",
        "3",
        "17",
        "3.11",
    }  # what Amazon promises, its store's name, versions of Java and Python


def test_what_the_guide_says_beside_its_tables_is_so() -> None:
    batch, serial = load(RESULTS / "batch.json"), load(RESULTS / "serial.json")
    files = cells(scale.containers(batch, Assumed()))["PNG, a file or object each"]
    assert float(files[-1].replace(",", "")) > float(files[2].replace(",", ""))  # requests cost more than computing
    first, *_ = list(cells(scale.limits(batch, serial, Assumed())))[2:]
    assert first == "object store, an object for each input"


@pytest.mark.parametrize("arguments", [["--check"], ["--usd-core-hour", "0.08"]])
def test_the_guide_says_what_was_measured(arguments: list[str]) -> None:
    before = scale.GUIDE.read_bytes()
    command = [sys.executable, scale.__file__, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ("at 0.08 US dollars a core-hour" in done.stdout) == (arguments != ["--check"])
    assert scale.GUIDE.read_bytes() == before
    assert load(RESULTS / "batch.json")["rows"]
