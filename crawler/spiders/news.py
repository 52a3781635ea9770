"""The news spider: asks the listings of its sources, then the pages they announce.

It asks and yields: once in a crawl, again and again in a watch. Whose turn it is, `turns` decides;
what is new, the state; what an article is, the pipelines.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from sqlalchemy import Connection
from twisted.python.failure import Failure

from crawler.article import Entry, Page, Site
from crawler.formats.charset import charset_of
from crawler.middlewares.inflation import coding_of
from crawler.net.politeness import slot_of
from crawler.net.refusals import HeldHost, LostTurn, Refusal, SlowPage
from crawler.pipelines import Fetched
from crawler.sources.publishers import site_of_page
from crawler.sources.registry import Registry, sources_at
from crawler.spiders import backfill
from crawler.spiders.answers import Reading, no_answer, read_listing_in_worker, words_of
from crawler.spiders.fleet import FleetSpider
from crawler.spiders.plan import Plan, plan_from_words
from crawler.spiders.records import Records
from crawler.spiders.rotation import same_listing
from crawler.spiders.tally import Tally
from crawler.spiders.turns import OnePass, Turn, Watch
from crawler.state.listings import ListingAnswer
from crawler.state.seen import Outcome
from crawler.workers.pool import Workers
from indexer.foundation.config import Config
from indexer.foundation.times import now_utc

MAX_PAGES_PER_SOURCE = 5_000  # of one pass
PAGES_PER_TURN = 50  # of a watch, the newest first; what is left waits for the next turn
LOST_PAGE_S = 2.0  # until a page that a lost turn still has under way is looked at again
UNREAD = (401, 402, 403)  # HTTP statuses of a page that others may read
SLOW_PAGES = 2  # of a turn; then the others of their host are left to a later one
SLOW_HOLD_S = 600.0
WINDOW = 2  # requests of a source under way at once; its slot sends one at a time

Callback = Callable[..., Any]


class NewsSpider(FleetSpider):
    """One pass over some sources.

    Arguments as `-a name=value` or keywords: plan (a Plan), or source (ids parted by commas),
    sources (a file), since, until, limit, all_topics, refresh.
    """

    name = "news"
    most_pages = MAX_PAGES_PER_SOURCE
    plan: Plan
    records: Records
    turns: OnePass
    workers: Workers  # the pipelines'

    def __init__(self, plan: Plan | None = None, **words: str) -> None:
        super().__init__()
        self.words = words
        self._plan = plan
        self.tally = Tally()
        self._pages: dict[str, Turn] = {}  # URL -> whose page is under way
        self._unsettled: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        config: Config = crawler.settings["TECHWIRE_CONFIG"]
        spider.plan = spider._plan or plan_from_words(spider.words, now=now_utc(), home=config.home)
        spider.turns = spider.make_turns()
        spider.records = Records(
            spider.transactions,
            spider.plan,
            tally=spider.tally,
            clock=spider.clock,
            most_pages=spider.most_pages,
        )
        for handler, signal in (
            (spider.request_entered, signals.request_reached_downloader),
            (spider.item_over, signals.item_scraped),
            (spider.item_over, signals.item_dropped),
            (spider.item_failed, signals.item_error),
            (spider.callback_failed, signals.spider_error),
            (spider.stay_open, signals.spider_idle),
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
            await self._ask_older(turn)
            async for request in self._go_on(turn):
                yield request

    def request_entered(self, request: Request) -> None:
        """A request stands in its host's queue: the turn's next may follow, none overtakes it."""
        turn: Turn | None = request.cb_kwargs.get("turn")
        if turn is not None and turn.entering is request:
            turn.entering = None
            self._start(self._send(self._go_on(turn)))

    async def parse_listing(
        self, response: Response, turn: Turn, kind: str
    ) -> AsyncIterator[Request]:
        """A listing answered: note what it announces, then fetch what is new."""
        now = self.clock()
        reading = await read_listing_in_worker(
            response, turn.source, kind, workers=self.workers, now=now
        )
        await self._note(turn, reading, now)
        if reading.listing is not None:
            turn.asked.add(same_listing(response.url))
            asked = response.meta["listing"]
            for address in await self.records.further(turn, reading.listing, url=asked, now=now):
                self._ask_listing(turn, address, kind)
            await self._ask_older(turn)
        async for request in self._settled(turn):
            yield request

    async def listing_failed(self, failure: Failure) -> AsyncIterator[Request]:
        """A listing did not answer: say so, and go on with what is known of its source."""
        turn, words = _asked_for(failure)
        now = self.clock()
        if not self._was_kept_back(turn, failure):
            await self._note(turn, no_answer(failure, turn.source, words["kind"], now=now), now)
        async for request in self._settled(turn):
            yield request

    async def parse_page(self, response: Response, turn: Turn, entry: Entry) -> AsyncIterator[Any]:
        """A page answered: hand it to the pipelines."""
        kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1").lower()
        if response.status == 304 or not ("html" in kind or "xml" in kind or "text/plain" in kind):
            await self.records.settle(
                turn, entry, Outcome.DROPPED, f"not-html: {kind}", response.status
            )
            async for request in self._page_over(entry.url):
                yield request
            return
        self.tally.add("fetched")
        page = Page(
            url=response.url,
            body=response.body,
            fetched_at=self.clock(),
            encoding=charset_of(kind),
            coding=coding_of(response),
            site=self._site_of(response.url, turn, entry),
            entry=entry,
            **self._rights(response.meta),
        )
        yield Fetched(
            page=page, http_status=response.status, lease=turn.lease, asked=response.request
        )

    async def page_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """A page did not answer: try it again in a later pass, unless it never will."""
        turn, words = _asked_for(failure)
        entry: Entry = words["entry"]
        if not self._was_kept_back(turn, failure):
            status, reason = words_of(failure)
            error = failure.value
            if status in UNREAD and entry.content:
                meta = failure.request.meta  # type: ignore[attr-defined]
                yield self._unread(turn, entry, status, reason, self._rights(meta))
                return
            refused = isinstance(error, Refusal) and error.for_good
            for_good = refused or status in (401, 403, 404, 410, 451)
            outcome = Outcome.DROPPED if for_good else Outcome.FAILED
            await self.records.settle(turn, entry, outcome, reason, status)
            if isinstance(error, SlowPage):
                self._leave_slow(turn, failure)
        async for request in self._page_over(entry.url):
            yield request

    async def item_over(self, item: Any) -> None:
        """A page went through the pipelines, to its end or to a drop."""
        await self._send(self._page_over(_entry_of(item).url))

    async def item_failed(self, item: Any, failure: Failure) -> None:
        """A pipeline broke on a page: our fault; it is tried again later, not for ever."""
        entry = _entry_of(item)
        turn = self._pages.get(entry.url)
        if turn is not None:
            reason = f"crash: {type(failure.value).__name__}"
            await self.records.settle(turn, entry, Outcome.FAILED, reason, None)
        await self._send(self._page_over(entry.url))

    def callback_failed(self, failure: Failure, response: Response | None) -> None:
        """A callback broke on an answer: our fault; it counts as a failed one."""
        self._start(self._settle_failed(failure, response))

    async def _settle_failed(self, failure: Failure, response: Response | None) -> None:
        words = response.request.cb_kwargs if response is not None and response.request else {}
        reason = f"crash: {type(failure.value).__name__}"
        if "entry" in words:
            await self.records.settle(words["turn"], words["entry"], Outcome.FAILED, reason, None)
            await self._send(self._page_over(words["entry"].url))
        elif "turn" in words and response is not None:
            turn: Turn = words["turn"]
            answer = ListingAnswer(
                url=response.meta["listing"],
                source_id=turn.source.id,
                kind=words["kind"],
                http_status=response.status,
                error=reason,
            )
            await self._note(turn, Reading(answer=answer), self.clock())
            await self._send(self._settled(turn))

    def stay_open(self) -> None:
        """The engine sees nothing to do; something may yet be written down."""
        if self._unsettled:
            raise DontCloseSpider

    def count_stored(self, documents: int) -> None:
        """StorePipeline says that this many documents went into the outbox."""
        self.tally.add("stored", documents)

    def count_dropped(self, reason: str) -> None:
        """A pipeline says that a page gave no document."""
        self.tally.add("dropped", reason=reason)

    @cached_property
    def registry(self) -> Registry:
        """All sources known here, the plan's among them; for pages that are another's."""
        config: Config = self.crawler.settings["TECHWIRE_CONFIG"]
        return Registry([*sources_at(config.home).all(), *self.plan.sources])

    def _site_of(self, url: str, turn: Turn, entry: Entry) -> Site:
        if turn.source.owns(url):
            return turn.source.site()
        return site_of_page(url, self.registry, turn.source, linked=entry.linked)

    def leave(self, connection: Connection) -> None:
        self.turns.give_all_back(connection)
        super().leave(connection)

    async def _go_on(self, turn: Turn) -> AsyncIterator[Request]:
        """The turn's next requests: listings first, then pages; without any it is over."""
        if not turn.waiting and not turn.under_way and not turn.pages_listed:
            turn.pages_listed = True
            turn.under_way += 1  # it is not over while its pages are looked up
            await self._list_pages(turn)
            turn.under_way -= 1
        while turn.waiting and turn.under_way < WINDOW and turn.entering is None:
            turn.under_way += 1
            request = turn.entering = turn.waiting.popleft()
            if "entry" in request.cb_kwargs:
                self._pages[request.cb_kwargs["entry"].url] = turn
            yield request
        if not turn.under_way:
            self.turns.over(turn)

    async def _settled(self, turn: Turn) -> AsyncIterator[Request]:
        turn.under_way -= 1
        async for request in self._go_on(turn):
            yield request

    async def _page_over(self, url: str) -> AsyncIterator[Request]:
        turn = self._pages.pop(url, None)
        if turn is not None:
            async for request in self._settled(turn):
                yield request

    def _was_kept_back(self, turn: Turn, failure: Failure) -> bool:
        """Whether a request was never sent: then it waits as it is, and so do its neighbours."""
        error = failure.value
        if isinstance(error, LostTurn):
            turn.more = True
            turn.waiting.clear()
        elif isinstance(error, HeldHost):
            host = slot_of(failure.request.url)  # type: ignore[attr-defined]
            self.tally.add("held", turn.keep_back(host, error))
        return isinstance(error, LostTurn | HeldHost)

    def _rights(self, meta: dict[str, Any]) -> dict[str, Any]:
        """What is said of the use of a page, and what of it we obey."""
        config: Config = self.crawler.settings["TECHWIRE_CONFIG"]
        return {"rights": meta.get("rights", ()), "refused": config.rights_refuse}

    def _unread(
        self, turn: Turn, entry: Entry, status: int, reason: str, rights: dict[str, Any]
    ) -> Fetched:
        """A page that is refused to us, though no rule of its host closes it: its feed has it."""
        page = Page(
            url=entry.url,
            body=b"",
            fetched_at=self.clock(),
            site=turn.source.site(),
            entry=entry,
            **rights,
        )
        return Fetched(page=page, http_status=status, lease=turn.lease, unread=reason)

    def _leave_slow(self, turn: Turn, failure: Failure) -> None:
        """A host whose pages drip, one after the other, would hold up a whole pass."""
        turn.slow += 1
        if turn.slow >= SLOW_PAGES:
            host = slot_of(failure.request.url)  # type: ignore[attr-defined]
            why = HeldHost("its pages drip", left_s=SLOW_HOLD_S)
            self.tally.add("held", turn.keep_back(host, why) - 1)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._unsettled.add(task)
        task.add_done_callback(self._unsettled.discard)

    async def _send(self, requests: AsyncIterator[Request]) -> None:
        async for request in requests:
            if self.crawler.engine is not None:
                self.crawler.engine.crawl(request)

    def _ask_listing(self, turn: Turn, address: str, kind: str) -> None:
        if len(turn.asked) >= backfill.most_listings(self.plan):
            return
        turn.asked.add(same_listing(address))
        whole = backfill.asks_whole(kind, self.plan, now=self.clock())
        way: dict[str, Any] = {"read": self.parse_listing, "failed": self.listing_failed}
        turn.waiting.append(_listing_request(turn, address, kind, whole=whole, **way))

    async def _ask_older(self, turn: Turn) -> None:
        for kind, address in await self.records.older(turn):
            if len(turn.asked) >= backfill.most_listings(self.plan):
                turn.more = True
            self._ask_listing(turn, address, kind)

    async def _list_pages(self, turn: Turn) -> None:
        read, failed = self.parse_page, self.page_failed
        for entry in await self.records.pages(turn):
            if entry.url in self._pages:  # of a turn that was lost
                turn.put_off(LOST_PAGE_S)
            else:
                turn.waiting.append(_page_request(turn, entry, read=read, failed=failed))

    async def _note(self, turn: Turn, reading: Reading, now: datetime) -> None:
        answer = await self.records.note(turn, reading, now=now)
        if answer is not None and answer.error is not None:
            self.logger.warning("%s: %s: %s", answer.source_id, answer.url, answer.error)


class WatchSpider(NewsSpider):
    """Again and again over the sources that are due. Arguments as `news` takes them."""

    name = "watch"
    most_pages = PAGES_PER_TURN

    def make_turns(self) -> OnePass:
        return Watch(
            self.plan.sources,
            transactions=self.transactions,
            owner=self.owner,
            clock=self.clock,
            rules=self.plan.rules,
            span=self.lease_span,
        )


def _listing_request(
    turn: Turn, address: str, kind: str, *, whole: bool, read: Callback, failed: Callback
) -> Request:
    """Ask a listing. whole: "not modified" is no answer."""
    return Request(
        address,
        read,
        errback=failed,
        cb_kwargs={"turn": turn, "kind": kind},
        meta={"listing": address, "whole": whole, **_politeness(turn, address)},
        priority=10,
        dont_filter=True,
    )


def _page_request(turn: Turn, entry: Entry, *, read: Callback, failed: Callback) -> Request:
    """Ask the page of an entry."""
    return Request(
        entry.url,
        read,
        errback=failed,
        cb_kwargs={"turn": turn, "entry": entry},
        meta={"page": True, **_politeness(turn, entry.url)},
        dont_filter=True,
    )


def _politeness(turn: Turn, address: str) -> dict[str, Any]:
    return {"download_slot": slot_of(address), "delay_s": turn.source.delay_s}


def _asked_for(failure: Failure) -> tuple[Turn, dict[str, Any]]:
    request: Request = failure.request  # type: ignore[attr-defined]
    turn: Turn = request.cb_kwargs["turn"]
    if turn.entering is request:  # it never reached its host's queue
        turn.entering = None
    return turn, request.cb_kwargs


def _entry_of(item: Any) -> Entry:
    entry = item.page.entry if isinstance(item, Fetched) else item.entry
    assert isinstance(entry, Entry)  # this spider fetches no page without one
    return entry
