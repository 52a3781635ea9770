"""`techwire demo`: the whole path on a small web of news sites that comes with techwire.

A throw-away data folder and the embedded engine, whatever `.env` says: a demo never touches the
real index.
"""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.demo import NewsroomSite, open_newsroom
from crawler.oversight.coverage import coverage_of
from crawler.runs.crawling import crawl, print_crawl
from crawler.sources.registry import Registry
from crawler.sources.source import Source
from crawler.spiders.plan import Plan
from indexer.delivery.following import until_stopped
from indexer.foundation.config import Config, default_database
from indexer.foundation.terminal import Terminal
from indexer.foundation.times import now_utc
from indexer.search.contract import COUNTED
from indexer.search.printing import print_answer
from indexer.search.query import Query, run
from indexer.search.search_server import search_server
from indexer.web.serving import PagePlace, page_server

SAMPLE_QUERY = "chip export"


def run_demo(
    config: Config, console: Terminal, errors: Terminal, *, once: bool, host: str, port: int
) -> int:
    """Serve the newsroom, crawl it, index it, serve the page. Returns: exit code."""
    now = now_utc()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="techwire-demo-")))
        config = demo_config(config, home)
        newsroom = stack.enter_context(open_newsroom(now))
        sites = len(newsroom.sites)
        console.print(f"{sites} news sites on loopback, such as {newsroom.sites[0].homepage}")
        server = stack.enter_context(search_server(config))
        plan = Plan(sources=tuple(source_of(site) for site in newsroom.sites))
        report = crawl(config, plan, console=errors)
        print_crawl(console, report)
        if report.interrupted:
            return report.exit_code
        totals = run(server, config.meili_index, Query(limit=1, facets=True, copies=True))
        _print_facets(console, totals)
        coverage = stack.enter_context(coverage_of(config, plan.sources))
        address = stack.enter_context(
            page_server(
                server,
                config,
                PagePlace(host=host, port=0 if once else port),
                coverage=coverage,
                sources=Registry(plan.sources).known(),
            )
        )
        console.print(f'\nA sample: techwire search "{SAMPLE_QUERY}"')
        found = run(server, config.meili_index, Query(words=SAMPLE_QUERY, limit=3))
        print_answer(console, found, now=now)
        console.print(f"\nSearch page: {address}", soft_wrap=True)
        console.print(f"Meilisearch API: {server.url} (index {config.meili_index})")
        if not once:
            console.print("Ctrl-C ends it.")
            until_stopped().wait()
        indexed = report.push.done if report.push else 0
        return 0 if indexed else 1


def demo_config(config: Config, home: Path) -> Config:
    """The deployment's settings with a data folder, a database and an engine of the demo's own."""
    return replace(
        config,
        home=home,
        database_url=default_database(home),
        meili_url=None,
        meili_key=None,
        allow_hosts=(*config.allow_hosts, "127.0.0.1"),
    )


def source_of(site: NewsroomSite) -> Source:
    """A newsroom's site as the registry would list it."""
    return Source(
        id=site.id,
        name=site.name,
        homepage=site.homepage,
        feeds=site.feeds,
        sitemaps=site.sitemaps,
        sections=site.sections or (() if site.feeds or site.sitemaps else (site.homepage,)),
        country=site.country,
        region=site.region,
        language=site.language,
        timezone=site.timezone,
        date_order=site.date_order,
        access=site.access,
        delay_s=0.0,  # they are ours, and on loopback
    )


def _print_facets(console: Terminal, answer: dict[str, Any]) -> None:
    for facet in COUNTED:
        counts = answer["facetDistribution"].get(facet, {})
        if counts:
            ordered = sorted(counts.items(), key=lambda pair: -pair[1])[:10]
            line = " · ".join(f"{name} {n}" for name, n in ordered)
            console.print(f"{facet}: {line}", soft_wrap=True)
