"""The last check before the network: one request at a time a host, at its pace, from all crawlers.

What waits here holds up nobody but its own host. Whatever came before (a long queue, a stopped
process), it is decided anew here whether the host and the source are still ours.
"""

from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from w3lib.http import basic_auth_header

from crawler.middlewares.certificates import VerifyingPolicy
from crawler.net.host_registry import HostRegistry
from crawler.net.politeness import slot_of
from crawler.net.refusals import LET_THROUGH, BrokenTLS, LostTurn, SlowPage
from indexer.foundation.times import steady_s

PAGE_S = 40.0  # for one page, redirects and tries included; their median is under a second
LISTING_S = 60.0
_SPENT = "spent_s"


class PoliteDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP, after waiting for the host's next moment; by TLS it verifies who answers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        running: Any = crawler  # its spider comes later, with a plan
        self.certificates = VerifyingPolicy(lambda: running.spider.plan.unverified)
        self._contextFactory: Any = self.certificates

    async def download_request(self, request: Request) -> Response:
        spider: Any = self.crawler.spider
        registry: HostRegistry = spider.hosts
        name = slot_of(request.url)
        async with registry.using(name) as host:
            await registry.may_ask(name, host)
            turn = request.cb_kwargs.get("turn")
            if turn is not None and not turn.is_ours():
                raise LostTurn(f"{turn.source.id} may be another crawler's by now")
            host.politeness.asked_at = steady_s()
            response = await self._in_time(request)
            retry_after, date, age = (
                (response.headers.get(header) or b"").decode("latin-1")
                for header in ("Retry-After", "Date", "Age")
            )
            await registry.answered(
                name, response.status, retry_after=retry_after, date=date, age=age
            )
        return response

    async def _in_time(self, request: Request) -> Response:
        """Raises: SlowPage when all that leads to one page or listing takes too long together."""
        whole_s = PAGE_S if request.meta.get("page") else LISTING_S
        if not (request.meta.get("page") or request.meta.get("listing")):
            return await self._verified(request)
        spent_s: float = request.meta.get(_SPENT, 0.0)
        left_s = whole_s - spent_s
        words = f"no whole answer in {whole_s:g} s"
        if left_s <= 0:
            raise SlowPage(words)
        request.meta["download_timeout"] = left_s
        began_s = steady_s()
        try:
            return await self._verified(request)
        except DownloadTimeoutError as error:
            raise SlowPage(words) from error
        finally:
            request.meta[_SPENT] = spent_s + steady_s() - began_s

    async def _verified(self, request: Request) -> Response:
        """Raises: BrokenTLS, or whatever a download raises."""
        try:
            return await super().download_request(_by_header(request))
        except Exception as error:
            broken = self.certificates.trouble_with(request.url)
            if broken is None:
                raise
            raise BrokenTLS(f"{broken}; {LET_THROUGH}") from error


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
