"""Between spider and network: where we may go, how politely, and what need not be sent again."""

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.guard import AddressGuard
from crawler.state import listings
from indexer.database import begin

LONGEST_HOLD_S = 86_400.0
WORTH_WAITING_S = 15.0  # a host that asks for more is left alone for this pass
LONGEST_CRAWL_DELAY_S = 60.0


class ClosedAddress(IgnoreRequest):
    """A private address nobody opened with TECHWIRE_ALLOW_HOSTS."""


class HeldHost(IgnoreRequest):
    """A host that asked to be left alone for a while."""


class AddressGuardMiddleware:
    """Refuses closed addresses and schemes before anything is sent, after every redirect too."""

    def __init__(self, guard: AddressGuard) -> None:
        self.guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "AddressGuardMiddleware":
        return cls(AddressGuard(crawler.settings["TECHWIRE_CONFIG"].allow_hosts))

    def process_request(self, request: Request) -> None:
        parts = urlparse_cached(request)
        if parts.scheme not in ("http", "https"):
            raise ClosedAddress(f"{request.url}: only http and https are fetched")
        if not self.guard.permits_host(parts.hostname or ""):
            raise ClosedAddress(
                f"{parts.hostname} is a private address: list it in TECHWIRE_ALLOW_HOSTS to open it"
            )


class GuardedResolver(CachingThreadedResolver):
    """Resolves names, and fails where a public name leads to a closed address."""

    guard = AddressGuard()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> "GuardedResolver":
        resolver = super().from_crawler(crawler, reactor)
        resolver.guard = AddressGuard(crawler.settings["TECHWIRE_CONFIG"].allow_hosts)
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if self.guard.permits_name(name) or self.guard.permits_address(address):
            return address
        raise DNSLookupError(
            f"{name} leads to the private address {address}: list it in TECHWIRE_ALLOW_HOSTS"
        )


class PolitenessMiddleware:
    """One slot a host; Crawl-delay and Retry-After are honoured, 429 and 503 slow a host down."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.held_until: dict[str, float] = {}  # slot -> monotonic seconds
        self.delays: dict[str, float] = {}  # slot -> seconds, where more than the default is wanted

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PolitenessMiddleware":
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signal=signals.robots_parsed)
        return middleware

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        parser: Any = robotparser
        wanted = parser.crawl_delay(self.agent) if hasattr(parser, "crawl_delay") else None
        if wanted:
            self._slow_down(slot_of(request.url), min(float(wanted), LONGEST_CRAWL_DELAY_S))

    async def process_request(self, request: Request) -> None:
        slot = slot_of(request.url)
        request.meta["download_slot"] = slot
        if slot in self.delays:
            self._apply_delay(slot)
        left = self.held_until.get(slot, 0.0) - time.monotonic()
        if left > WORTH_WAITING_S:
            raise HeldHost(f"{slot} asked to be left alone for {left:.0f} s")
        if left > 0:
            await asyncio.sleep(left)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in (429, 503):
            slot = slot_of(request.url)
            asked = _retry_after_s(response)
            self.held_until[slot] = time.monotonic() + min(asked, LONGEST_HOLD_S)
            self._slow_down(slot, min(2 * max(self.delays.get(slot, 0.0), 1.0), 60.0))
        return response

    def _slow_down(self, slot: str, delay_s: float) -> None:
        self.delays[slot] = max(delay_s, self.delays.get(slot, 0.0))
        self._apply_delay(slot)

    def _apply_delay(self, slot: str) -> None:
        engine = self.crawler.engine
        live = engine.downloader.slots.get(slot) if engine is not None else None
        if live is not None:
            live.delay = max(live.delay, self.delays[slot])


class ConditionalGetMiddleware:
    """Asks listings with the validators of their last answer: "nothing new" costs little then."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ConditionalGetMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if not request.meta.get("listing") or "redirect_times" in request.meta:
            return
        spider: Any = self.crawler.spider
        with begin(spider.database) as connection:
            for name, value in listings.validators(connection, request.url).items():
                request.headers.setdefault(name, value)


def slot_of(url: str) -> str:
    """Host and port: who answers, and so whom to be polite to."""
    return urlsplit(url).netloc.lower()


def _retry_after_s(response: Response) -> float:
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError):
        return 30.0
