"""Processes beside a training that make what it learns from; they end with it, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def pool_of(workers: int, prepare: Callable[..., None], *arguments: Any) -> ProcessPoolExecutor:
    """Return a pool of spawned processes, each of which first calls ``prepare`` with ``arguments``."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(prepare, arguments))


def _begin(prepare: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare(*arguments)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone: killed, it told nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
