"""Page → article and facets → stored document: one arrow each."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.article import Page
from crawler.errors import ExtractionError
from crawler.state import seen
from crawler.state.seen import Outcome, Settlement
from crawler.state.store import Found, store
from crawler.workers import Workers, harvest
from indexer.database import begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page that answered. http_status: of its last response."""

    page: Page
    http_status: int


class ExtractPipeline:
    """Fetched → Found, in a worker process: reading a page takes the loop's time otherwise."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.workers = Workers(crawler.settings["TECHWIRE_CONFIG"].workers)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ExtractPipeline":
        return cls(crawler)

    async def process_item(self, item: Fetched) -> Found:
        entry, site = item.page.entry, item.page.site
        assert entry is not None
        assert site is not None
        try:
            articles = await self.workers.run(harvest, item.page)
        except ExtractionError as error:
            spider: Any = self.crawler.spider
            end = Settlement(
                outcome=Outcome.DROPPED, reason=str(error), http_status=item.http_status
            )
            with begin(spider.database) as connection:
                seen.settle(connection, entry, end, now=datetime.now(UTC))
            spider.count_dropped(error.reason)
            raise DropItem(f"{entry.url}: {error}") from error
        return Found(entry=entry, site=site, http_status=item.http_status, articles=articles)

    def close_spider(self) -> None:
        self.workers.close()


class StorePipeline:
    """Found → one transaction of seen mark, story and outbox row."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "StorePipeline":
        return cls(crawler)

    def process_item(self, item: Found) -> Found:
        spider: Any = self.crawler.spider
        stored = store(spider.database, item, now=datetime.now(UTC), all_topics=spider.all_topics)
        if not stored:
            spider.count_dropped("off-topic")
            raise DropItem(f"{item.entry.url}: off-topic")
        spider.count_stored(stored)
        return replace(item, articles=())
