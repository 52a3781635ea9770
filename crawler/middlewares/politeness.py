"""Gives every host one slot, keeps away from those that asked for it, reads Crawl-delay.

What a host's words mean, `net.politeness` says.
"""

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler

from crawler.net.politeness import LONGEST_DELAY_S, Politeness, held, slot_of
from crawler.net.robots import RobotsRules
from indexer.foundation.times import steady_s


class PolitenessMiddleware:
    """Gives every host one slot, keeps away from those that asked for it, reads Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PolitenessMiddleware":
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signal=signals.robots_parsed)
        return middleware

    def robots_parsed(self, robotparser: RobotsRules, request: Request) -> None:
        self._politeness(request).crawl_delay_s = min(robotparser.delay_s, LONGEST_DELAY_S)

    def process_request(self, request: Request) -> None:
        host = slot_of(request.url)
        request.meta["download_slot"] = host
        politeness = self._politeness(request)
        if (own := request.meta.get("delay_s")) is not None:
            politeness.base_s = own
        now_s = steady_s()
        if politeness.is_held(now_s):
            raise held(host, politeness.held_until - now_s)

    def _politeness(self, request: Request) -> Politeness:
        spider: Any = self.crawler.spider
        politeness: Politeness = spider.hosts.of(slot_of(request.url)).politeness
        return politeness
