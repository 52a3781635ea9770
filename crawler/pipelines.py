"""Page → article and facets → stored document: one arrow each."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from sqlalchemy import Connection

from crawler.article import Entry, Page
from crawler.errors import ExtractionError, LeaseLost
from crawler.rights.signals import licences_in, refusal
from crawler.state import archive, baselines, revisits
from crawler.state.page_files import PageFiles
from crawler.state.profiles import SiteProfiles, learn
from crawler.state.schedule import Lease
from crawler.state.seen import Outcome, Settlement
from crawler.state.store import Found, Stored, fence, store_in
from crawler.state.transactions import Transactions
from crawler.workers.pool import Harvested, Workers, harvest_and_keep, harvest_feed
from indexer.foundation.config import Config
from indexer.foundation.database import begin
from indexer.foundation.errors import DatabaseError
from indexer.vocabulary import own

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page that answered. http_status: of its last response. lease: its source's, of a watch.

    unread: why the page was refused to us, so that its feed is read alone; else None.
    asked: the request it answers.
    """

    page: Page
    http_status: int
    lease: Lease | None = None
    unread: str | None = None
    asked: Request | None = None


class ExtractPipeline:
    """Fetched → Found, in a worker process: reading a page takes the loop's time otherwise."""

    def __init__(self, crawler: Crawler) -> None:
        config: Config = crawler.settings["TECHWIRE_CONFIG"]
        self.crawler = crawler
        self.pages = config.home / "pages"
        own.use(config.home / own.USER_FILE)  # `scrapy crawl` has not said it yet
        self.workers = Workers(config.workers, archive=self.pages)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ExtractPipeline":
        return cls(crawler)

    def open_spider(self) -> None:
        spider: Any = self.crawler.spider
        self.profiles = SiteProfiles()
        spider.workers = self.workers  # for whatever else strangers send

    async def process_item(self, item: Fetched) -> Found:
        entry, site = item.page.entry, item.page.site
        assert entry is not None
        assert site is not None
        boilerplate = await self._boilerplate(site.id)
        page = replace(item.page, boilerplate=boilerplate)
        try:
            if item.unread is not None:
                harvested = Harvested(articles=await self.workers.run(harvest_feed, page))
            else:
                harvested = await self.workers.run(harvest_and_keep, page)
        except ExtractionError as lost:
            harvested = Harvested(error=lost)
        unread = item.unread or (str(harvested.error) if harvested.error else None)
        if unread is not None and not harvested.articles:
            error = harvested.error or ExtractionError(unread, "")
            await self._drop(item, entry, harvested, error)
        if harvested.articles and harvested.error is None:
            harvested = await self._with_licences(item, entry, harvested)
        carries = any(article.seen_at for article, _ in harvested.articles)
        return Found(
            entry=entry,
            site=site,
            http_status=item.http_status,
            articles=harvested.articles,
            location=harvested.location,
            lease=item.lease,
            unread=unread,
            registry=self.crawler.spider.registry if carries else None,  # type: ignore[union-attr]
        )

    async def _with_licences(self, item: Fetched, entry: Entry, harvested: Harvested) -> Harvested:
        """Its articles with what the licences say that only the page itself names."""
        known = licences_in(item.page.rights)
        fresh = [one for one in licences_in(harvested.rights) if one not in known]
        if not fresh or item.asked is None:
            return harvested
        spider: Any = self.crawler.spider
        found = (*harvested.rights, *await spider.rights.named(fresh, item.asked))
        words = refusal(found, item.page.refused)
        if words:
            if harvested.location is not None:
                PageFiles(self.pages).erase(harvested.location)
            await self._drop(item, entry, Harvested(), ExtractionError("tdm", words))
        told = tuple((replace(article, rights=found), f) for article, f in harvested.articles)
        return replace(harvested, articles=told)

    async def _drop(
        self, item: Fetched, entry: Entry, harvested: Harvested, error: ExtractionError
    ) -> NoReturn:
        spider: Any = self.crawler.spider
        # a crash or a timeout may be ours, on a busy machine: tried again later, not for ever
        ours = error.reason in ("crash", "timeout")
        if ours:
            spider.logger.warning("%s: %s: %s", entry.source_id, entry.url, error)
        outcome = Outcome.FAILED if ours else Outcome.DROPPED
        end = Settlement(outcome=outcome, reason=str(error), http_status=item.http_status)
        now: datetime = spider.clock()

        def write(connection: Connection) -> Outcome:
            fence(connection, item.lease)
            written = revisits.settle(connection, entry, end, now=now)
            if harvested.location is not None:
                archive.note(connection, entry, harvested.location, now=now)
            if error.reason != "tdm":
                baselines.note(connection, entry.source_id, (), now=now)
            return written

        spider.tally.ended(outcome, await _written(spider, write, entry), error.reason)
        raise DropItem(f"{entry.url}: {error}") from error

    async def _boilerplate(self, source_id: str) -> frozenset[int]:
        transactions: Transactions = self.crawler.spider.transactions  # type: ignore[union-attr]
        profiles = self.profiles
        if profiles.is_lesson_due(source_id):
            lesson = await transactions.look(
                lambda connection: profiles.lesson(connection, source_id)
            )
            if lesson is not None:
                learnt = await self.workers.run(learn, lesson)
                now: datetime = self.crawler.spider.clock()  # type: ignore[union-attr]
                await transactions.run(
                    lambda connection: profiles.remember(connection, source_id, learnt, now=now)
                )
        known = profiles.known(source_id)
        if known is None:
            known = await transactions.look(lambda connection: profiles.load(connection, source_id))
        return known

    def close_spider(self) -> None:
        self.workers.close()
        spider: Any = self.crawler.spider
        with contextlib.suppress(DatabaseError), begin(spider.database) as connection:
            archive.expire(connection, self.pages, now=spider.clock())


class StorePipeline:
    """Found → seen mark, story and outbox row, in one transaction."""

    def __init__(self, crawler: Crawler) -> None:
        config: Config = crawler.settings["TECHWIRE_CONFIG"]
        self.crawler = crawler
        self.pages = config.home / "pages"

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "StorePipeline":
        return cls(crawler)

    async def process_item(self, item: Found) -> Found:
        spider: Any = self.crawler.spider
        all_topics: bool = spider.plan.all_topics

        def write(connection: Connection) -> Stored:
            return store_in(connection, item, now=spider.clock(), all_topics=all_topics)

        stored = await _written(spider, write, item.entry)
        if stored.removed and item.location is not None:
            PageFiles(self.pages).erase(item.location)
        if stored.reason is not None:
            spider.count_dropped(stored.reason)
            raise DropItem(f"{item.entry.url}: {stored.reason}")
        spider.count_stored(stored.documents)
        return replace(item, articles=())


async def _written(spider: Any, write: Callable[[Connection], _T], entry: Entry) -> _T:
    """Do it as soon as the database lets us. Raises: DropItem when another crawler has the page."""
    transactions: Transactions = spider.transactions
    try:
        return await transactions.run(write, may_linger=True)
    except LeaseLost as lost:
        spider.tally.add("lost")
        raise DropItem(f"{entry.url}: {lost}") from lost
