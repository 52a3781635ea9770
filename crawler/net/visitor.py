"""Politeness of a fetch outside of a crawl: robots.txt, one request at a time a host, delays."""

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

from protego import Protego

from crawler.errors import FetchError
from crawler.net.fetching import Download, Fetcher, following
from crawler.settings import ROBOTS_NAME
from indexer.foundation.config import Config

PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0  # robots.txt asks for more: as in a crawl
_MOST_ROBOTS_BYTES = 512_000  # RFC 9309, 2.5


@dataclass(slots=True, eq=False)
class _Origin:
    """One origin. rules: None until asked. closed: why its robots.txt closes it, or None."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Protego | None = None
    robots: Download | None = None
    closed: str | None = None
    pause_s: float = 0.0
    free_at_s: float = 0.0  # on the monotonic clock


class Visitor:
    """Fetches politely; use it with `async with`. pause_s: between two requests to a host."""

    def __init__(self, config: Config, *, pause_s: float = PAUSE_S) -> None:
        self._pause_s = pause_s
        self._fetcher = Fetcher(config)
        self._hosts: dict[str, _Origin] = {}

    async def __aenter__(self) -> "Visitor":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._fetcher.__aexit__(kind, error, trace)

    async def get(self, url: str, *, pause_s: float | None = None) -> Download:
        """What stands at an address, if its host lets us in.

        pause_s: seconds between two requests to its host; robots.txt may ask for more.
        Raises: FetchError.
        """
        least_s = self._pause_s if pause_s is None else pause_s

        async def step(address: str) -> Download:
            origin = _origin(address)
            host = self._hosts.setdefault(origin, _Origin())
            async with host.lock:
                await self._learn_rules(host, origin, least_s)
                if host.closed is not None:
                    raise FetchError(f"{address} is closed: {host.closed}")
                if host.rules is not None and not host.rules.can_fetch(address, ROBOTS_NAME):
                    raise FetchError(f"{address} is closed: robots.txt disallows it")
                return await self._ask(host, address, least_s)

        return await following(step, url)

    async def robots(self, url: str) -> bytes:
        """The robots.txt of an address's host; empty when it has none. Raises: FetchError."""
        origin = _origin(url)
        host = self._hosts.setdefault(origin, _Origin())
        async with host.lock:
            await self._learn_rules(host, origin, self._pause_s)
        return host.robots.body if host.robots is not None else b""

    async def _ask(self, host: _Origin, url: str, least_s: float) -> Download:
        await asyncio.sleep(max(0.0, host.free_at_s - time.monotonic()))
        try:
            return await self._fetcher.step(url)
        finally:
            host.free_at_s = time.monotonic() + max(host.pause_s, least_s)

    async def _learn_rules(self, host: _Origin, origin: str, least_s: float) -> None:
        """Ask for robots.txt once; what its status means says RFC 9309, 2.3.1."""
        if host.robots is not None or host.closed is not None:
            return

        async def step(address: str) -> Download:
            answer = await self._ask(host, address, least_s)
            if answer.status == 429 or answer.status >= 500:
                host.closed = f"robots.txt answered {answer.status}"
            return answer

        try:
            host.robots = await following(step, f"{origin}/robots.txt")
        except FetchError as error:
            if error.status is None:
                host.closed = f"robots.txt: {error}"
            elif host.closed is None:
                host.robots = Download(url=f"{origin}/robots.txt", status=error.status)
            return
        body = host.robots.body[:_MOST_ROBOTS_BYTES]
        host.rules = Protego.parse(body.decode("utf-8-sig", "replace"))
        asked_s = host.rules.crawl_delay(ROBOTS_NAME) or 0.0
        host.pause_s = min(float(asked_s), LONGEST_PAUSE_S)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchError(f"{url} is no address: {error}") from error
    return f"{parts.scheme}://{parts.netloc.lower()}"
