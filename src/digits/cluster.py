"""Joins a Ray cluster, or starts Ray on this machine, for as long as a block lasts. Imports Ray only when asked."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from digits.errors import DigitsError, MissingExtraError, shorten

ANSWER_S = 10.0  # how long a cluster may take to answer at all


def import_ray() -> Any:
    """Return the module ``ray``.

    Raises:
        MissingExtraError: Ray is not installed.
    """
    try:
        import ray
        import ray.util.scheduling_strategies
    except ImportError as error:
        raise MissingExtraError("ray", "the engine of that name", "ray") from error
    return ray


@contextmanager
def joined(address: str | None, *, cpus: int | None, failure: type[DigitsError]) -> Iterator[Any]:
    """Yield the module ``ray``, connected; at the end disconnect, which ends a Ray that was started here.

    A process that is connected already stays so.

    Args:
        address: that of a cluster, as ``ray.init`` takes it; by default RAY_ADDRESS, else Ray is started here.
        cpus: how many cores a Ray that is started here gives to tasks; by default all of the machine.
        failure: the error to raise where the cluster cannot be joined.

    Raises:
        MissingExtraError: Ray is not installed.
    """
    ray = import_ray()
    is_ours = not ray.is_initialized()
    if is_ours:
        _join(ray, address or os.environ.get("RAY_ADDRESS"), cpus, failure)
    try:
        yield ray
    finally:
        if is_ours:
            ray.shutdown()


def _join(ray: Any, address: str | None, cpus: int | None, failure: type[DigitsError]) -> None:
    try:
        if address:
            _require_answer(address)
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        else:
            ray.init(num_cpus=cpus, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except Exception as error:  # Ray raises that very class where this machine is too busy to start it
        raise failure(
            f"expected a Ray cluster at {shorten(address or 'this machine')}; {shorten(error)}; check --address, "
            "or leave it out to start Ray here"
        ) from error


def _require_answer(address: str) -> None:
    """Raise OSError or OverflowError unless something listens at a host and port; Ray would try for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_S).close()
