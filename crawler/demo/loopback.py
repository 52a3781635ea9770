"""HTTP servers on loopback: many ports, one uvicorn, one background thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

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
