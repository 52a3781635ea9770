"""robots.txt, obeyed: asked once a day, with what its status means (RFC 9309, 2.3.1).

A 4xx opens the site; a 429, a 5xx or silence closes it for a while, unless older rules are known.
What the file says, `net.robots` reads in a worker.
"""

import logging
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.errors import ExtractionError
from crawler.formats.freshness import retry_after
from crawler.middlewares.hostfiles import (
    KEPT_AFTER_ERROR_S,
    KEPT_S,
    HostFiles,
    fetch_host_file,
    origin_of,
)
from crawler.middlewares.inflation import packed
from crawler.net.refusals import BrokenTLS, ClosedAddress, Disallowed, HeldHost, RobotsUnreachable
from crawler.net.robots import NO_RULES, RobotsRules, read_packed_robots
from indexer.foundation.times import now_utc

Known = RobotsRules | str  # rules, or why there are none


class RobotsMiddleware:
    """Refuses what robots.txt disallows; sends `robots_parsed`, as Scrapy's own does."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.files: HostFiles[Known] = HostFiles(self._ask)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self.files.of(request)
        host = origin_of(request.url)
        if isinstance(rules, str):
            raise RobotsUnreachable(f"{host}/robots.txt: {rules}", left_s=KEPT_AFTER_ERROR_S)
        request.meta["robots"] = rules
        if not rules.allows(request.url):
            raise Disallowed(f"{host}/robots.txt disallows it")

    async def _ask(self, request: Request) -> tuple[Known, float]:
        try:
            response = await fetch_host_file(self.crawler, request, "/robots.txt")
        except (BrokenTLS, ClosedAddress, HeldHost):
            raise
        except IgnoreRequest as error:
            return self._unreachable(request, str(error), KEPT_AFTER_ERROR_S)
        except Exception as error:  # noqa: BLE001 -- whatever a download can raise: no rules
            words = (str(error).splitlines() or [""])[0]
            reason = f"{type(error).__name__}: {words}".removesuffix(": ")
            return self._unreachable(request, reason, KEPT_AFTER_ERROR_S)
        if response.status == 429 or response.status >= 500:
            return self._unreachable(request, f"http {response.status}", _hold_s(response))
        rules = NO_RULES
        if response.status < 300:
            try:
                rules = await self._read(response)
            except ExtractionError as error:
                return self._unreachable(request, f"not read: {error}", KEPT_AFTER_ERROR_S)
        self.crawler.signals.send_catch_log(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules, KEPT_S

    async def _read(self, response: Response) -> RobotsRules:
        """What the file means for us. Raises: ExtractionError when it cannot be read."""
        spider: Any = self.crawler.spider
        rules: RobotsRules = await spider.workers.run(read_packed_robots, packed(response))
        if rules.left_out:
            logging.getLogger(__name__).warning("%s: %s", response.url, rules.left_out)
        return rules

    def _unreachable(self, request: Request, reason: str, seconds: float) -> tuple[Known, float]:
        before = self.files.last(request)
        return (before if isinstance(before, RobotsRules) else reason), seconds


def _hold_s(response: Response) -> float:
    text, date = (
        (response.headers.get(name) or b"").decode("latin-1") for name in ("Retry-After", "Date")
    )
    asked = retry_after(text, date=date, now=now_utc())
    return KEPT_AFTER_ERROR_S if asked is None else max(60.0, asked.total_seconds())
