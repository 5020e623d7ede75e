"""What happens is counted; Prometheus reads it at GET /metrics.

With several workers, prometheus_client keeps the numbers in files that the workers share ($PROMETHEUS_MULTIPROC_DIR,
which the supervisor sets), so that whichever worker is asked answers for all.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from digits.serving.settings import SHARED_METRICS

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The numbers of this process, or of all workers."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "digits_requests", "Requests by route, method and status.", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "digits_request_seconds", "Time to answer a request.", ("route",), buckets=_SECONDS, registry=registry
        )
        self._read = Counter("digits_read", "Digits that were answered.", ("model",), registry=registry)
        self._refused = Counter("digits_refused", "Digits among them that were refused.", ("model",), registry=registry)
        self._queue = Gauge(
            "digits_queue_length",
            "Pictures, frames and pages that wait.",
            ("queue",),
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._batch = Histogram(
            "digits_batch_size", "Pictures or frames a batch.", ("queue",), buckets=_BATCHES, registry=registry
        )
        self._model = Gauge(
            "digits_model_info",
            "1 for the weights in use, 0 for those that were.",
            ("model", "sha256"),
            registry=registry,
            multiprocess_mode="livemax",
        )

    @staticmethod
    @cache
    def current() -> Metrics:
        """Return those of this process: there is one, as prometheus_client has one set of shared files a process."""
        return Metrics()

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_digits(self, model: str, read: int, refused: int) -> None:
        self._read.labels(model).inc(read)
        self._refused.labels(model).inc(refused)

    def observe_batch(self, queue: str, batch: int, waiting: int) -> None:
        self._batch.labels(queue).observe(batch)
        self._queue.labels(queue).set(waiting)

    def tell_waiting(self, queue: str, waiting: int) -> None:
        self._queue.labels(queue).set(waiting)

    def tell_model(self, name: str, sha256: str) -> None:
        self._model.labels(name, sha256).set(1)

    def forget_model(self, name: str, sha256: str) -> None:
        self._model.labels(name, sha256).set(0)

    def expose(self) -> bytes:
        """Return everything in Prometheus's text format."""
        if SHARED_METRICS not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        collect: Any = multiprocess.MultiProcessCollector  # untyped
        collect(registry)
        return generate_latest(registry)
