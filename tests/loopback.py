"""Small HTTP servers on loopback: one function answers, every request is written down."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request. headers: names in lower case. at_s: seconds on the monotonic clock."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, sent as it stands."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Site:
    """A server that runs. url: without a closing slash."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def requests_for(self, path: str) -> list[Asked]:
        return [request for request in self.asked if request.path == path]


def html(text: str) -> Answer:
    return Answer(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


@contextmanager
def serving(
    answer: Callable[[Asked], Answer],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    date: str | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Site]:
    """Serve until the block ends, on a free port unless one is given. date: the server's clock.

    tls: what it shows by https.
    """
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
            request = Asked(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
                at_s=time.monotonic(),
            )
            site.asked.append(request)
            reply = answer(request)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any

        def date_time_string(self, timestamp: float | None = None) -> str:
            return date or super().date_time_string(timestamp)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that was killed in the middle is part of some tests

    server = Server((host, port), Handler)
    if tls is not None:  # hands are shaken in the thread of each request
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    site.url = f"http{'s' if tls else ''}://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> int:
    """A port of loopback where nobody listens."""
    with serving(lambda _: Answer()) as site:
        return int(site.url.rpartition(":")[2])
