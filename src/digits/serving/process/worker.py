"""A worker of several: ``python -m digits.serving.process.worker SOCKET``, with the settings on standard input."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading

from digits.errors import DigitsError
from digits.serving.settings import Settings


def main() -> None:
    """Serve on the socket of this number until told to stop, or until the supervisor is gone."""
    settings = Settings.from_json(sys.stdin.readline())
    threading.Thread(target=_end_with_the_supervisor, daemon=True).start()
    try:
        from digits.serving.process.server import run_worker

        run_worker(settings, socket.socket(fileno=int(sys.argv[1])), _say_ready)
    except DigitsError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(1)


def _end_with_the_supervisor() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _say_ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
