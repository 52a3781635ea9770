"""Runs one crawl in this process, sending its documents to the index meanwhile, and reports on it.

Twisted's reactor runs once a process, so a process crawls once.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from scrapy.crawler import AsyncCrawlerProcess

from crawler.settings import scrapy_settings
from crawler.spiders.news import NewsSpider
from crawler.spiders.plan import Plan
from crawler.spiders.tally import Tally
from indexer.config import Config
from indexer.database import connect
from indexer.outbox import Outbox
from indexer.pusher import PushReport, follow_outbox

LOG_EVERY_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What one crawl did, in counts.

    listings: asked and answered; found: entries not seen before; fetched: pages that answered;
    stored: documents put into the outbox. dropped, failed: reason -> pages. problems: listing's
    URL -> what was wrong. push: what the index took, or None when it was not asked.
    """

    sources: int
    listings: int
    listings_failed: int
    found: int
    fetched: int
    stored: int
    dropped: Mapping[str, int]
    failed: Mapping[str, int]
    problems: Mapping[str, str]
    seconds: float
    push: PushReport | None = None
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """0 all well; 1 documents wait for the index; 3 some listings or pages failed."""
        if self.interrupted:
            return 130
        if self.push is not None and (self.push.error or self.push.refused):
            return 1
        return 3 if self.problems or self.failed else 0

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        push = self.push or PushReport()
        return {
            "sources": self.sources,
            "listings": self.listings,
            "listings_failed": self.listings_failed,
            "found": self.found,
            "fetched": self.fetched,
            "stored": self.stored,
            "dropped": dict(self.dropped),
            "failed": dict(self.failed),
            "problems": dict(self.problems),
            "indexed": push.done,
            "refused": push.refused,
            "waiting": push.kept,
            "index_error": push.error,
            "seconds": round(self.seconds, 2),
        }


def crawl(
    config: Config,
    plan: Plan,
    *,
    index: bool = True,
    console: Console | None = None,
) -> CrawlReport:
    """Crawl by a plan until its pages are done, or until Ctrl-C.

    index: also empty the outbox, while the crawl runs and once after it.
    """
    began = time.monotonic()
    config.make_home()
    connect(config.database_url).dispose()  # a database that cannot be used ends it here, plainly
    process = AsyncCrawlerProcess(scrapy_settings(config))
    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, plan=plan)
    with _pushing(config, index) as push, _telling(crawler, console):
        process.start(stop_after_crawl=True)
    spider: Any = crawler.spider
    reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
    tally = spider.tally if spider is not None else Tally()
    return CrawlReport(
        sources=len(plan.sources),
        listings=tally["listings"],
        listings_failed=tally["listings failed"],
        found=tally["found"],
        fetched=tally["fetched"],
        stored=tally["stored"],
        dropped=tally.by_reason("dropped"),
        failed=tally.by_reason("failed") | ({"held": tally["held"]} if tally["held"] else {}),
        problems=dict(tally.problems),
        seconds=time.monotonic() - began,
        push=push() if index else None,
        interrupted=reason == "shutdown",
    )


@contextlib.contextmanager
def _pushing(config: Config, wanted: bool) -> Iterator[Callable[[], PushReport]]:
    """Empty the outbox in a thread while the block runs; afterwards the call says what it did."""
    if not wanted:
        yield PushReport
        return
    outbox = Outbox(connect(config.database_url))
    stop = threading.Event()
    reports: list[PushReport] = []

    def push_on() -> None:
        reports.append(follow_outbox(config, outbox, stop))

    thread = threading.Thread(target=push_on, name="pusher", daemon=True)
    thread.start()

    def finish() -> PushReport:
        stop.set()
        thread.join()
        outbox.engine.dispose()
        return reports[0] if reports else PushReport(error="the pusher ended early")

    try:
        yield finish
    finally:
        stop.set()


@contextlib.contextmanager
def _telling(crawler: Any, console: Console | None) -> Iterator[None]:
    """Show counts while the block runs: a live line on a terminal, lines now and then elsewhere."""
    if console is None:
        yield
        return
    stop = threading.Event()

    def tell_live() -> None:
        with console.status("starting") as status:
            while not stop.wait(0.3):
                status.update(_counts_line(crawler.spider))

    def tell_lines() -> None:
        while not stop.wait(LOG_EVERY_S):
            console.print(_counts_line(crawler.spider))

    thread = threading.Thread(target=tell_live if console.is_terminal else tell_lines, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _counts_line(spider: Any) -> str:
    if spider is None:
        return "starting"
    counts = spider.tally
    return (
        f"{counts['listings']} listings, {counts['found']} new, {counts['fetched']} fetched, "
        f"{counts['stored']} stored, {counts['dropped']} dropped, {counts['failed']} failed"
    )
