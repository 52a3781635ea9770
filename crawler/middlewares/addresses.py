"""Only public http and https addresses are entered, and private ones the operator opened."""

import logging
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.net.refusals import ClosedAddress
from indexer.foundation.guard import AddressGuard

_log = logging.getLogger(__name__)


class AddressGuardMiddleware:
    """Refuses closed addresses and schemes before anything is sent, after every redirect too."""

    def __init__(self, guard: AddressGuard) -> None:
        self.guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "AddressGuardMiddleware":
        return cls(AddressGuard(crawler.settings["TECHWIRE_CONFIG"].allow_hosts))

    def process_request(self, request: Request) -> None:
        closed = self._closed(request)
        if closed is not None:
            _log.info("%s", closed)  # a crawl of ours tells it otherwise, `scrapy fetch` only so
            raise closed

    def _closed(self, request: Request) -> ClosedAddress | None:
        parts = urlparse_cached(request)
        if parts.scheme not in ("http", "https"):
            return ClosedAddress(f"{request.url}: only http and https are fetched")
        if not self.guard.permits_host(parts.hostname or ""):
            return ClosedAddress(
                f"{parts.hostname} is a private address: list it in TECHWIRE_ALLOW_HOSTS to open it"
            )
        return None


class GuardedResolver(CachingThreadedResolver):
    """Resolves names, and fails where a public name leads to a closed address."""

    guard = AddressGuard()
    proxies: frozenset[str | None] = frozenset()  # hosts the operator's http_proxy names

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> "GuardedResolver":
        resolver = super().from_crawler(crawler, reactor)
        resolver.guard = AddressGuard(crawler.settings["TECHWIRE_CONFIG"].allow_hosts)
        resolver.proxies = frozenset(urlsplit(url).hostname for url in getproxies().values())
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        trusted = name in self.proxies or self.guard.permits_name(name)
        if trusted or self.guard.permits_address(address):
            return address
        raise DNSLookupError(
            f"{name} leads to the private address {address}: list it in TECHWIRE_ALLOW_HOSTS"
        )
