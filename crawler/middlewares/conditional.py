"""Listings are asked with the validators of their last answer: "nothing new" costs little then."""

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.state import listings


class ConditionalGetMiddleware:
    """Adds If-None-Match and If-Modified-Since; a listing asked with meta `whole` goes without."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ConditionalGetMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        meta = request.meta
        if not meta.get("listing") or meta.get("whole") or "redirect_times" in meta:
            return
        spider: Any = self.crawler.spider
        known = await spider.transactions.look(
            lambda connection: listings.validators(connection, request.url, now=spider.clock())
        )
        for name, value in known.items():
            request.headers.setdefault(name, value)
