"""The news spider: asks the listings of its sources, then the pages they announce.

It asks and yields. Whose turn it is `turns` says, what is new the state, what an article is the
pipelines.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from sqlalchemy import Engine
from twisted.python.failure import Failure

from crawler.article import Entry, Page
from crawler.discovery.listing import Listing
from crawler.middlewares.refusals import HeldHost, Refusal
from crawler.pipelines import Fetched
from crawler.spiders import backfill
from crawler.spiders.answers import Reading, charset_of, no_answer, read_listing_aside, words_of
from crawler.spiders.asking import listing_request, page_request
from crawler.spiders.noting import note_reading
from crawler.spiders.plan import Plan, plan_from_words
from crawler.spiders.tally import Tally
from crawler.spiders.turns import OnePass, Turn
from crawler.state import paces, seen
from crawler.state.listings import Answer
from crawler.state.seen import Outcome, Settlement
from crawler.workers import Workers
from indexer.config import Config
from indexer.database import begin, connect
from indexer.times import now_utc

MAX_PAGES_PER_SOURCE = 5_000
WINDOW = 2  # requests of a source under way at once; its slot sends one at a time


class NewsSpider(scrapy.Spider):
    """One pass over some sources.

    Arguments as `-a name=value` or keywords: plan (a Plan), or source (ids parted by commas),
    sources (a file), since, until, limit, all_topics, refresh.
    """

    name = "news"
    most_pages = MAX_PAGES_PER_SOURCE
    plan: Plan
    database: Engine
    turns: OnePass
    workers: Workers  # the pipelines'

    def __init__(self, plan: Plan | None = None, **words: str) -> None:
        super().__init__()
        self.words = words
        self._plan = plan
        self.clock = now_utc
        self.tally = Tally()
        self._pages: dict[str, Turn] = {}  # URL -> whose page is under way

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "NewsSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        config: Config = crawler.settings["TECHWIRE_CONFIG"]
        config.make_home()
        spider.plan = spider._plan or plan_from_words(spider.words, now=now_utc(), home=config.home)
        spider.database = connect(config.database_url)
        spider.turns = spider.make_turns()
        for handler, signal in (
            (spider.request_entered, signals.request_reached_downloader),
            (spider.item_over, signals.item_scraped),
            (spider.item_over, signals.item_dropped),
            (spider.item_failed, signals.item_error),
            (spider.callback_failed, signals.spider_error),
            (spider.closed_cleanly, signals.spider_closed),
        ):
            crawler.signals.connect(handler, signal=signal)
        return spider

    def make_turns(self) -> OnePass:
        """Whose turn it is."""
        return OnePass(self.plan.sources)

    async def start(self) -> AsyncIterator[Any]:
        async for turn in self.turns.turns():
            for kind, address in turn.listings:
                self._ask_listing(turn, address, kind)
            for request in self._go_on(turn):
                yield request

    def request_entered(self, request: Request) -> None:
        """A request stands in its host's queue: the turn's next may follow, none overtakes it."""
        turn: Turn | None = request.cb_kwargs.get("turn")
        if turn is not None and turn.entering is request:
            turn.entering = None
            self._send(self._go_on(turn))

    async def parse_listing(
        self, response: Response, turn: Turn, kind: str
    ) -> AsyncIterator[Request]:
        """A listing answered: note what it announces, then fetch what is new."""
        now = self.clock()
        reading = await read_listing_aside(
            response, turn.source, kind, workers=self.workers, now=now
        )
        self._note(turn, reading, now)
        if reading.listing is not None:
            self._ask_further(turn, reading.listing, kind, now)
        for request in self._settled(turn):
            yield request

    def listing_failed(self, failure: Failure) -> Iterator[Request]:
        """A listing did not answer: say so, and go on with what is known of its source."""
        turn, words = self._failed(failure)
        now = self.clock()
        self._note(turn, no_answer(failure, turn.source, words["kind"], now=now), now)
        yield from self._settled(turn)

    def parse_page(self, response: Response, turn: Turn, entry: Entry) -> Iterator[Any]:
        """A page answered: hand it to the pipelines."""
        kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1").lower()
        if response.status == 304 or not ("html" in kind or "xml" in kind or "text/plain" in kind):
            self._settle(entry, Outcome.DROPPED, f"not-html: {kind}", response.status)
            yield from self._page_over(entry.url)
            return
        self.tally.add("fetched")
        page = Page(
            url=response.url,
            body=response.body,
            fetched_at=self.clock(),
            encoding=charset_of(kind),
            site=turn.source.site(),
            entry=entry,
        )
        yield Fetched(page=page, http_status=response.status)

    def page_failed(self, failure: Failure) -> Iterator[Request]:
        """A page did not answer: try it again in a later pass, unless it never will."""
        turn, words = self._failed(failure)
        entry: Entry = words["entry"]
        status, reason = words_of(failure)
        error = failure.value
        if isinstance(error, HeldHost):  # never sent: it and its neighbours wait as they are
            turn.hold = timedelta(seconds=error.left_s)
            turn.waiting.clear()
            self.tally.add("held")
        else:
            refused = isinstance(error, Refusal) and error.for_good
            for_good = refused or status in (401, 403, 404, 410, 451)
            outcome = Outcome.DROPPED if for_good else Outcome.FAILED
            self._settle(entry, outcome, reason, status)
        yield from self._page_over(entry.url)

    def item_over(self, item: Any) -> None:
        """A page went through the pipelines, to its end or to a drop."""
        self._send(self._page_over(_entry_of(item).url))

    def item_failed(self, item: Any, failure: Failure) -> None:
        """A pipeline broke on a page: our fault; it is tried again later, not for ever."""
        entry = _entry_of(item)
        self._settle(entry, Outcome.FAILED, f"crash: {type(failure.value).__name__}", None)
        self._send(self._page_over(entry.url))

    def callback_failed(self, failure: Failure, response: Response | None) -> None:
        """A callback broke on an answer: our fault; it counts as a failed one."""
        words = response.request.cb_kwargs if response is not None and response.request else {}
        reason = f"crash: {type(failure.value).__name__}"
        if "entry" in words:
            self._settle(words["entry"], Outcome.FAILED, reason, None)
            self._send(self._page_over(words["entry"].url))
        elif "turn" in words and response is not None:
            turn: Turn = words["turn"]
            answer = Answer(
                url=response.meta["listing"],
                source_id=turn.source.id,
                kind=words["kind"],
                http_status=response.status,
                error=reason,
            )
            self._note(turn, Reading(answer=answer), self.clock())
            self._send(self._settled(turn))

    def count_stored(self, documents: int) -> None:
        """StorePipeline's word: this many documents went into the outbox."""
        self.tally.add("stored", documents)

    def count_dropped(self, reason: str) -> None:
        """A pipeline's word: a page gave no document."""
        self.tally.add("dropped", reason=reason)

    def closed_cleanly(self) -> None:
        self.turns.close()
        self.database.dispose()

    def _go_on(self, turn: Turn) -> Iterator[Request]:
        """The turn's next requests: listings first, then pages; without any it is over."""
        if not turn.waiting and not turn.under_way and not turn.pages_listed:
            turn.pages_listed = True
            self._list_pages(turn)
        while turn.waiting and turn.under_way < WINDOW and turn.entering is None:
            turn.under_way += 1
            turn.entering = turn.waiting.popleft()
            yield turn.entering
        if not turn.under_way:
            self.turns.over(turn)

    def _settled(self, turn: Turn) -> Iterator[Request]:
        turn.under_way -= 1
        yield from self._go_on(turn)

    def _failed(self, failure: Failure) -> tuple[Turn, dict[str, Any]]:
        request: Request = failure.request  # type: ignore[attr-defined]
        turn: Turn = request.cb_kwargs["turn"]
        if turn.entering is request:  # it never reached its host's queue
            turn.entering = None
        return turn, request.cb_kwargs

    def _page_over(self, url: str) -> Iterator[Request]:
        turn = self._pages.pop(url, None)
        if turn is not None:
            yield from self._settled(turn)

    def _send(self, requests: Iterable[Request]) -> None:
        for request in requests:
            if self.crawler.engine is not None:
                self.crawler.engine.crawl(request)

    def _ask_listing(self, turn: Turn, address: str, kind: str) -> None:
        if turn.asked >= backfill.most_listings(self.plan):
            return
        turn.asked += 1
        whole = backfill.asks_whole(kind, self.plan, now=self.clock())
        turn.waiting.append(
            listing_request(
                turn,
                address,
                kind,
                whole=whole,
                read=self.parse_listing,
                failed=self.listing_failed,
            )
        )

    def _ask_further(self, turn: Turn, listing: Listing, kind: str, now: datetime) -> None:
        with begin(self.database) as connection:
            further = backfill.further(connection, listing, self.plan, now=now)
            if turn.lease is not None:
                asked = {address for _, address in turn.listings}
                further = [
                    child
                    for child in further
                    if child not in asked and paces.is_due(connection, child, now=now)
                ]
        for address in further:
            self._ask_listing(turn, address, kind)

    def _list_pages(self, turn: Turn) -> None:
        most = min(self.plan.limit or self.most_pages, self.most_pages)
        with begin(self.database) as connection:
            entries = seen.pending(
                connection,
                turn.source.id,
                now=self.clock(),
                since=self.plan.since,
                until=self.plan.until,
                limit=most,
            )
        turn.more = len(entries) == most
        for entry in entries:
            if entry.url not in self._pages:
                self._pages[entry.url] = turn
                turn.waiting.append(
                    page_request(turn, entry, read=self.parse_page, failed=self.page_failed)
                )

    def _note(self, turn: Turn, reading: Reading, now: datetime) -> None:
        with begin(self.database) as connection:
            answer = note_reading(connection, reading, turn, self.plan, now=now)
        self.tally.answered(answer)
        if answer.error is not None:
            self.logger.warning("%s: %s: %s", answer.source_id, answer.url, answer.error)

    def _settle(self, entry: Entry, outcome: Outcome, reason: str, status: int | None) -> None:
        end = Settlement(outcome=outcome, reason=reason, http_status=status)
        with begin(self.database) as connection:
            seen.settle(connection, entry, end, now=self.clock())
        self.tally.add("failed" if outcome is Outcome.FAILED else "dropped", reason=reason)


def _entry_of(item: Any) -> Entry:
    entry = item.page.entry if isinstance(item, Fetched) else item.entry
    assert isinstance(entry, Entry)  # this spider fetches no page without one
    return entry
