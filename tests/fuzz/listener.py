"""A port of this machine that no query may reach."""

from __future__ import annotations

import socket
import threading
from functools import cache

from tests.fuzz.sample import require

PLACE = "PLACE"
_REACHED = threading.Event()


@cache
def _port() -> int:
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            connection, _ = listener.accept()
            _REACHED.set()
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    return listener.getsockname()[1]


def placed(text: str) -> str:
    """Return a query in which the word PLACE is the address that listens."""
    return text.replace(PLACE, f"<http://localhost:{_port()}/>")


def require_silence() -> None:
    """Raise if a query has reached the port."""
    reached = _REACHED.is_set()
    _REACHED.clear()
    require(not reached, "a query reached the network")
