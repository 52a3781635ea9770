"""Runs one crawl in this process, sending its documents to the index meanwhile."""

import time
from contextlib import ExitStack
from typing import Any

from rich.console import Console

from crawler.runs.numbers import Numbers
from crawler.runs.process import pushing, run_spider
from crawler.runs.progress import telling
from crawler.runs.report import CrawlReport
from crawler.spiders.news import NewsSpider
from crawler.spiders.plan import Plan
from crawler.spiders.tally import Tally
from indexer.delivery.pusher import PushReport
from indexer.foundation.config import Config
from indexer.foundation.database import state_database


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
    with ExitStack() as stack:
        config.make_home()
        # one that cannot be used ends it here, plainly
        engine = stack.enter_context(state_database(config.database_url))
        push = stack.enter_context(pushing(config, engine, index))

        def beside(crawler: Any) -> Any:
            return telling(Numbers(engine, plan.sources, crawler), console)

        crawler: Any = run_spider(config, NewsSpider, plan, beside)
        return _report(plan, crawler, push() if index else None, time.monotonic() - began)


def _report(plan: Plan, crawler: Any, push: PushReport | None, seconds: float) -> CrawlReport:
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
        seconds=seconds,
        push=push,
        interrupted=reason == "shutdown",
    )
