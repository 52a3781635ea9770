"""The three servers of ours, each by its own door, on a free port of loopback."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric

from indexer.foundation.addresses import Address
from indexer.foundation.config import Config
from indexer.foundation.probes import probe_server
from indexer.listening.patience import Patience
from indexer.search.search_server import SearchServer
from indexer.web.serving import PagePlace, page_server
from tests.indexer.embedded.engines import running
from tests.indexer.web.loopback import closed_address


class Ships:
    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("techwire_ships", "Ships.", 7)


@contextmanager
def page(folder: Path, patience: Patience, *names: str) -> Iterator[str]:
    config = Config(home=folder, database_url="sqlite://", serve_hosts=names)
    server = SearchServer(url=Address.of(closed_address()), version="1", embedded=False)
    place = PagePlace(host="127.0.0.1", port=0, patience=patience)
    with page_server(server, config, place) as address:
        yield address.rstrip("/")


@contextmanager
def probes(folder: Path, patience: Patience, *names: str) -> Iterator[str]:
    opened = probe_server("127.0.0.1:0", Ships(), lambda: None, names=names, patience=patience)
    with opened as address:
        yield str(address).removesuffix("/metrics")


@contextmanager
def engine(folder: Path, patience: Patience, *names: str) -> Iterator[str]:
    named = [word for name in names for word in ("--serve-host", name)]
    words = ("--readers", "0", "--patience", str(patience.head_s), *named)
    with running(folder, *words) as server:
        yield server.url


SERVERS: dict[str, Callable[..., object]] = {"page": page, "probes": probes, "engine": engine}
PATHS = {"page": "/healthz", "probes": "/healthz", "engine": "/health"}


def connected(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def rest_of(connection: socket.socket) -> bytes:
    """What the server still sends, until it ends the connection."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)
