"""What the routes share: models, threads, the bytes that are held, and the numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

from digits import Digit
from digits.serving.batching import busy
from digits.serving.errors import ServingError
from digits.serving.metrics import Metrics
from digits.serving.models import Models, Offered
from digits.serving.pictures import classify_large
from digits.serving.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


class Pages:
    """Work that takes long, as much at a time as there are cores; a bounded number waits for a core."""

    def __init__(self, cores: int, most_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(cores, "pages")
        self._most = cores + most_waiting
        self.held = 0  # what waits or runs

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what ``function`` returns; whoever is cancelled gives its place to another unless it runs already.

        Raises:
            ServingError: 429 when too much waits.
        """
        if self.held >= self._most:
            raise busy()
        loop = asyncio.get_running_loop()
        self._change(1)
        future = self._pool.submit(function, *args, **kwargs)
        future.add_done_callback(partial(self._leave, loop))
        return await asyncio.wrap_future(future)

    def close(self) -> bool:
        """Stop taking work; return whether none is left on a thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        return self.held == 0

    def _leave(self, loop: asyncio.AbstractEventLoop, _future: Future[T]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._change, -1)

    def _change(self, by: int) -> None:
        self.held += by
        Metrics.current().tell_waiting("pages", self.held)


class Service:
    """One worker's models and threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics.current()
        self.pages = Pages(settings.cores, settings.waiting_pages)
        # onnxruntime and the event loop want a core each: one thread runs all batches.
        self._batches = ThreadPoolExecutor(1, "batches")
        self.models = Models(settings, self._batches)
        self.is_ready = True
        self._held_bytes = 0

    async def classify(self, model: Offered, data: bytes) -> Digit:
        """Return the digit that a picture shows: a small one in a batch, a large one by itself."""
        digit = await model.pictures.ask(data, size=len(data))
        if digit is None:
            digit = await self.pages.run(classify_large, model.loaded.reader, data)
        self.metrics.count_digits(model.name, 1, digit.value is None)
        return digit

    @contextmanager
    def holding(self) -> Iterator[Callable[[int], None]]:
        """Yield a function that takes room for so many more bytes; all of it is given back at the end.

        Raises:
            ServingError: 429 from that function, when the requests of all together hold too much.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            if self._held_bytes + count > self.settings.held_bytes:
                raise busy()
            taken += count
            self._held_bytes += count

        try:
            yield take
        finally:
            self._held_bytes -= taken

    @contextmanager
    def no_longer_than(self) -> Iterator[None]:
        """Turn a timeout inside into 504."""
        try:
            yield
        except TimeoutError as error:
            raise ServingError(
                504,
                f"expected an answer within {self.settings.timeout_s:g} s, it takes longer; "
                "send fewer or smaller pictures, or start the server with a longer --timeout",
            ) from error

    async def reload(self) -> None:
        """Load all models from their folders anew, while the old ones answer."""
        await asyncio.to_thread(self.models.reload)

    def close(self) -> bool:
        """Stop; return whether no thread is at work any more."""
        self.is_ready = False
        self._batches.shutdown(wait=False, cancel_futures=True)
        return self.pages.close()
