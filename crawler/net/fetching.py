"""Addresses fetched outside of a crawl, for commands that look at pages and listings.

Bounded in size, time and redirects; after every redirect the address guard decides anew, and the
connection goes to the very address it saw. `Fetcher` fetches the one page a person names; `Visitor`
fetches what a program chooses, so it obeys robots.txt and keeps a delay between requests to a host.
"""

import asyncio
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from crawler.errors import CompressionError, FetchError, OversizeError
from crawler.formats.charset import charset_of
from crawler.formats.compression import CODINGS, inflate
from crawler.net.robots import RobotsRules, read_robots
from crawler.settings import MAX_BODY_BYTES, user_agent
from crawler.urls import join
from indexer.foundation.config import Config
from indexer.foundation.guard import AddressGuard

MAX_REDIRECTS = 6
STEP_TIMEOUT_S = 30.0  # to connect, or between two pieces of an answer
TIMEOUT_S = 60.0  # for one whole answer
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What an address answered. url: final. body: without its transfer's compression.

    content_type, encoding: as the header names them. leads_to: where a redirect points, or None.
    """

    url: str
    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str | None = None
    encoding: str | None = None
    leads_to: str | None = None


class Fetcher:
    """Fetches addresses; use it with `async with`."""

    def __init__(self, config: Config) -> None:
        self._guard = AddressGuard(config.allow_hosts)
        self._client = httpx.AsyncClient(
            headers={
                "User-Agent": user_agent(config),
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip",  # enough; deflate and br are read unasked
            },
            timeout=STEP_TIMEOUT_S,
            verify=False,  # as in a crawl: many small publishers' chains are incomplete
            # a connection belongs to an address, and many names share one: none is kept
            limits=httpx.Limits(max_keepalive_connections=0),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def get(self, url: str) -> Download:
        """What stands at an address, redirects followed. Raises: FetchError."""
        return await following(self.step, url)

    async def step(self, url: str) -> Download:
        """One request; a redirect is returned as one. Raises: FetchError unless it answers."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                request = await self._request(url)
                answer = await self._client.send(request, stream=True)
                try:
                    return await _read(answer, url)
                finally:
                    await answer.aclose()
        except TimeoutError as error:
            raise FetchError(f"{url} took longer than {TIMEOUT_S:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            words = str(error) or type(error).__name__
            raise FetchError(f"{url} cannot be fetched: {words}") from error

    async def _request(self, url: str) -> httpx.Request:
        """The request for an address, bound to the IP address that the guard let pass."""
        address = await self._open_address(url)
        if address is None:
            return self._client.build_request("GET", url)
        target = httpx.URL(url)
        return self._client.build_request(
            "GET",
            target.copy_with(host=address),
            headers={"Host": target.netloc.decode("ascii")},
            extensions={"sni_hostname": target.raw_host.decode("ascii")},
        )

    async def _open_address(self, url: str) -> str | None:
        """The IP address of a URL's host; None when that is for httpx or a proxy to find.

        Raises: FetchError when the URL or its address is closed.
        """
        host, port = _host_and_port(url)
        if not self._guard.permits_host(host):
            raise FetchError(f"{host} is a private address: {_OPEN_IT}")
        if self._guard.permits_name(host) or host.endswith("localhost"):
            return None
        addresses = await _addresses(host, port)
        for address in addresses:
            if not self._guard.permits_address(address):
                raise FetchError(f"{host} leads to the private address {address}: {_OPEN_IT}")
        if getproxies() or not addresses:
            return None
        return min(addresses, key=lambda address: ":" in address)  # IPv4 works everywhere


_OPEN_IT = "list it in TECHWIRE_ALLOW_HOSTS to open it"


async def following(step: Callable[[str], Awaitable[Download]], url: str) -> Download:
    """Take steps until one is no redirect. Raises: FetchError, for other answers than 200 too."""
    for _ in range(MAX_REDIRECTS):
        answer = await step(url)
        if answer.leads_to is None:
            if answer.status != 200:
                raise FetchError(f"{url} answered {answer.status}", status=answer.status)
            return answer
        url = answer.leads_to
    raise FetchError(f"{url}: more than {MAX_REDIRECTS} redirects")


async def _read(answer: httpx.Response, url: str) -> Download:
    leads_to = join(url, answer.headers["Location"]) if answer.has_redirect_location else None
    if leads_to is not None or answer.status_code != 200:
        return Download(url=url, status=answer.status_code, leads_to=leads_to)
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise FetchError(f"{url} is larger than {MAX_BODY_BYTES} bytes")
    return Download(
        url=url,
        status=200,
        body=_inflated(bytes(body), answer.headers.get("Content-Encoding", ""), url),
        content_type=answer.headers.get("Content-Type"),
        encoding=charset_of(answer.headers.get("Content-Type")),
    )


def _inflated(body: bytes, encoding: str, url: str) -> bytes:
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        return body
    if coding not in CODINGS:
        raise FetchError(f"{url} answered in {coding[:40]!r}, which was not asked for")
    try:
        return inflate(body, coding, limit=MAX_BODY_BYTES).body
    except OversizeError:
        raise FetchError(f"{url} is larger than {MAX_BODY_BYTES} bytes") from None
    except CompressionError as error:
        raise FetchError(f"{url} cannot be inflated: {error}") from error


def _host_and_port(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchError(f"{url} is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError(f"{url}: write an http:// or https:// address, or a file")
    return host, port


async def _addresses(host: str, port: int | None) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []  # the fetch will say so
    return [str(entry[4][0]) for entry in found]


PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0  # robots.txt asks for more: as in a crawl


@dataclass(slots=True, eq=False)
class _Origin:
    """One origin. rules: None until asked. closed: why its robots.txt closes it, or None."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: RobotsRules | None = None
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
        """What stands at an address, if its robots.txt allows it.

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
                if host.rules is not None and not host.rules.allows(address):
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
        """Ask for robots.txt once; RFC 9309, 2.3.1 says what its status means."""
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
        host.rules = read_robots(host.robots.body)
        if host.rules.left_out:
            logging.getLogger(__name__).warning("%s: %s", host.robots.url, host.rules.left_out)
        host.pause_s = min(host.rules.delay_s, LONGEST_PAUSE_S)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchError(f"{url} is no address: {error}") from error
    return f"{parts.scheme}://{parts.netloc.lower()}"
