"""What the tests of serving share: a service in this process with a client, and servers in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("fastapi", reason="needs the extra serve")

from servers import Client, Server

from digits.data import Dataset
from digits.serving.service import Service
from digits.serving.settings import Settings

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
Start = Callable[..., Server]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers, and stops those that are left."""
    servers: list[Server] = []

    def start_one(*arguments: object, **settings: object) -> Server:
        servers.append(Server(*arguments, **settings))
        return servers[-1]

    yield start_one
    for server in servers:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for all tests of a file that leave it as it is."""
    one = Server()
    yield one
    if one.process.poll() is None:
        one.stop()


@pytest.fixture(scope="session")
def service() -> Service:
    """The shipped model, in this process."""
    return Service(Settings())


@pytest.fixture(scope="session")
def client(service: Service) -> Client:
    return Client(service)


@pytest.fixture(scope="session")
def seven() -> bytes:
    return (PICTURES / "seven.png").read_bytes()


@pytest.fixture(scope="session")
def photo() -> bytes:
    return (PICTURES / "photo.png").read_bytes()


@pytest.fixture(scope="session")
def frames(sample: Dataset) -> npt.NDArray[np.uint8]:
    """100 real digits, ten of each, uint8 (100, 28, 28)."""
    return sample.test.images[::5]
