"""`techwire watch`: one process that asks every source when it is due, until it is told to end."""

from contextlib import ExitStack
from typing import Any

import structlog
from rich.console import Console

from crawler.metrics import metrics_server
from crawler.numbers import Numbers
from crawler.progress import telling
from crawler.running import LAST_PUSH_S, pushing, run_spider
from crawler.spiders.plan import Plan
from crawler.spiders.watch import WatchSpider
from indexer.config import Config
from indexer.database import connect
from indexer.pusher import PushReport, push_words

LINES_EVERY_S = 60.0


def watch(
    config: Config,
    plan: Plan,
    console: Console,
    *,
    index: bool = True,
    metrics: str | None = None,
    lines_every_s: float = LINES_EVERY_S,
) -> int:
    """Watch a plan's sources until Ctrl-C or SIGTERM. Returns: exit code.

    index: also send documents to the index. metrics: "HOST:PORT" of /metrics, or None.
    """
    config.make_home()
    log = structlog.get_logger("techwire")
    before = ""

    def told(report: PushReport) -> None:
        nonlocal before
        if report.error and report.error != before:
            log.warning("index", error=report.error, waiting=report.kept)
        before = report.error or ""

    with ExitStack() as stack:
        engine = connect(config.database_url)
        stack.callback(engine.dispose)

        def beside(crawler: Any) -> Any:
            numbers = Numbers(engine, plan.sources, crawler)
            address = stack.enter_context(metrics_server(numbers, metrics))
            where = f"; metrics on {address}" if address else ""
            console.print(
                f"watching {len(plan.sources)} sources{where}; Ctrl-C ends it", soft_wrap=True
            )
            return telling(numbers, console, every_s=lines_every_s)

        finish = stack.enter_context(pushing(config, index, told=told))
        run_spider(config, WatchSpider, plan, beside)
        if index:
            report = finish(LAST_PUSH_S)
            console.print(push_words(report), soft_wrap=True, markup=False)
    return 0
