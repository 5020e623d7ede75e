"""The unit for systemd and the Dockerfile start the server alike, with options that it has and the same limits."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from shell import call

from digits.serving.settings import GRACE_S, Settings

ROOT = Path(__file__).parents[2]
UNIT = (ROOT / "deploy" / "digits.service").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def options_of_the_unit() -> list[str]:
    (command,) = re.findall(r"^ExecStart=(.+)$", UNIT, re.MULTILINE)
    return shlex.split(command)[2:]


def test_both_start_the_server_with_the_same_limits_and_they_are_its_own() -> None:
    (command,) = re.findall(r"^CMD \[(.+)\]$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r'"([^"]+)"', command) == options_of_the_unit()
    told = dict(zip(options_of_the_unit()[::2], options_of_the_unit()[1::2], strict=True))
    assert int(told["--max-bytes"]) == Settings().max_bytes
    assert float(told["--timeout"]) == Settings().timeout_s


def test_the_server_has_every_option_that_they_give() -> None:
    shown = call("serve", "--help").stdout.decode()
    given = [option for option in options_of_the_unit() if option.startswith("--")]
    assert given
    assert all(option in shown for option in [*given, "--host"])


def test_both_bound_memory_processor_and_processes_alike() -> None:
    assert "MemoryMax=1G" in UNIT
    assert "--memory 1g" in DOCKERFILE
    assert "CPUQuota=200%" in UNIT
    assert "--cpus 2" in DOCKERFILE
    assert "TasksMax=128" in UNIT
    assert "--pids-limit 128" in DOCKERFILE


def test_both_wait_longer_than_the_server_takes_to_stop() -> None:
    (unit_s,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)
    (docker_s,) = re.findall(r"--stop-timeout (\d+)", DOCKERFILE)
    assert min(int(unit_s), int(docker_s)) > GRACE_S + 2
