"""Gives every host one slot, keeps away from those that asked for it, reads Crawl-delay.

What a host's words mean, `net.politeness` says.
"""

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.robotstxt import RobotParser

from crawler.net.politeness import LONGEST_DELAY_S, Politeness, held, slot_of
from indexer.foundation.times import steady_s


class PolitenessMiddleware:
    """Gives every host one slot, keeps away from those that asked for it, reads Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = crawler.settings["ROBOTSTXT_USER_AGENT"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PolitenessMiddleware":
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signal=signals.robots_parsed)
        return middleware

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        parser: Any = robotparser
        wanted = parser.crawl_delay(self.agent) if hasattr(parser, "crawl_delay") else None
        self._politeness(request).crawl_delay_s = min(float(wanted or 0.0), LONGEST_DELAY_S)

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
