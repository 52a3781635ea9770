"""Runs one crawl in this process, sends its documents to the index meanwhile, reports on both."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from crawler.runs.numbers import Numbers
from crawler.runs.process import pushing, run_spider
from crawler.runs.progress import telling
from crawler.runs.sole_pass import sole_pass
from crawler.spiders.news import NewsSpider
from crawler.spiders.plan import Plan
from crawler.spiders.tally import Tally
from crawler.state.passes import OtherPass
from indexer.delivery.pusher import PushReport, push_words
from indexer.foundation.config import Config
from indexer.foundation.database import state_database
from indexer.foundation.terminal import Terminal

SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What one crawl did, in counts.

    listings: asked and answered; found: entries not seen before; fetched: pages that answered;
    stored: documents put into the outbox. dropped, failed, late: reason -> pages; late ones gave no
    article yet and are asked again. problems: listing's URL -> what was wrong. left_out: source ->
    what its listings were read without. push: what the index took, or None when it was not asked.
    others: passes that have the sources left out. loop_held: how often something held the event
    loop for over a second; longest_hold: what did.
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
    late: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    push: PushReport | None = None
    interrupted: bool = False
    others: Sequence[OtherPass] = ()
    loop_held: int = 0
    longest_hold: str | None = None

    @property
    def exit_code(self) -> int:
        """0 all well; 1 it failed; 3 some listings or pages failed."""
        if self.interrupted:
            return 130
        if self.failure is not None:
            return 1
        return 3 if self.problems or self.failed else 0

    @property
    def failure(self) -> str | None:
        """Why somebody should look, in a line: documents wait, or no listing could be read."""
        if self.interrupted:
            return None
        if self.push is not None and (self.push.error or self.push.refused):
            return push_words(self.push)
        if self.listings and self.listings_failed == self.listings:
            url, words = next(iter(self.problems.items()), ("", "no reason given"))
            told = words if url in words else f"{url}: {words}"
            return f"none of {self.listings} listings could be read, such as {told}"
        return None

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
            "late": dict(self.late),
            "problems": dict(self.problems),
            "left_out": dict(self.left_out),
            "left_to": {other.words(): other.sources for other in self.others},
            "indexed": push.done,
            "refused": push.refused,
            "waiting": push.kept,
            "index_error": push.error,
            "seconds": round(self.seconds, 2),
            "loop_held": self.loop_held,
            "longest_hold": self.longest_hold,
        }


def print_crawl(console: Terminal, report: CrawlReport) -> None:
    """A crawl's counts, its drops with their reasons, and what went wrong, a line each."""
    for other in report.others:
        line = f"{other.sources} sources left to another crawl, {other.words()}"
        console.print(line, soft_wrap=True)
    if report.others and not report.sources:
        return
    console.print(
        f"{report.sources} sources, {report.listings} listings: {report.found} new articles found, "
        f"{report.fetched} pages fetched, {report.stored} documents stored "
        f"in {report.seconds:.1f} s",
        soft_wrap=True,
    )
    for word, counts in (
        ("dropped", report.dropped),
        ("failed", report.failed),
        ("no article yet, asked again:", report.late),
    ):
        if counts:
            parts = ", ".join(f"{reason} {n}" for reason, n in counts.items())
            line = f"{word} {sum(counts.values())}: {parts}"
            console.print(line, soft_wrap=True)
    for number, (url, words) in enumerate(report.problems.items()):
        if number == SHOWN_PROBLEMS:
            console.print(f"and {len(report.problems) - number} more listings with a problem")
            break
        told = words if url in words else f"{url}: {words}"
        console.print(f"problem: {told}", soft_wrap=True)
    for number, (source, words) in enumerate(report.left_out.items()):
        if number == SHOWN_PROBLEMS:
            more = len(report.left_out) - number
            console.print(f"and {more} more sources with something left out: `techwire status`")
            break
        console.print(f"left out: {source}: {words}", soft_wrap=True)
    if report.longest_hold is not None:
        times = "once" if report.loop_held == 1 else f"{report.loop_held} times, longest"
        words = f"the event loop was held for over a second {times}: {report.longest_hold}"
        console.print(words, soft_wrap=True)
    if report.push is not None:
        console.print(push_words(report.push), soft_wrap=True)


def crawl(
    config: Config,
    plan: Plan,
    *,
    index: bool = True,
    console: Terminal | None = None,
) -> CrawlReport:
    """Crawl by a plan until its pages are done, or until Ctrl-C; what another pass has, it leaves.

    index: also empty the outbox, while the crawl runs and once after it.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        config.make_home()
        # one that cannot be used ends it here, plainly
        engine = stack.enter_context(state_database(config.database_url))
        ours, others = stack.enter_context(sole_pass(engine, plan.sources, span_s=config.lease_s))
        if others and not ours:
            return _report(replace(plan, sources=()), None, None, 0.0, others)
        plan = replace(plan, sources=ours)
        push = stack.enter_context(pushing(config, engine, index))

        def beside(crawler: Any) -> Any:
            return telling(Numbers(engine, plan.sources, crawler), console)

        crawler: Any = run_spider(config, NewsSpider, plan, beside)
        pushed = push() if index else None
        return _report(plan, crawler, pushed, time.monotonic() - began, others)


def _report(
    plan: Plan,
    crawler: Any,
    push: PushReport | None,
    seconds: float,
    others: Sequence[OtherPass],
) -> CrawlReport:
    """What became of a plan. crawler: None when all of it was left to others."""
    spider: Any = crawler and crawler.spider
    reason = crawler.stats.get_value("finish_reason") if crawler and crawler.stats else None
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
        late=tally.by_reason("late"),
        left_out=tally.left_out(),
        problems=dict(tally.problems),
        seconds=seconds,
        push=push,
        interrupted=reason == "shutdown",
        others=others,
        loop_held=tally["loop held"],
        longest_hold=tally.longest_hold[1] if tally.longest_hold else None,
    )
