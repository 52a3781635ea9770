"""Hostile sites on loopback, for tests: what a crawler must survive, each under a name.

`with open_hostile_sites() as hostile:` gives `hostile["gzip_bomb"]` and the like, every one an
absolute URL; `hostile.urls` lists them all and `hostile.requests` counts what was asked.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from crawler.demo.loopback import Request, Requests, bind, serving
from tests.newsroom import hostile_bodies as bodies

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml"
HUGE_BYTES = 50 * bodies.MB
RETRY_AFTER_S = 7
HOPS = 40
_CHUNK = b"<p>" + b"x" * 65_000 + b"</p>\n"
_OPEN_ROBOTS = b"User-agent: *\nAllow: /\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. chunks: sent instead of body, as they come. short_by: bytes promised too many."""

    body: bytes = b""
    status: int = 200
    content_type: str | None = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: Callable[[], AsyncIterator[bytes]] | None = None
    short_by: int = 0


class HostileSites:
    """Two hosts: one with an open robots.txt, one whose robots.txt answers 500."""

    def __init__(self, base: str, broken_robots_base: str) -> None:
        self.base = base
        self.requests = Requests()
        self.closing = threading.Event()
        self._broken_robots = broken_robots_base
        self._answers = {**self._bodies(), **self._detours(), **self._feeds(), **self._refusals()}
        self.urls: dict[str, str] = {
            path.strip("/").partition(".")[0].replace("-", "_"): base + path
            for path in self._answers
        }
        self.urls["robots_500"] = f"{broken_robots_base}/page"

    def __getitem__(self, name: str) -> str:
        return self.urls[name]

    def _bodies(self) -> dict[str, Callable[[], Answer]]:
        article = bodies.long_article().encode()
        sized = {"content-length": str(len(_CHUNK) * (HUGE_BYTES // len(_CHUNK)))}
        plain = "text/html"
        return {
            "/slow-drip": lambda: Answer(chunks=self._drip),
            "/never-answers": lambda: Answer(chunks=self._silence),
            "/huge-body": lambda: Answer(chunks=self._flood, headers=sized),
            "/huge-chunked": lambda: Answer(chunks=self._flood),
            "/gzip-bomb": lambda: Answer(
                body=bodies.gzip_bomb(), headers={"content-encoding": "gzip"}
            ),
            "/brotli-bomb": lambda: Answer(
                body=bodies.brotli_bomb(), headers={"content-encoding": "br"}
            ),
            "/not-gzip": lambda: Answer(body=article, headers={"content-encoding": "gzip"}),
            "/cut-body": lambda: Answer(body=article, short_by=5_000),
            "/wrong-charset": lambda: Answer(
                body=bodies.page(
                    "Überraschung in München", *["Grüße aus Köln. " * 20] * 5
                ).encode(),
                content_type="text/html; charset=iso-8859-1",
            ),
            "/unknown-charset": lambda: Answer(
                body=article, content_type="text/html; charset=klingon-9"
            ),
            "/meta-charset": lambda: Answer(body=bodies.shift_jis_page(), content_type=plain),
            "/invalid-utf8": lambda: Answer(body=bodies.invalid_utf8()),
            "/deep-nesting": lambda: Answer(body=bodies.deep_nesting()),
            "/regex-bait": lambda: Answer(body=bodies.regex_bait()),
            "/png-as-html": lambda: Answer(body=b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200),
            "/no-content-type": lambda: Answer(body=article, content_type=None),
            "/empty": lambda: Answer(),
            "/page": lambda: Answer(body=article),
            "/robots.txt": lambda: Answer(body=_OPEN_ROBOTS, content_type="text/plain"),
        }

    def _detours(self) -> dict[str, Callable[[], Answer]]:
        def to(url: str, status: int = 302) -> Callable[[], Answer]:
            return lambda: Answer(status=status, headers={"location": url})

        refresh = bodies.page("Wait").replace(
            "<title>", '<meta http-equiv="refresh" content="0;url=/meta-refresh"><title>'
        )
        chain = {f"/hop/{n}": to(f"/hop/{n + 1}") for n in range(1, HOPS)}
        return chain | {
            f"/hop/{HOPS}": lambda: Answer(body=bodies.long_article().encode()),
            "/redirect-chain": to("/hop/1"),
            "/redirect-loop": to("/redirect-loop-back"),
            "/redirect-loop-back": to("/redirect-loop"),
            "/redirect-to-metadata": to("http://169.254.169.254/latest/meta-data/"),
            "/redirect-to-private": to("http://10.0.0.1/"),
            "/redirect-to-file": to("file:///etc/passwd"),
            "/redirect-to-script": to("javascript:alert(1)"),
            "/redirect-to-data": to("data:text/html,<h1>hello</h1>"),
            "/redirect-to-nowhere": to(""),
            "/redirect-to-bad-host": to("http://[bad/"),
            "/meta-refresh": lambda: Answer(body=refresh.encode()),
        }

    def _feeds(self) -> dict[str, Callable[[], Answer]]:
        def feed(body: Callable[[], bytes], kind: str = RSS) -> Callable[[], Answer]:
            return lambda: Answer(body=body(), content_type=kind)

        base, xml = self.base, "application/xml"
        return {
            "/feed-is-html.xml": feed(lambda: bodies.long_article("No feed").encode()),
            "/feed-malformed.xml": feed(lambda: bodies.malformed_feed(base)),
            "/feed-2000.xml": feed(lambda: bodies.feed_of(2000, base)),
            "/feed-empty.xml": feed(lambda: b""),
            "/feed-entity-bomb.xml": feed(bodies.entity_bomb),
            "/feed-entity-file.xml": feed(bodies.entity_file),
            "/feed-bad-links.xml": feed(bodies.feed_of_bad_links),
            "/feed-bad-dates.xml": feed(lambda: bodies.feed_of_bad_dates(base)),
            "/feed-wrong-json.json": feed(
                lambda: b'{"version": 1, "items": 3}', "application/json"
            ),
            "/feed-deep-json.json": feed(lambda: b"[" * 100_000, "application/json"),
            "/sitemap-cycle.xml": feed(lambda: bodies.sitemap_cycle(base), xml),
        }

    def _refusals(self) -> dict[str, Callable[[], Answer]]:
        wait = {"retry-after": str(RETRY_AFTER_S)}
        date = {"retry-after": "Mon, 23 Nov 2099 12:00:00 GMT"}
        return {
            "/too-many-requests": lambda: Answer(status=429, headers=wait),
            "/too-many-until-2099": lambda: Answer(status=429, headers=date),
            "/unavailable": lambda: Answer(status=503, headers=wait),
            "/server-error": lambda: Answer(status=500, body=b"oops"),
            "/forbidden": lambda: Answer(status=403, body=bodies.page("Forbidden").encode()),
            "/gone": lambda: Answer(status=410),
        }

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Both hosts as one ASGI application."""
        host, port = scope["server"]
        base, path = f"http://{host}:{port}", scope["path"]
        if base == self._broken_robots and path == "/robots.txt":
            answer = Answer(status=500)
        elif path.startswith("/item/"):
            answer = Answer(body=bodies.long_article(f"Item {path[6:]}").encode())
        else:
            answer = self._answers.get(path, lambda: Answer(status=404))()
        self.requests.add(Request(url=base + path, status=answer.status))
        await _send(answer, send)

    async def _drip(self) -> AsyncIterator[bytes]:
        yield b"<html><body><p>"
        while not self.closing.is_set():
            await asyncio.sleep(0.05)
            yield b"."

    async def _silence(self) -> AsyncIterator[bytes]:
        await asyncio.to_thread(self.closing.wait)
        yield b""

    async def _flood(self) -> AsyncIterator[bytes]:
        for _ in range(HUGE_BYTES // len(_CHUNK)):
            if self.closing.is_set():
                return
            yield _CHUNK


async def _send(answer: Answer, send: Send) -> None:
    headers = dict(answer.headers)
    if answer.content_type is not None:
        headers["content-type"] = answer.content_type
    if answer.chunks is None:
        headers["content-length"] = str(len(answer.body) + answer.short_by)
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    start = {"type": "http.response.start", "status": answer.status, "headers": raw}
    if answer.chunks is None:
        await send(start)
        await send({"type": "http.response.body", "body": answer.body})
        return
    started = False
    async for chunk in answer.chunks():
        if not started:
            await send(start)
            started = True
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def open_hostile_sites(host: str = "127.0.0.1") -> Iterator[HostileSites]:
    """Serve the hostile sites until the block ends."""
    sockets = bind(host, 2)
    base, broken = (f"http://{host}:{one.getsockname()[1]}" for one in sockets)
    hostile = HostileSites(base, broken)
    with serving(hostile.app, sockets, log_level="critical"):
        try:
            yield hostile
        finally:
            hostile.closing.set()
