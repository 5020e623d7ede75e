"""Batches: everyone gets their own answer, nobody waits for a timer, and what may wait is bounded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import numpy.typing as npt
import pytest
from servers import Client, png

import digits
from digits.serving.batching import Batcher, Bounds
from digits.serving.errors import ServingError
from digits.serving.models import classify_frames
from digits.serving.service import Pages, Service

WIDE = Bounds(batch=32, waiting=1000, size=10**9)


class Worker:
    """Doubles numbers, and stands still until it is let go; remembers its batches."""

    def __init__(self, *, is_free: bool = True) -> None:
        self.batches: list[list[int]] = []
        self.executor = ThreadPoolExecutor(1)
        self.gate = threading.Event()
        if is_free:
            self.gate.set()

    def __call__(self, items: list[int]) -> Sequence[int | Exception]:
        self.batches.append(items)
        assert self.gate.wait(10)
        return [2 * item if item >= 0 else ValueError(item) for item in items]


async def until(worker: Worker, batches: int) -> None:
    while len(worker.batches) < batches:
        await asyncio.sleep(0.001)


def test_what_comes_while_a_batch_runs_makes_the_next_one() -> None:
    async def main() -> None:
        worker = Worker(is_free=False)
        batcher = Batcher(worker, worker.executor, WIDE)
        first = asyncio.create_task(batcher.ask(1))
        await until(worker, 1)
        rest = [asyncio.create_task(batcher.ask(number)) for number in range(2, 12)]
        await asyncio.sleep(0.01)
        worker.gate.set()
        assert await asyncio.gather(first, *rest) == [2 * number for number in range(1, 12)]
        assert worker.batches == [[1], list(range(2, 12))]

    asyncio.run(main())


def test_an_error_is_that_of_its_item_alone() -> None:
    async def main() -> None:
        worker = Worker()
        batcher = Batcher(worker, worker.executor, WIDE)
        answers = await asyncio.gather(*(batcher.ask(item) for item in (3, -1, 4)), return_exceptions=True)
        assert answers[::2] == [6, 8]
        assert isinstance(answers[1], ValueError)

    asyncio.run(main())


def test_a_batch_that_fails_as_a_whole_is_told_to_each_and_the_next_one_runs() -> None:
    def run(items: list[int]) -> Sequence[int | Exception]:
        if 0 in items:
            raise ZeroDivisionError
        return items

    async def main() -> None:
        batcher = Batcher(run, ThreadPoolExecutor(1), WIDE)
        answers = await asyncio.gather(batcher.ask(0), batcher.ask(1), return_exceptions=True)
        assert [type(answer) for answer in answers] == [ZeroDivisionError, ZeroDivisionError]
        assert await batcher.ask(5) == 5

    asyncio.run(main())


def test_a_batch_counts_frames_not_requests() -> None:
    async def main() -> None:
        worker = Worker(is_free=False)
        batcher = Batcher(worker, worker.executor, Bounds(batch=10, waiting=100, size=10**9))
        asked = [asyncio.create_task(batcher.ask(number, weight=6)) for number in range(3)]
        await until(worker, 1)
        worker.gate.set()
        await asyncio.gather(*asked)
        assert worker.batches == [[0], [1], [2]]

    asyncio.run(main())


@pytest.mark.parametrize("bounds", [Bounds(32, waiting=3, size=10**9), Bounds(32, waiting=1000, size=300)])
def test_too_much_that_waits_is_refused_by_frames_and_by_bytes(bounds: Bounds) -> None:
    async def main() -> None:
        worker = Worker(is_free=False)
        batcher = Batcher(worker, worker.executor, bounds)
        running = asyncio.create_task(batcher.ask(0, size=100))
        await until(worker, 1)
        waiting = [asyncio.create_task(batcher.ask(number, size=100)) for number in (1, 2, 3)]
        await asyncio.sleep(0.01)
        with pytest.raises(ServingError) as caught:
            await batcher.ask(4, size=100)
        assert (caught.value.status, caught.value.headers) == (429, {"Retry-After": "1"})
        worker.gate.set()
        assert await asyncio.gather(running, *waiting) == [0, 2, 4, 6]

    asyncio.run(main())


def test_who_leaves_gives_the_place_to_another() -> None:
    async def main() -> None:
        worker = Worker(is_free=False)
        batcher = Batcher(worker, worker.executor, Bounds(32, waiting=1, size=10**9))
        running = asyncio.create_task(batcher.ask(0))
        await until(worker, 1)
        leaver = asyncio.create_task(batcher.ask(1))
        await asyncio.sleep(0.01)
        leaver.cancel()
        await asyncio.gather(leaver, return_exceptions=True)
        assert batcher.waiting == 0
        stayer = asyncio.create_task(batcher.ask(2))
        await asyncio.sleep(0.01)
        worker.gate.set()
        assert await asyncio.gather(running, stayer) == [0, 4]
        assert worker.batches == [[0], [2]]

    asyncio.run(main())


def test_pages_wait_in_a_bounded_number_and_leave_when_cancelled() -> None:
    async def main() -> None:
        gate = threading.Event()
        pages = Pages(cores=1, most_waiting=1)
        running = asyncio.create_task(pages.run(gate.wait, 10))
        await asyncio.sleep(0.01)
        leaver = asyncio.create_task(pages.run(gate.wait, 10))
        await asyncio.sleep(0.01)
        with pytest.raises(ServingError, match="queue"):
            await pages.run(gate.wait, 10)
        leaver.cancel()
        await asyncio.gather(leaver, return_exceptions=True)
        await asyncio.sleep(0.01)
        stayer = asyncio.create_task(pages.run(gate.wait, 10))
        await asyncio.sleep(0.01)
        gate.set()
        assert await asyncio.gather(running, stayer) == [True, True]
        await asyncio.sleep(0.01)
        assert pages.close()

    asyncio.run(main())


async def infer(asking: httpx.AsyncClient, frames: npt.NDArray[np.uint8], number: int) -> list[float] | None:
    """Return the probabilities of one frame; every seventh request is wrong, and gets none."""
    data = frames[number].ravel().tolist() if number % 7 else [256] * 784
    inputs = [{"name": "frames", "datatype": "UINT8", "shape": [1, 28, 28], "data": data}]
    answer = await asking.post("/v2/models/digits/infer", json={"inputs": inputs})
    assert answer.status_code == (200 if number % 7 else 400)
    return answer.json()["outputs"][2]["data"] if number % 7 else None


async def classify(asking: httpx.AsyncClient, pictures: list[bytes], number: int) -> list[float] | None:
    """Return the probabilities of one picture; every fifth is cut off, and gets none."""
    answer = await asking.post("/v1/classify", content=pictures[number] if number % 5 else pictures[number][:90])
    assert answer.status_code == (200 if number % 5 else 422)
    return answer.json()["digits"][0]["probabilities"] if number % 5 else None


def test_under_load_everyone_gets_their_own_answer(
    client: Client,
    service: Service,
    reader: digits.Reader,
    frames: npt.NDArray[np.uint8],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """100 distinct frames and 20 pictures at once, with wrong ones among them."""
    pictures = [png(255 - np.pad(frame, 6)) for frame in frames[::5]]
    sizes: list[int] = []
    monkeypatch.setattr(service.models.default.frames, "_observe", lambda batch, _waiting: sizes.append(batch))

    async def main() -> tuple[list[list[float] | None], list[list[float] | None]]:
        async with client.connect() as asking:
            of_frames = asyncio.gather(*(infer(asking, frames, number) for number in range(100)))
            of_pictures = asyncio.gather(*(classify(asking, pictures, number) for number in range(20)))
            return await of_frames, await of_pictures

    of_frames, of_pictures = asyncio.run(main())
    expected = reader.classify_frames(frames).probabilities
    for number, told in enumerate(of_frames):
        assert told is None or np.allclose(told, expected[number], atol=1e-5)
    for number, told in enumerate(of_pictures):
        assert told is None or np.allclose(told, reader.classify([pictures[number]])[0].probabilities, atol=1e-5)
    assert max(sizes) > 10  # one inference for many
    assert len(sizes) < 40


def test_frames_that_the_reader_refuses_alone_are_refused_among_others(
    reader: digits.Reader, frames: npt.NDArray[np.uint8]
) -> None:
    faint = np.minimum(frames[:1], 1)
    first, second, third = classify_frames(reader, [frames[:2], faint, frames[2:5]])
    assert isinstance(first, digits.Predictions)
    assert isinstance(second, digits.ImageError)
    assert isinstance(third, digits.Predictions)
    assert (len(first), len(third)) == (2, 3)
