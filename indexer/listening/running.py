"""A server that runs: uvicorn with our limits, in a thread where the command has more to do.

Signals are the command's to handle.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from indexer.listening.patience import Patience, limited

START_S = 10.0
END_S = 5.0
GRACE_S = 1


class NotStarted(Exception):
    """The server did not come up; its log says why."""


class QuietServer(uvicorn.Server):
    """uvicorn without signal handlers of its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(
    app: ASGIApp, patience: Patience, *, grace_s: int, lifespan: Literal["auto", "off"] = "auto"
) -> QuietServer:
    """A server that is not started yet. grace_s: for requests under way when it is to end."""
    return QuietServer(
        uvicorn.Config(
            app,
            http=limited(patience),
            ws="none",
            lifespan=lifespan,
            log_level="warning",
            access_log=False,
            timeout_keep_alive=patience.idle_s,
            timeout_graceful_shutdown=grace_s,
        )
    )


@contextmanager
def served(
    app: ASGIApp, listener: socket.socket, name: str, patience: Patience
) -> Iterator[threading.Thread]:
    """Serve in a thread of this name while the block runs. Yields: the thread; it lives as long.

    Raises: NotStarted.
    """
    server = server_of(app, patience, grace_s=GRACE_S)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True, name=name)
    thread.start()
    try:
        deadline_s = time.monotonic() + START_S
        while not server.started and thread.is_alive() and time.monotonic() < deadline_s:
            time.sleep(0.01)
        if not server.started:
            raise NotStarted(f"the server of the {name} did not start")
        yield thread
    finally:
        server.should_exit = True
        thread.join(END_S)
        listener.close()
