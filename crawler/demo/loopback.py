"""HTTP servers on loopback: many ports, one uvicorn, one background thread.

Also the log of who asked for what, to count in tests.
"""

import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp

_START_S = 10.0
_STOP_S = 10.0


def bind(host: str, count: int, first_port: int = 0) -> list[socket.socket]:
    """Listening sockets.

    first_port: the first of `count` ports in a row; 0 takes any free ports.
    Raises: OSError when a port is taken.
    """
    sockets: list[socket.socket] = []
    try:
        for number in range(count):
            # asyncio turns Nagle's delay (40 ms a page here) off only for sockets that name TCP
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            sockets.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, first_port + number if first_port else 0))
            listener.listen(128)
    except OSError:
        for listener in sockets:
            listener.close()
        raise
    return sockets


@contextmanager
def serving(
    app: ASGIApp, sockets: list[socket.socket], *, log_level: str = "error"
) -> Iterator[None]:
    """Serve one ASGI app on all `sockets` until the block ends; closes them.

    log_level: uvicorn's; "critical" when the app breaks HTTP on purpose.
    """
    config = uvicorn.Config(
        app,
        interface="asgi3",
        proxy_headers=False,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level=log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True, name="newsroom")
    thread.start()
    try:
        deadline = time.monotonic() + _START_S
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the newsroom's server did not start; see the error above")
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join(_STOP_S)
        for listener in sockets:
            listener.close()


_KEPT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request and its answer.

    url: absolute, without the query. status: as answered. conditional: it carried a validator.
    at_s: seconds on the monotonic clock, to measure gaps.
    """

    url: str
    query: str = ""
    status: int = 200
    user_agent: str = ""
    conditional: bool = False
    at_s: float = field(default_factory=time.monotonic)


class Requests:
    """The last 200,000 requests."""

    def __init__(self) -> None:
        self._log: deque[Request] = deque(maxlen=_KEPT)

    def __len__(self) -> int:
        return len(self._log)

    def __iter__(self) -> Iterator[Request]:
        return iter(tuple(self._log))

    def add(self, request: Request) -> None:
        """Note a request."""
        self._log.append(request)

    def clear(self) -> None:
        """Forget all of them."""
        self._log.clear()

    def count(self, url: str, status: int | None = None) -> int:
        """How often `url` was asked for, whatever the query; only with answer `status` if given."""
        return sum(found == status or status is None for found in self.statuses(url))

    def statuses(self, url: str) -> list[int]:
        """The answers `url` got, in order."""
        plain = url.partition("#")[0].partition("?")[0]
        return [request.status for request in self if request.url == plain]

    def under(self, homepage: str) -> list[Request]:
        """All requests one site got, by its homepage."""
        return [request for request in self if request.url.startswith(homepage)]
