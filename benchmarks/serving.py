"""How much ``digits serve`` answers, how fast, beside the same work without a server, Keras in FastAPI, and Gradio.

Usage: python benchmarks/serving.py [--seconds 4] [--workers 2] [--requests 100000] [--gradio-python PATH] [--out FILE]

Loopback alone. For each kind of request the work in process is measured just before and just after the server, so that
the ratios hold on a machine that others use too. What is not installed is skipped with a reason. Prints a table and
ends in one JSON line.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from measured import finish
from web_load.client import Load
from web_load.servers import listening, run_load, serving
from web_load.work import Work, make_works, measure_in_process

from digits.training.backend import cpu_name

HERE = Path(__file__).parent
CONNECTIONS = (1, 16, 64, 256)
RIVAL_CONNECTIONS = 64
STEADY_ROUNDS = 10


def main() -> None:
    """Measure, print, and write where ``--out`` says."""
    parser = argparse.ArgumentParser(description="Measure how much the server answers, and how fast.")
    parser.add_argument("--seconds", type=float, default=4, help="for each measurement")
    parser.add_argument("--workers", type=int, default=2, help="processes of the server")
    parser.add_argument("--requests", type=int, default=100_000, help="while memory is watched")
    parser.add_argument("--gradio-python", default=sys.executable, help="an interpreter that has gradio")
    parser.add_argument("--out", type=Path, help="also write the result to this JSON file")
    arguments = parser.parse_args()
    works = make_works()
    result: dict[str, Any] = {
        "machine": cpu_name(),
        "cores": os.cpu_count(),
        "versions": {name: version(name) for name in ("digits", "fastapi", "uvicorn", "onnxruntime", "numpy")}
        | {"python": platform.python_version()},
        "workers": arguments.workers,
        "seconds": arguments.seconds,
        "served": measure_server(works, arguments.workers, arguments.seconds),
        "memory": measure_memory(works[0], arguments.workers, arguments.requests, arguments.seconds),
        "rivals": {},
        "skipped": {},
    }
    for name, python in (("keras", sys.executable), ("gradio", arguments.gradio_python)):
        try:
            result["rivals"][name] = measure_rival(name, python, works, arguments.workers, arguments.seconds)
        except RuntimeError as error:
            result["skipped"][name] = str(error)
    sys.stdout.write(render(result))
    finish(result, arguments.out)


def measure_server(works: list[Work], workers: int, seconds: float) -> list[dict[str, Any]]:
    """Return a row for each kind of request."""
    rows = []
    with serving(workers) as server:
        for work in works:
            before = measure_in_process(work, seconds)
            loads = {
                str(connections): run_load(
                    Load(server.port, work.path, work.encoded, connections, seconds, work.headers)
                )
                for connections in CONNECTIONS
            }
            after = measure_in_process(work, seconds)
            alone = (before["per_second"] + after["per_second"]) / 2
            ratios = {connections: round(load["per_second"] / alone, 2) for connections, load in loads.items()}
            in_process = {"before": before, "after": after}
            rows.append(
                {"work": work.name, "digits": work.digits, "in_process": in_process, "loads": loads, "ratio": ratios}
            )
    return rows


def measure_memory(work: Work, workers: int, requests: int, seconds: float) -> dict[str, Any]:
    """Return the seconds until a server is ready, and its memory in MB after each so many requests."""
    with serving(workers) as server:
        told: dict[str, Any] = {"ready_s": round(server.ready_s, 2), "requests": [0], "mb": [server.memory_mb]}
        while told["requests"][-1] < requests:
            load = Load(server.port, work.path, work.encoded, RIVAL_CONNECTIONS, seconds, work.headers)
            answers, goal = 0, requests / STEADY_ROUNDS
            while answers < goal:
                answers += run_load(load)["answers"]
            told["requests"].append(told["requests"][-1] + answers)
            told["mb"].append(round(server.memory_mb, 1))
    return told


def measure_rival(name: str, python: str, works: list[Work], workers: int, seconds: float) -> dict[str, Any]:
    """Return what another server answers, and ours just after; raises RuntimeError where the other is absent."""
    if subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False).returncode:
        raise RuntimeError(f"{name} is not installed for {python}")
    ours = works[0] if name == "gradio" else works[1]
    command = [python, str(HERE / "web_load" / "rivals.py"), name]
    with listening(command) as port:
        theirs = run_load(_rival_load(name, port, works, seconds))
    with serving(workers) as server:
        load = run_load(Load(server.port, ours.path, ours.encoded, RIVAL_CONNECTIONS, seconds, ours.headers))
    times = round(load["per_second"] / theirs["per_second"], 1) if theirs["per_second"] else None
    return {"connections": RIVAL_CONNECTIONS, "theirs": theirs, "ours": load, "work": ours.name, "times": times}


def _rival_load(name: str, port: int, works: list[Work], seconds: float) -> Load:
    if name == "keras":
        frames = [list(body[-784:]) for body in works[1].bodies]
        rows = [[[pixel / 255 for pixel in frame[row : row + 28]] for row in range(0, 784, 28)] for frame in frames]
        bodies, path = [json.dumps({"image": row}).encode() for row in rows], "/predict"
    else:
        urls = [f"data:image/png;base64,{picture}" for picture in works[0].encoded]
        bodies = [json.dumps({"data": [{"url": url, "meta": {"_type": "gradio.FileData"}}]}).encode() for url in urls]
        path = "/gradio_api/call/predict"
    encoded = [base64.b64encode(body).decode() for body in bodies]
    headers = {"Content-Type": "application/json"}
    return Load(port, path, encoded, RIVAL_CONNECTIONS, seconds, headers, gradio=name == "gradio")


def render(result: dict[str, Any]) -> str:
    """Return the table for people."""
    lines = [
        f"{'work':<20}{'connections':>12}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}{'of in process':>15}"
    ]
    for row in result["served"]:
        for connections, load in row["loads"].items():
            lines.append(
                f"{row['work']:<20}{connections:>12}{load['per_second']:>12,.1f}{load['p50_ms'] or 0:>9,.1f}"
                f"{load['p99_ms'] or 0:>9,.1f}{load['errors']:>8}{load['refused']:>6}{row['ratio'][connections]:>15.0%}"
            )
    memory = result["memory"]
    lines.append(f"ready after {memory['ready_s']} s; memory, MB: " + ", ".join(f"{mb:.0f}" for mb in memory["mb"]))
    lines += [f"{name}: {rival['times']} times as many of ours" for name, rival in result["rivals"].items()]
    lines += [f"skipped {name}: {reason}" for name, reason in result["skipped"].items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
