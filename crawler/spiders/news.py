"""The news spider: asks the listings of its sources, then the pages they announce.

It asks and yields. What is new the state decides, what an article is the pipelines.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.article import Entry, Page
from crawler.discovery.listing import Listing
from crawler.discovery.sitemaps import is_dead_dated_map
from crawler.middlewares import slot_of
from crawler.pipelines import Fetched
from crawler.sources.source import Source
from crawler.spiders.answers import charset_of, no_answer, read_listing, words_of
from crawler.spiders.plan import Plan, plan_for
from crawler.state import listings, seen
from crawler.state.listings import Answer
from crawler.state.seen import Outcome, Settlement
from indexer.config import Config
from indexer.database import begin, connect

MAX_LISTINGS_PER_SOURCE = 60  # sub-sitemaps and further section pages included
MAX_PAGES_PER_SOURCE = 5_000
OLD_SITEMAP_ENTRY = timedelta(days=30)  # plain sitemaps hold whole archives


class NewsSpider(scrapy.Spider):
    """One pass over some sources.

    Arguments as `-a name=value` or keywords: plan (a Plan), or source (ids parted by commas),
    sources (a file), since, until, limit, all_topics.
    """

    name = "news"

    def __init__(self, plan: Plan | None = None, **words: str) -> None:
        super().__init__()
        self.words = words
        self._plan = plan
        self.counts: Counter[str] = Counter()
        self.problems: dict[str, str] = {}  # listing URL -> what was wrong with it
        self._in_flight: set[str] = set()
        self._open_listings: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "NewsSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        config: Config = crawler.settings["TECHWIRE_CONFIG"]
        config.make_home()
        spider.plan = spider._plan or _plan_from_words(spider.words)
        spider.database = connect(config.database_url)
        spider.all_topics = spider.plan.all_topics
        crawler.signals.connect(spider.closed_cleanly, signal=signals.spider_closed)
        return spider

    plan: Plan
    database: Any
    all_topics: bool

    async def start(self) -> AsyncIterator[Any]:
        for source in self.plan.sources:
            self._set_pace(source)
            for request in self._listing_requests(source):
                yield request
            if not self._open_listings[source.id]:
                for request in self._pages(source):
                    yield request

    def parse_listing(self, response: Response, source: Source, kind: str) -> Iterator[Request]:
        """A listing answered: note what it announces, then fetch what is new."""
        answer, listing = read_listing(response, source, kind)
        now = datetime.now(UTC)
        with begin(self.database) as connection:
            if listing is not None:
                wanted = [entry for entry in listing.entries if self._wanted(entry, now)]
                answer = replace(answer, new_entries=seen.found(connection, wanted, now=now))
            listings.answered(connection, answer, now=now)
        self._count_answer(answer)
        if listing is not None:
            yield from self._further_listings(listing, source, kind, now)
        yield from self._listing_done(source)

    def listing_failed(self, failure: Failure) -> Iterator[Request]:
        """A listing did not answer: say so, and go on with what is known of its source."""
        answer = no_answer(failure)
        with begin(self.database) as connection:
            listings.answered(connection, answer, now=datetime.now(UTC))
        self._count_answer(answer)
        request: Any = failure.request  # type: ignore[attr-defined]
        yield from self._listing_done(request.cb_kwargs["source"])

    def parse_page(self, response: Response, source: Source, entry: Entry) -> Iterator[Fetched]:
        """A page answered: hand it to the pipelines."""
        kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1").lower()
        if response.status == 304 or not ("html" in kind or "xml" in kind or "text/plain" in kind):
            self._settle(entry, Outcome.DROPPED, f"not-html: {kind}", response.status)
            return
        self.counts["fetched"] += 1
        page = Page(
            url=response.url,
            body=response.body,
            fetched_at=datetime.now(UTC),
            encoding=charset_of(kind),
            site=source.site(),
            entry=entry,
        )
        yield Fetched(page=page, http_status=response.status)

    def page_failed(self, failure: Failure) -> None:
        """A page did not answer: try it again in a later pass, unless it never will."""
        entry: Entry = failure.request.cb_kwargs["entry"]  # type: ignore[attr-defined]
        status, words = words_of(failure)
        for_good = status in (401, 403, 404, 410, 451) or words.startswith(("robots", "closed"))
        outcome = Outcome.DROPPED if for_good else Outcome.FAILED
        self._settle(entry, outcome, words, status)

    def count_stored(self, documents: int) -> None:
        """StorePipeline's word: this many documents went into the outbox."""
        self.counts["stored"] += documents

    def count_dropped(self, reason: str) -> None:
        """A pipeline's word: a page gave no document."""
        self.counts["dropped"] += 1
        self.counts[f"dropped: {reason.partition(':')[0]}"] += 1

    def closed_cleanly(self) -> None:
        self.database.dispose()

    def _settle(self, entry: Entry, outcome: Outcome, reason: str, status: int | None) -> None:
        end = Settlement(outcome=outcome, reason=reason, http_status=status)
        with begin(self.database) as connection:
            seen.settle(connection, entry, end, now=datetime.now(UTC))
        if outcome is Outcome.FAILED:
            self.counts["failed"] += 1
            self.counts[f"failed: {reason}"] += 1
        else:
            self.count_dropped(reason)

    def _set_pace(self, source: Source) -> None:
        """A delay the registry names for this source goes before the general one."""
        if source.delay_s is not None and self.crawler.engine is not None:
            for address in (source.homepage, *source.feeds, *source.sitemaps, *source.sections):
                pace = {"concurrency": 1, "delay": source.delay_s}
                self.crawler.engine.downloader.per_slot_settings[slot_of(address)] = pace

    def _listing_requests(self, source: Source) -> Iterator[Request]:
        for kind, addresses in (
            ("feed", source.feeds),
            ("sitemap", source.sitemaps),
            ("section", source.sections),
        ):
            for address in addresses:
                yield self._listing_request(address, source, kind)

    def _listing_request(self, address: str, source: Source, kind: str) -> Request:
        self._open_listings[source.id] += 1
        self._asked[source.id] += 1
        return Request(
            address,
            self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"source": source, "kind": kind},
            meta={"listing": address},
            priority=10,
            dont_filter=True,
        )

    def _further_listings(
        self, listing: Listing, source: Source, kind: str, now: datetime
    ) -> Iterator[Request]:
        further = [child for child in listing.children if not is_dead_dated_map(child, now=now)]
        if listing.next_url and self.plan.since is not None:  # older pages only when asked for
            further.append(listing.next_url)
        for address in further:
            if self._asked[source.id] < MAX_LISTINGS_PER_SOURCE:
                yield self._listing_request(address, source, kind)

    def _listing_done(self, source: Source) -> Iterator[Request]:
        self._open_listings[source.id] -= 1
        if self._open_listings[source.id] == 0:  # all of them, so that the newest come first
            yield from self._pages(source)

    def _pages(self, source: Source) -> Iterator[Request]:
        most = min(self.plan.limit or MAX_PAGES_PER_SOURCE, MAX_PAGES_PER_SOURCE)
        with begin(self.database) as connection:
            entries = seen.pending(
                connection,
                source.id,
                now=datetime.now(UTC),
                since=self.plan.since,
                until=self.plan.until,
                limit=most,
            )
        for entry in entries:
            if entry.url not in self._in_flight:
                self._in_flight.add(entry.url)
                yield Request(
                    entry.url,
                    self.parse_page,
                    errback=self.page_failed,
                    cb_kwargs={"source": source, "entry": entry},
                    dont_filter=True,
                )

    def _wanted(self, entry: Entry, now: datetime) -> bool:
        if entry.kind != "sitemap" or self.plan.since is not None:
            return True
        latest = entry.published or entry.modified
        return latest is None or latest >= now - OLD_SITEMAP_ENTRY

    def _count_answer(self, answer: Answer) -> None:
        self.counts["listings"] += 1
        self.counts["found"] += answer.new_entries
        if answer.error is not None:
            self.counts["listings failed"] += 1
            self.problems[answer.url] = f"{answer.source_id}: {answer.error}"
            self.logger.warning("%s: %s: %s", answer.source_id, answer.url, answer.error)


def _plan_from_words(words: dict[str, str]) -> Plan:
    names = [name.strip() for name in words.get("source", "").split(",") if name.strip()]
    sources_file = words.get("sources")
    return plan_for(
        names,
        now=datetime.now(UTC),
        since=words.get("since"),
        until=words.get("until"),
        limit=int(words["limit"]) if words.get("limit") else None,
        sources_file=Path(sources_file) if sources_file else None,
        all_topics=words.get("all_topics", "") not in ("", "0", "no", "false"),
    )
