"""`techwire watch`: one process that asks every source when it is due, until it is told to end."""

from contextlib import ExitStack
from typing import Any

import structlog
from sqlalchemy import Engine

from crawler.runs.metrics import CrawlCollector
from crawler.runs.numbers import Numbers
from crawler.runs.process import LAST_PUSH_S, pushing, run_spider
from crawler.runs.progress import telling
from crawler.runs.repeating import repeating
from crawler.runs.subscribing import EVERY_S, subscribe_due
from crawler.runs.vitals import Vitals
from crawler.spiders.news import WatchSpider
from crawler.spiders.plan import Plan
from crawler.state import archive, hosts
from indexer.delivery.pusher import PushReport, push_words
from indexer.foundation.clock import database_now
from indexer.foundation.config import Config
from indexer.foundation.database import begin, state_database
from indexer.foundation.probes import probe_server
from indexer.foundation.terminal import Terminal
from indexer.search.task_queue import WatchedQueue, present_queue

LINES_EVERY_S = 60.0
TIDY_EVERY_S = 3600.0


def watch(
    config: Config,
    plan: Plan,
    console: Terminal,
    *,
    index: bool = True,
    metrics: str | None = None,
    lines_every_s: float = LINES_EVERY_S,
) -> int:
    """Watch a plan's sources until Ctrl-C or SIGTERM. Returns: exit code.

    index: also send documents to the index. metrics: "HOST:PORT" of /metrics and /healthz, or None.
    """
    config.make_home()
    log = structlog.get_logger("techwire")
    before = ""

    def on_progress(report: PushReport) -> None:
        nonlocal before
        if report.error and report.error != before:
            log.warning("index", error=report.error, waiting=report.kept)
        before = report.error or ""

    with ExitStack() as stack:
        engine = stack.enter_context(state_database(config.database_url))

        def beside(crawler: Any) -> Any:
            numbers = Numbers(engine, plan.sources, crawler)
            vitals = Vitals(numbers)
            queue = WatchedQueue(lambda: present_queue(config))
            collector = CrawlCollector(numbers, queue)
            address = stack.enter_context(
                probe_server(
                    metrics,
                    collector,
                    vitals.trouble,
                    search=queue.trouble,
                    names=config.serve_hosts,
                )
            )
            where = f"; metrics on {address}" if address else ""
            console.print(
                f"watching {len(plan.sources)} sources{where}; Ctrl-C ends it", soft_wrap=True
            )
            return telling(numbers, console, every_s=lines_every_s)

        stack.enter_context(
            repeating("housekeeping", lambda: _keep_house(config, engine), every_s=TIDY_EVERY_S)
        )
        if config.public_url:
            stack.enter_context(
                repeating(
                    "subscribing at hubs",
                    lambda: subscribe_due(config, engine, plan.sources),
                    every_s=EVERY_S,
                )
            )
        finish = stack.enter_context(pushing(config, engine, index, on_progress=on_progress))
        run_spider(config, WatchSpider, plan, beside)
        if index:
            report = finish(LAST_PUSH_S)
            console.print(push_words(report), soft_wrap=True)
    return 0


def _keep_house(config: Config, engine: Engine) -> None:
    """Keep the page archive within its bounds, as a one-pass crawl does at its end."""
    with begin(engine) as connection:
        now = database_now(connection)
        archive.expire(connection, config.home / "pages", now=now)
        hosts.forget(connection, now=now)
