"""The benchmark of serving counts what was answered, refused and wrong, and says what it could not measure."""

from __future__ import annotations

import sys
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs the extra serve")

import serving as benchmark
from servers import Server
from web_load.client import Load, Result
from web_load.work import make_works, measure_in_process


def test_what_is_counted_are_good_answers_after_the_warming_up() -> None:
    result = Result()
    result.note(9.0, is_good=True)
    result.is_counting = True
    for seconds in (0.001, 0.003, 0.002):
        result.note(seconds, is_good=True)
    result.note(0.5, is_good=False)
    told = result.to_dict(lasted_s=2)
    assert (told["answers"], told["errors"], told["per_second"], told["p50_ms"]) == (3, 1, 1.5, 2.0)


def test_a_rival_that_is_not_installed_is_skipped_with_a_reason() -> None:
    with pytest.raises(RuntimeError, match="nothing_of_the_kind is not installed"):
        benchmark.measure_rival("nothing_of_the_kind", sys.executable, [], 1, 0.1)


def test_the_table_shows_each_load_beside_the_work_in_process() -> None:
    load = {"per_second": 300.0, "p50_ms": 2.0, "p99_ms": 5.0, "errors": 0, "refused": 7}
    row = {"work": "classify", "loads": {"64": load}, "ratio": {"64": 0.75}}
    memory = {"ready_s": 0.9, "requests": [0, 10_000], "mb": [251.3, 262.8]}
    skipped = {"gradio": "it is not installed"}
    result: dict[str, Any] = {"served": [row], "memory": memory, "rivals": {}, "skipped": skipped}
    shown = benchmark.render(result)
    assert "75%" in shown
    assert "ready after 0.9 s; memory, MB: 251, 263" in shown
    assert "skipped gradio: it is not installed" in shown


@pytest.mark.slow
def test_memory_is_watched_until_all_requests_are_answered() -> None:
    told = benchmark.measure_memory(make_works()[0], 1, 100, 0.2)
    assert told["requests"][-1] >= 100
    assert len(told["mb"]) == len(told["requests"])
    assert min(told["mb"]) > 20
    assert told["ready_s"] > 0.05


@pytest.mark.slow
def test_a_server_is_loaded_without_an_error_by_each_kind_of_work() -> None:
    server = Server()
    try:
        for work in make_works():
            load = Load(server.port, work.path, work.encoded, 4, 3.0, work.headers)
            told = benchmark.run_load(load)
            assert told["errors"] == told["refused"] == 0
            assert told["answers"] > 0
        wrong = Load(server.port, "/v1/classify", ["bm9uZQ=="], 1, 0.2, {})
        assert benchmark.run_load(wrong)["errors"] > 0
    finally:
        server.stop()
    assert measure_in_process(make_works()[0], 0.2)["per_second"] > 0
