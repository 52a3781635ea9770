"""The commands of a crawl that goes on: watch, up, status, why. `crawler.cli.main` mounts them."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from crawler.runs import logs
from indexer.cli.options import folded
from indexer.foundation.clock import database_now
from indexer.foundation.config import load
from indexer.foundation.database import reading, state_database
from indexer.foundation.terminal import Terminal, print_json

METRICS_AT = "127.0.0.1:8711"

console = Terminal()
errors = Terminal(stderr=True)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]...", help="Ids; all crawled ones if none."),
]
SourcesFile = Annotated[
    Path | None, typer.Option("--sources", help="Your own sources (TOML); takes those.")
]
Tag = Annotated[str | None, typer.Option(help="Those of a kind, such as chips or research.")]
Metrics = Annotated[str, typer.Option(help="Where Prometheus reads: HOST:PORT, or off.")]
JsonLogs = Annotated[bool, typer.Option("--json-logs", help="Log lines as JSON objects.")]


def register(app: typer.Typer) -> None:
    """Add these commands to an application."""
    for command in (watch, up, status, why):
        app.command()(command)


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """What to watch, how eagerly, and what is told of it."""

    sources_file: SourcesFile = None
    tag: Tag = None
    all_topics: Annotated[
        bool, typer.Option("--all-topics", help="Keep off-topic stories too.")
    ] = False
    eagerness: Annotated[
        float, typer.Option(min=0.1, max=100, help="Polls a listing gets for each new article.")
    ] = 1.8
    shortest_min: Annotated[
        float, typer.Option("--shortest", min=0.1, help="Fewest minutes between two polls.")
    ] = 5.0
    busy_min: Annotated[
        float,
        typer.Option("--busy", min=0.1, help="Most minutes between two, if it has news hourly."),
    ] = 12.0
    index: Annotated[bool, typer.Option(help="Send new documents to the index too.")] = True
    metrics: Metrics = METRICS_AT
    json_logs: JsonLogs = False
    lines_every_s: Annotated[
        float, typer.Option("--lines-every", min=0.1, help="Seconds between progress lines.")
    ] = 60.0


@folded
def watch(sources: Names = None, *, asked: WatchOptions) -> None:
    """Ask every source when it is due, again and again, until Ctrl-C."""
    from crawler.runs import watching
    from crawler.runs.contact import ask_for_contact
    from crawler.sources.registry import asked_sources
    from crawler.spiders.plan import Plan
    from crawler.state.intervals import Rules

    logs.set_up_logs(errors, json_lines=asked.json_logs)
    config = load()
    plan = Plan(
        sources=asked_sources(
            sources or (),
            sources_file=asked.sources_file,
            home=config.home,
            tag=asked.tag,
            tell=errors.print,
        ),
        all_topics=asked.all_topics,
        rules=Rules(
            eagerness=asked.eagerness,
            shortest=timedelta(minutes=asked.shortest_min),
            longest_busy=timedelta(minutes=asked.busy_min),
        ),
    )
    ask_for_contact(config)
    code = watching.watch(
        config,
        plan,
        errors,
        index=asked.index,
        metrics=None if asked.metrics == "off" else asked.metrics,
        lines_every_s=asked.lines_every_s,
    )
    raise typer.Exit(code)


def up(
    sources: Names = None,
    *,
    sources_file: SourcesFile = None,
    tag: Tag = None,
    host: Annotated[str, typer.Option(help="Address of the search page.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port; 0 takes a free one.", max=65535)] = 8710,
    metrics: Metrics = METRICS_AT,
    json_logs: JsonLogs = False,
) -> None:
    """Run search engine, watch, indexer, alerts and search page together, until Ctrl-C."""
    from crawler.runs import supervising
    from crawler.runs.contact import ask_for_contact
    from crawler.sources.registry import asked_sources
    from indexer.web.serving import PagePlace

    logs.set_up_logs(errors, json_lines=json_logs)
    config = load()
    asked = asked_sources(sources or (), sources_file=sources_file, home=config.home, tag=tag)
    words = ["watch", *(sources or ()), "--no-index", "--metrics", metrics]
    words += ["--sources", str(sources_file.absolute())] if sources_file else []
    words += ["--tag", tag] if tag else []
    words += ["--json-logs"] if json_logs else []
    ask_for_contact(config)
    units = [words, ["index", "--follow"], ["alerts", "run", "--follow"]]
    code = supervising.up(config, asked, units, errors, PagePlace(host=host, port=port))
    raise typer.Exit(code)


def status(
    sources: Names = None,
    *,
    sources_file: SourcesFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every source, as JSON.")] = False,
) -> None:
    """Show which sources are silent, failing or blocked, and what waits for the index."""
    from crawler.oversight.status import print_status, read_status
    from crawler.sources.registry import asked_sources, sources_at
    from indexer.search.task_queue import present_queue

    config = load()
    if sources or sources_file:
        shown = asked_sources(sources or (), sources_file=sources_file, home=config.home)
    else:
        shown = sources_at(config.home).all()
    config.make_home()
    with state_database(config.database_url) as engine:
        with reading(engine) as connection:
            now = database_now(connection)
        found = read_status(engine, shown, now=now, tasks=present_queue(config))
    if as_json:
        print_json(found.as_json())
    else:
        print_status(console, found, now=now)


def why(
    url: Annotated[str, typer.Argument(help="Any address of an article.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The account as JSON.")] = False,
) -> None:
    """Tell every step of one URL: found where, fetched how, kept or dropped why, indexed when."""
    from crawler.oversight.why import account_of

    config = load()
    config.make_home()
    with state_database(config.database_url) as engine:
        account = account_of(engine, url, config.home / "pages")
    if as_json:
        print_json(account.as_json())
    else:
        for step in account.steps:
            console.print(step, soft_wrap=True)
    raise typer.Exit(1 if account.state == "unknown" else 0)
