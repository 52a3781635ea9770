"""The one way out to the web beside the crawl's: pages and listings by hand, pictures, webhooks.

Every request is bounded in size and time, goes to open addresses alone (`foundation.guard`), by
the very address that was checked, and verifies who answers. A redirect is returned as one, so that
whoever follows it (`following`) is checked anew. `http_proxy` and its like are heeded, but this
machine is never asked through a proxy. What a host wants of a crawler, `crawler.net` knows.
"""

import asyncio
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from indexer.foundation.errors import BrokenCertificate, ClosedHost, WebError
from indexer.foundation.guard import AddressGuard, is_loopback
from indexer.foundation.trust import broken_words, tls_context

OPEN_IT = "list it in TECHWIRE_ALLOW_HOSTS to open it"
STEP_S = 30.0  # to connect, or between two pieces of an answer
IDLE_S = 10.0  # a connection is kept so long for the next request
_REDIRECTS = (301, 302, 303, 307, 308)
_TROUBLE = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    OSError,  # no such host, no such route, too slow
    ValueError,  # a port, a host name or a header no one can read
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    """What is asked, and what the answer may cost.

    within_s: for one whole answer. most_bytes: of its body as it travels; 0 leaves it unread.
    verify_tls: False asks a host that cannot prove who it is.
    """

    within_s: float
    most_bytes: int = 0
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    verify_tls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAnswer:
    """What an address answered. headers: names in lower case. body: of a 2xx, as it travelled.

    leads_to: where a redirect points, or None.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    leads_to: str | None = None


class _Leading(Protocol):
    @property
    def leads_to(self) -> str | None: ...


_Step = TypeVar("_Step", bound=_Leading)


def user_agent(contact: str | None = None) -> str:
    """What program asks, and how to reach whoever runs it where that is known."""
    agent = f"techwire/{program_version()}"
    return f"{agent} (+{contact})" if contact else agent


def program_version() -> str:
    try:
        return version("techwire")
    except PackageNotFoundError:
        return "0"


async def following(step: Callable[[str], Awaitable[_Step]], url: str, *, most: int) -> _Step:
    """Take steps until one is no redirect, `most` of them at most. Raises: WebError."""
    for _ in range(most + 1):
        answer = await step(url)
        if answer.leads_to is None:
            return answer
        url = answer.leads_to
    raise WebError(f"{url}: more than {most} redirects")


class WebClient:
    """Asks addresses of the web; use it with `async with`.

    allow: hosts, addresses or networks that are open although private. agent: names us.
    """

    def __init__(self, *, agent: str, allow: Iterable[str] = (), at_once: int = 16) -> None:
        self._agent = agent
        self._allow = tuple(allow)
        self._guard = AddressGuard(self._allow)
        self._at_once = at_once
        self._pools: dict[tuple[str | None, bool], httpcore.AsyncConnectionPool] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "WebClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        self._pools.clear()
        await self._stack.aclose()

    async def ask(self, url: str, request: WebRequest) -> WebAnswer:
        """One request; a redirect is returned as one. Raises: WebError unless it answers."""
        target = _target_of(url)
        host = target.raw_host.decode("ascii")
        if not self._guard.permits_host(host):
            raise ClosedHost(f"{host} is a private address: {OPEN_IT}")
        try:
            async with asyncio.timeout(request.within_s):
                return await self._exchange(url, target, request)
        except TimeoutError as error:
            raise WebError(f"{host} took longer than {request.within_s:g} s") from error
        except _TROUBLE as error:
            broken = _certificate_error(error)
            if broken is not None:
                words = broken_words(host, broken.verify_code, broken.verify_message)
                raise BrokenCertificate(words) from error
            raise WebError(str(error) or type(error).__name__) from error

    async def _exchange(self, url: str, target: httpx.URL, request: WebRequest) -> WebAnswer:
        host = target.raw_host.decode("ascii")
        proxy = _proxy_of(target)
        if proxy is not None:  # it connects for us: as far as we can tell, to an open address
            await _open_addresses(host, target.port, self._guard, may_be_unknown=True)
        headers = {"Host": target.netloc.decode("ascii"), "User-Agent": self._agent}
        if target.userinfo:
            words = b64encode(unquote(target.userinfo.decode("ascii")).encode())
            headers["Authorization"] = f"Basic {words.decode()}"
        headers |= request.headers
        async with self._pool(proxy, request.verify_tls).stream(
            request.method,
            httpcore.URL(
                scheme=target.raw_scheme,
                host=target.raw_host,
                port=target.port,
                target=target.raw_path,
            ),
            headers=[(name.encode(), value.encode()) for name, value in headers.items()],
            content=request.content or None,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), STEP_S)},
        ) as response:
            return await _read(url, response, request.most_bytes)

    def _pool(self, proxy: str | None, verify: bool) -> httpcore.AsyncConnectionPool:
        known = self._pools.get((proxy, verify))
        if known is not None:
            return known
        options: dict[str, Any] = {
            "ssl_context": tls_context(verify=verify),
            "max_connections": self._at_once,
            "keepalive_expiry": IDLE_S,
        }
        pool = (
            httpcore.AsyncConnectionPool(network_backend=_OpenNetwork(self._guard), **options)
            if proxy is None
            else httpcore.AsyncHTTPProxy(**_proxy_options(proxy), **options)
        )
        self._pools[proxy, verify] = pool
        self._stack.push_async_callback(pool.aclose)
        return pool


class _OpenNetwork(httpcore.AsyncNetworkBackend):
    """Connects where the guard permits.

    Checking a name and connecting to it are one step here, so that no second answer of its name
    server leads elsewhere.
    """

    def __init__(self, guard: AddressGuard) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._guard = guard

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        *others, last = await _open_addresses(host, port, self._guard)
        for address in others:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError:
                continue
        return await self._inner.connect_tcp(last, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def _open_addresses(
    host: str, port: int | None, guard: AddressGuard, *, may_be_unknown: bool = False
) -> list[str]:
    """A host's addresses, IPv4 first, for that works everywhere.

    may_be_unknown: none is no error. Raises: ClosedHost when one is private, OSError.
    """
    try:
        found = await _resolved(host, port)
    except OSError:
        if may_be_unknown:
            return []
        raise
    opened = [one for one in found if guard.permits_name(host) or guard.permits_address(one)]
    closed = [one for one in found if one not in opened]
    if closed and not (opened and is_loopback(host)):  # of which 127.0.0.1 alone may be opened
        raise ClosedHost(f"{host} leads to the private address {closed[0]}: {OPEN_IT}")
    return sorted(opened, key=lambda address: ":" in address)


async def _resolved(host: str, port: int | None) -> list[str]:
    """In a thread that nobody waits for: the loop's own would hold up its end. Raises: OSError."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str], error: OSError | UnicodeError | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(found)
        else:
            done.set_exception(error)

    def look() -> None:
        found: list[str] = []
        failed: OSError | UnicodeError | None = None
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except (OSError, UnicodeError) as error:
            failed = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, found, failed)

    threading.Thread(target=look, name="resolver", daemon=True).start()
    return await done


async def _read(url: str, response: httpcore.Response, most_bytes: int) -> WebAnswer:
    headers = {_text(name).lower(): _text(value) for name, value in response.headers}
    leads_to = None
    if response.status in _REDIRECTS:
        leads_to = _joined(url, headers.get("location", ""))
    body = bytearray()
    if 200 <= response.status < 300 and most_bytes:
        async for part in response.aiter_stream():
            body += part
            if len(body) > most_bytes:
                raise WebError(f"the answer is larger than {most_bytes} bytes")
    return WebAnswer(
        url=url, status=response.status, headers=headers, body=bytes(body), leads_to=leads_to
    )


def _text(header: bytes) -> str:
    try:
        return header.decode("utf-8")
    except UnicodeDecodeError:
        return header.decode("latin-1")


def _joined(url: str, location: str) -> str | None:
    try:
        return str(httpx.URL(url).join(location)) if location else None
    except (httpx.InvalidURL, ValueError):
        return None


def _target_of(url: str) -> httpx.URL:
    """Raises: WebError when it is no address of the web."""
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:  # UnicodeError is a ValueError
        raise WebError(f"no address ({error}): write an http:// or https:// address") from error
    if target.scheme not in ("http", "https") or not target.host:
        raise WebError("write an http:// or https:// address")
    return target


def _proxy_of(target: httpx.URL) -> str | None:
    """Which proxy the environment names for an address, or None."""
    if is_loopback(target.host):
        return None
    proxies = getproxies()
    proxy = proxies.get(target.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(target.netloc.decode("ascii")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _proxy_options(proxy: str) -> dict[str, Any]:
    """Raises: WebError, without the proxy's address, which may hold a password."""
    try:
        url = httpx.URL(proxy)
    except (httpx.InvalidURL, ValueError):
        raise WebError("the proxy of http_proxy or https_proxy is no address") from None
    if url.scheme not in ("http", "https"):
        raise WebError(f"a proxy by {url.scheme}:// is not spoken: name an http:// one")
    auth = (unquote(url.username), unquote(url.password)) if url.username else None
    place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    return {"proxy_url": place, "proxy_auth": auth}


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error
