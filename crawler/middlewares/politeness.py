"""One slot a host, and how slowly it is used: delays, Crawl-delay, Retry-After, 429 and 503."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from crawler.freshness import retry_after
from crawler.middlewares.refusals import HeldHost

WORTH_WAITING_S = 15.0  # a host that asks for more is left alone until its next turn
UNTOLD_HOLD_S = 30.0  # after a 429 or 503 that names no time
LONGEST_DELAY_S = 300.0
LEAST_DELAY_S = 0.001  # without any, a slot of Scrapy 2.19 sends two before it counts the first
LONGEST_SLOWING_S = 60.0
RECOVERY_S = 3600.0  # without a complaint, until a slowed host's extra delay is halved
MOST_HOSTS = 10_000


@dataclass(slots=True)
class Manners:
    """What one host wants of us. Times are monotonic seconds.

    base_s: the registry's or the default delay. crawl_delay_s: robots.txt's. slowed_s: ours
    since its last complaint, at slowed_at. held_until: nothing is sent before.
    """

    base_s: float
    crawl_delay_s: float = 0.0
    slowed_s: float = 0.0
    slowed_at: float = 0.0
    held_until: float = 0.0

    def delay_s(self, now: float) -> float:
        """Seconds between two requests."""
        halvings = int((now - self.slowed_at) / RECOVERY_S)
        slowed = self.slowed_s / 2**halvings if halvings < 8 else 0.0
        return max(self.base_s, self.crawl_delay_s, slowed, LEAST_DELAY_S)

    def complain(self, now: float, hold_s: float) -> None:
        """The host said 429 or 503."""
        self.slowed_s = min(2 * max(self.delay_s(now), 1.0), LONGEST_SLOWING_S)
        self.slowed_at = now
        self.held_until = max(self.held_until, now + hold_s)


class PolitenessMiddleware:
    """Gives every host one slot with its delay, and keeps away from hosts that asked for it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.default_s = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self.hosts: dict[str, Manners] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PolitenessMiddleware":
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(middleware.answered, signal=signals.response_downloaded)
        return middleware

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        parser: Any = robotparser
        wanted = parser.crawl_delay(self.agent) if hasattr(parser, "crawl_delay") else None
        manners = self._manners(request)
        manners.crawl_delay_s = min(float(wanted or 0.0), LONGEST_DELAY_S)

    async def process_request(self, request: Request) -> None:
        slot = slot_of(request.url)
        request.meta["download_slot"] = slot
        manners = self._manners(request)
        now = time.monotonic()
        self._apply(slot, manners.delay_s(now))
        left = manners.held_until - now
        if left > WORTH_WAITING_S:
            raise _held(slot, left)
        if left > 0:
            await asyncio.sleep(left)

    def answered(self, response: Response, request: Request) -> None:
        """Told before the slot sends its next request; `process_response` comes after that."""
        if response.status in (429, 503):
            text = (response.headers.get("Retry-After") or b"").decode("latin-1")
            asked = retry_after(text, now=datetime.now(UTC))
            hold_s = UNTOLD_HOLD_S if asked is None else asked.total_seconds()
            now = time.monotonic()
            manners = self._manners(request)
            manners.complain(now, hold_s)
            slot = slot_of(request.url)
            self._apply(slot, manners.delay_s(now))
            self._hold(slot, manners.held_until - now)

    def _hold(self, slot: str, left_s: float) -> None:
        """Keep back what waits in the slot's queue: it was let through before the complaint."""
        engine = self.crawler.engine
        live = engine.downloader.slots.get(slot) if engine is not None else None
        if live is None:
            return
        kept = list(live.queue)
        live.queue.clear()
        if left_s > WORTH_WAITING_S:
            for _, answer in kept:
                answer.errback(Failure(_held(slot, left_s)))  # type: ignore[no-untyped-call]
        elif kept:
            asyncio.get_running_loop().call_later(left_s, self._let_go, live, kept)

    def _let_go(self, live: Slot, kept: list[Any]) -> None:
        live.queue.extendleft(reversed(kept))
        if self.crawler.engine is not None:
            self.crawler.engine.downloader._process_queue(live)

    def _manners(self, request: Request) -> Manners:
        slot = slot_of(request.url)
        manners = self.hosts.get(slot)
        if manners is None:
            if len(self.hosts) >= MOST_HOSTS:
                del self.hosts[next(iter(self.hosts))]
            manners = self.hosts[slot] = Manners(self.default_s)
        own = request.meta.get("delay_s")
        if own is not None:
            manners.base_s = own
        return manners

    def _apply(self, slot: str, delay_s: float) -> None:
        engine = self.crawler.engine
        if engine is None:
            return
        pace = {"concurrency": 1, "delay": delay_s}
        engine.downloader.per_slot_settings[slot] = pace  # slots come and go, these stay
        live = engine.downloader.slots.get(slot)
        if live is not None:
            live.delay = delay_s


def _held(slot: str, left_s: float) -> HeldHost:
    return HeldHost(f"{slot} asked to be left alone for {left_s:.0f} s", left_s=left_s)


def slot_of(url: str) -> str:
    """Host and port: who answers, and so whom to be polite to."""
    return urlsplit(url).netloc.lower()
