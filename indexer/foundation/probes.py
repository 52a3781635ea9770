"""`/healthz` and `/metrics` of a process without a page, on a port of their own.

`/healthz` answers 200 while the process does its work and 503 with the reason when it is stuck, so
that whoever supervises it starts it again. A search server or database that is away is no reason
to, nor are tasks that do not move there: `/healthz` says so beside.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from indexer.foundation.config import SERVE_HOSTS_ADVICE
from indexer.foundation.errors import ConfigError
from indexer.listening.names import OwnNames
from indexer.listening.patience import Patience
from indexer.listening.running import NotStarted, served
from indexer.listening.sockets import CannotListen, listen, url_of

PATIENCE = Patience(connections=100)
JSON = "application/json"

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
    names: Iterable[str] = (),
    patience: Patience = PATIENCE,
) -> Iterator[str | None]:
    """Serve both on "HOST:PORT" while the block runs; None serves nothing.

    collector: gives Prometheus' metrics at each scrape. search: what is wrong with the search
    server, which `/healthz` tells too. names: what the server is called, beside HOST. Yields: the
    URL of /metrics. Raises: ConfigError when the address is wrong or taken.
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
    app = _application(registry, trouble, search, (host, *names))
    try:
        listener = listen(host, int(port))
        with served(app, listener, "probes", patience):
            yield f"{url_of(listener, host)}/metrics"
    except (CannotListen, NotStarted) as error:
        words = "choose another with --metrics HOST:PORT, or --metrics off"
        raise ConfigError(f"{error}: {words}") from error


def _application(
    registry: CollectorRegistry, trouble: Trouble, search: Trouble, names: Iterable[str]
) -> Starlette:
    """Both answer in threads: numbers are read from the database."""

    def healthz(request: Request) -> Response:
        words = trouble()
        told = {"status": words or "ok"}
        if (amiss := search()) is not None:
            told["search"] = amiss
        return Response(json.dumps(told), 200 if words is None else 503, media_type=JSON)

    def metrics(request: Request) -> Response:
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"Content-Type": kind})

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/metrics", metrics)],
        middleware=[Middleware(OwnNames, names, SERVE_HOSTS_ADVICE, open_paths=["/healthz"])],
    )
