"""One Scrapy process with what runs beside it: the pusher in a thread, and an end in time.

Twisted's reactor runs once a process, so a process crawls once. Its event loop is watched.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from sqlalchemy import Engine

from crawler.runs.loop_watch import Hold, LoopWatch, WatchedLoop
from crawler.settings import scrapy_settings
from crawler.spiders.news import NewsSpider
from crawler.spiders.plan import Plan
from indexer.delivery.following import follow_outbox
from indexer.delivery.outbox import Outbox
from indexer.delivery.pusher import PushReport
from indexer.foundation.config import Config

GRACE_S = 5.0  # for pages under way when Ctrl-C comes; a slow host's are given up then
LAST_PUSH_S = 10.0
RESTED_S = 5.0  # after the pusher broke


class BoundedProcess(AsyncCrawlerProcess):
    """Ends within GRACE_S of Ctrl-C or SIGTERM, even when a host never finishes its answer."""

    async def stop(self) -> None:
        from twisted.internet import reactor  # installed when the process was made

        running: Any = reactor
        running.callLater(GRACE_S, running.stop)
        await super().stop()


def run_spider(
    config: Config, spider: type[NewsSpider], plan: Plan, beside: Callable[[Crawler], Any]
) -> Crawler:
    """Run a spider to its end or to Ctrl-C. beside: makes a context to run it in."""
    loop = WatchedLoop()
    asyncio.set_event_loop(loop)  # Scrapy takes the one it finds
    process = BoundedProcess(scrapy_settings(config))
    crawler = process.create_crawler(spider)
    process.crawl(crawler, plan=plan)
    watch = LoopWatch(lambda hold: note_hold(crawler, hold))
    with beside(crawler), loop.watched_by(watch):
        try:
            process.start(stop_after_crawl=True)
        finally:
            ended: Any = crawler.spider
            if ended is not None:
                ended.let_go()  # does nothing unless the end was cut short
    return crawler


def note_hold(crawler: Crawler, hold: Hold) -> None:
    log = structlog.get_logger("techwire")
    if not hold.over:
        log.warning("the event loop is held", at=str(hold))
        return
    log.warning("the event loop was held", at=str(hold))
    spider: Any = crawler.spider
    if spider is not None:
        spider.tally.held_loop(hold.seconds, str(hold))


@contextlib.contextmanager
def pushing(
    config: Config,
    engine: Engine,
    wanted: bool,
    *,
    on_progress: Callable[[PushReport], None] = lambda report: None,
) -> Iterator[Callable[..., PushReport]]:
    """Empty the outbox in a thread while the block runs.

    Yields: a call that ends it and says what it did, waiting at most its `timeout_s`.
    """
    if not wanted:
        yield PushReport
        return
    outbox = Outbox(engine)
    stop = threading.Event()
    reports: list[PushReport] = []

    def push_on() -> None:
        while not reports:
            try:
                reports.append(follow_outbox(config, outbox, stop, on_progress=on_progress))
            except Exception as error:  # noqa: BLE001 -- the crawl goes on, and so shall this
                on_progress(PushReport(error=f"{type(error).__name__}: {error}"))
                if stop.wait(RESTED_S):
                    return

    thread = threading.Thread(target=push_on, name="pusher", daemon=True)
    thread.start()

    def finish(timeout_s: float | None = None) -> PushReport:
        stop.set()
        thread.join(timeout_s)
        return reports[0] if reports else PushReport(error="the last push was cut short")

    try:
        yield finish
    finally:
        stop.set()
