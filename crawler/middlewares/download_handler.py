"""The last check before the network: one request at a time a host, at its pace, from all crawlers.

What waits here holds up nobody but its own host. Whatever came before (a long queue, a stopped
process), it is decided anew here whether the host and the source are still ours.
"""

import asyncio
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response
from w3lib.http import basic_auth_header

from crawler.formats.freshness import retry_after
from crawler.net.host_registry import Host, HostRegistry
from crawler.net.politeness import WORTH_WAITING_S, held, slot_of
from crawler.net.refusals import BusyHost, LostTurn
from indexer.foundation.times import steady_s

UNTOLD_HOLD_S = 30.0  # after a 429 or 503 that names no time
LOOK_AGAIN_S = 0.5  # at a host another crawler asks
LEFT_ALONE_S = 5.0  # after waiting for it in vain


class PoliteDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP, after waiting for the host's next moment."""

    async def download_request(self, request: Request) -> Response:
        spider: Any = self.crawler.spider
        registry: HostRegistry = spider.hosts
        name = slot_of(request.url)
        async with registry.using(name) as host:
            await may_ask(registry, name, host)
            turn = request.cb_kwargs.get("turn")
            if turn is not None and not turn.is_ours():
                raise LostTurn(f"{turn.source.id} may be another crawler's by now")
            host.politeness.asked_at = steady_s()
            response = await super().download_request(_by_header(request))
            registry.clock_check.heard(name, response)
            if response.status in (429, 503):
                text, date = (
                    (response.headers.get(header) or b"").decode("latin-1")
                    for header in ("Retry-After", "Date")
                )
                asked = retry_after(text, date=date, now=registry.clock())
                hold_s = UNTOLD_HOLD_S if asked is None else asked.total_seconds()
                host.politeness.complain(steady_s(), hold_s)
                await registry.note(name)
        return response


def _by_header(request: Request) -> Request:
    """The same request with its address's user and password where HTTP has them (RFC 7617)."""
    parts = urlsplit(request.url)
    if parts.username is None:
        return request
    value = basic_auth_header(unquote(parts.username), unquote(parts.password or ""))
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return request.replace(
        url=urlunsplit(plain), headers={**request.headers, "Authorization": value}
    )


async def may_ask(registry: HostRegistry, name: str, host: Host) -> None:
    """Wait for this host's next moment. Raises: HeldHost or BusyHost when that is far."""
    began_s = steady_s()
    while True:
        now_s = steady_s()
        if host.busy_until > now_s:
            raise _busy(name, host.busy_until - now_s)
        if host.ours_until <= now_s:
            busy = await registry.take(name)
            if busy is None:
                continue
            if steady_s() - began_s > WORTH_WAITING_S:
                host.busy_until = steady_s() + LEFT_ALONE_S
            await asyncio.sleep(min(LOOK_AGAIN_S, busy.left_s))
            continue
        if host.politeness.is_held(now_s):
            raise held(name, host.politeness.held_until - now_s)
        left_s = host.politeness.left_s(now_s)
        if left_s <= 0:
            return
        await asyncio.sleep(left_s)


def _busy(name: str, left_s: float) -> BusyHost:
    return BusyHost(f"{name} is being asked by another crawler", left_s=left_s)
