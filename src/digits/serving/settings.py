"""How a server runs: one frozen value, which goes to each worker as JSON."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import asdict, dataclass
from typing import Self

DEFAULT_NAME = "digits"
# What runs when the server is told to stop has so long; systemd and Docker kill after more.
GRACE_S = 3
# The variable that names the folder in which prometheus_client keeps what workers share.
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True)
class Settings:
    """What ``digits serve`` was told, and the bounds that nobody needs to change.

    Attributes:
        models: name and folder of each model, the default first; the folder None stands for the shipped model.
        token: who asks must know it, if there is one.
        allow_hosts: names besides the address that the server is bound to.
        allow_origins: pages of other origins that may ask, as the browser writes them: "https://example.org".
        max_bytes: the longest body of a request.
        timeout_s: from a request's last byte to its answer.
        receive_s: from a request's first byte to its last, and from a connection to its first request.
        max_files: of one multipart body.
        batch: so many pictures or frames are answered by one inference.
        waiting: so many pictures or frames may wait for one.
        waiting_pages: so many pages may wait for a core.
        held_bytes: so many bytes of bodies may be held at once; 16 of the longest by default.
        max_connections: of one worker.
        cores: how many pages one worker reads at a time.
    """

    models: tuple[tuple[str, str | None], ...] = ((DEFAULT_NAME, None),)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    max_bytes: int = 16_000_000
    timeout_s: float = 30.0
    receive_s: float = 30.0
    max_files: int = 64
    batch: int = 32
    waiting: int = 16_384
    waiting_pages: int = 64
    held_bytes: int = 256_000_000
    max_connections: int = 1000
    cores: int = 1

    @property
    def is_local(self) -> bool:
        """Whether this machine alone reaches the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        fields = json.loads(text)
        models = tuple((name, folder) for name, folder in fields.pop("models"))
        hosts, origins = (tuple(fields.pop(name)) for name in ("allow_hosts", "allow_origins"))
        return cls(models=models, allow_hosts=hosts, allow_origins=origins, **fields)
