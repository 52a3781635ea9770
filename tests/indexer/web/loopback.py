"""Runs ASGI applications on free ports of loopback: any, or the page over a search server."""

import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from indexer.web.app import create_app

START_S = 10.0


@contextlib.contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """The address of the application."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + START_S
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=START_S)
        listener.close()


@contextlib.contextmanager
def page_over(
    engine: Callable[[Request], Awaitable[Response]], **options: Any
) -> Iterator[httpx.Client]:
    """A client of the page, whose searches `engine` answers. options: `create_app`'s."""
    route = Route("/{path:path}", engine, methods=["GET", "POST", "PUT", "DELETE"])
    settings = {"search_key": None, "index": "news", **options}
    with (
        running(Starlette(routes=[route])) as meili_url,
        running(create_app(meili_url=meili_url, **settings)) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield client


def closed_address() -> str:
    """An address of loopback where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
