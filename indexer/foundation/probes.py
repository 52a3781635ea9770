"""`/healthz` and `/metrics` of a process without a page, on a port of their own.

`/healthz` answers 200 while the process does its work and 503 with the reason when it is stuck, so
that whoever supervises it starts it again. A search server or database that is away is no reason
to, nor are tasks that do not move there: `/healthz` says so beside.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socket import socket
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, ProcessCollector, make_wsgi_app

from indexer.foundation.errors import ConfigError
from indexer.foundation.listening import listen

Trouble = Callable[[], str | None]  # what is wrong with this process, or None


class Pulse:
    """When a loop last showed that it goes on."""

    def __init__(self, *, most_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most_s = most_s
        self._clock = clock
        self._last_s = clock()

    def beat(self) -> None:
        self._last_s = self._clock()

    def trouble(self) -> str | None:
        """None, or how long it has been still when that is too long."""
        still_s = self._clock() - self._last_s
        return None if still_s <= self.most_s else f"no sign of life for {still_s:.0f} s"


@contextmanager
def probe_server(
    address: str | None,
    collector: Any,
    trouble: Trouble,
    *,
    search: Trouble = lambda: None,
) -> Iterator[str | None]:
    """Serve both on "HOST:PORT" while the block runs; None serves nothing.

    collector: gives Prometheus' metrics at each scrape. search: what is wrong with the search
    server, which `/healthz` tells too. Yields: the URL of /metrics.
    Raises: ConfigError when the address is wrong or taken.
    """
    if address is None:
        yield None
        return
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ConfigError(f"--metrics is {address!r}: write HOST:PORT, or off")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    ProcessCollector(registry=registry)
    host = host.strip("[]") or "127.0.0.1"
    listener = listen(
        host, int(port), otherwise="choose another with --metrics HOST:PORT, or --metrics off"
    )
    server = _ProbeServer(listener)
    server.set_app(_application(make_wsgi_app(registry), trouble, search))
    thread = Thread(target=server.serve_forever, name="probes", daemon=True)
    thread.start()
    try:
        yield f"http://{address.rpartition(':')[0]}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=2)


def _application(metrics: Any, trouble: Trouble, search: Trouble) -> Any:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            whole: Iterable[bytes] = metrics(environ, start_response)
            return whole
        words = trouble()
        status = "200 OK" if words is None else "503 Service Unavailable"
        start_response(status, [("Content-Type", "application/json")])
        told = {"status": words or "ok"}
        if (amiss := search()) is not None:
            told["search"] = amiss
        return [json.dumps(told).encode()]

    return answer


class _ProbeServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def __init__(self, listener: socket) -> None:
        super().__init__(listener.getsockname()[:2], _QuietHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        # what binding would set, without its question to the DNS for the host's name
        host, self.server_port = listener.getsockname()[:2]
        self.server_name = str(host)
        self.setup_environ()
        self.server_activate()


class _QuietHandler(WSGIRequestHandler):
    timeout = 10  # seconds a client may take

    def log_message(self, format: str, *args: Any) -> None:
        """Requests of probes are not logged."""
