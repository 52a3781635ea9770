"""Small files a host keeps for crawlers (robots.txt, tdmrep.json): asked once, kept for a day."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.net.politeness import slot_of

KEPT_S = 86_400.0
KEPT_AFTER_ERROR_S = 600.0
TIMEOUT_S = 20
MOST_HOSTS = 10_000

_Known = TypeVar("_Known")


class HostFiles(Generic[_Known]):
    """What is known of each host, asked anew when it is a day old.

    ask: fetches and reads a host's file. Returns: what it says and how many seconds that holds.
    key: what of a request names the file; its host unless it says otherwise.
    """

    def __init__(
        self,
        ask: Callable[[Request], Awaitable[tuple[_Known, float]]],
        *,
        key: Callable[[Request], str] | None = None,
    ) -> None:
        self._ask = ask
        self._key = key or _host_of
        self._known: dict[str, tuple[_Known, float]] = {}
        self._asking: dict[str, asyncio.Future[_Known]] = {}

    async def of(self, request: Request) -> _Known:
        """What is known of this request's host."""
        host = self._key(request)
        known = self._known.get(host)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        asking = self._asking.get(host)
        if asking is None:
            asking = asyncio.ensure_future(self._refresh(host, request))
            self._asking[host] = asking
        return await asyncio.shield(asking)

    def last(self, request: Request) -> _Known | None:
        """What was known of the host before, however old."""
        known = self._known.get(self._key(request))
        return None if known is None else known[0]

    async def _refresh(self, host: str, request: Request) -> _Known:
        try:
            known, seconds = await self._ask(request)
        finally:
            del self._asking[host]
        self._known.pop(host, None)
        if len(self._known) >= MOST_HOSTS:
            del self._known[next(iter(self._known))]
        self._known[host] = (known, time.monotonic() + seconds)
        return known


async def fetch_host_file(crawler: Crawler, request: Request, path: str) -> Response:
    """Ask the host of `request` for one of its files; raises what the download raises."""
    return await fetch_file(crawler, request, origin_of(request.url) + path)


async def fetch_file(crawler: Crawler, request: Request, url: str) -> Response:
    """The same for a file at any address."""
    meta: dict[str, Any] = {
        "dont_obey_robotstxt": True,
        "dont_retry": True,
        "download_timeout": TIMEOUT_S,
    }
    if "delay_s" in request.meta:
        meta["delay_s"] = request.meta["delay_s"]
    asked = Request(url, priority=1000, meta=meta, callback=NO_CALLBACK)
    assert crawler.engine is not None
    return await crawler.engine.download_async(asked)


def _host_of(request: Request) -> str:
    return origin_of(request.url)


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    return f"{urlsplit(url).scheme}://{slot_of(url)}"
