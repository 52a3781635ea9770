"""The indexer's commands: index, search, doctor. `crawler.cli.main` mounts them.

A command is a function; its docstring is its help. Exit codes: 0 done; 1 not everything could be
done; 2 wrong input or setting.
"""

from dataclasses import dataclass, replace
from typing import Annotated

import typer

from indexer.cli import alerts as cli_alerts
from indexer.cli import care as cli_care
from indexer.cli.doctor import examine
from indexer.cli.names import Crawl, crawl_of, hand_in, names_known, say_meanings, say_notes
from indexer.cli.options import DateOptions, FacetOptions, folded, names_typed
from indexer.delivery.following import push_once, sole_sender
from indexer.delivery.outbox import CrawlMemory, Outbox
from indexer.delivery.pusher import Pusher, push_words
from indexer.delivery.watched import follow_watched
from indexer.foundation.config import load
from indexer.foundation.database import state_database
from indexer.foundation.terminal import Terminal, print_json
from indexer.foundation.times import now_utc
from indexer.search.printing import print_answer
from indexer.search.query import Query, run
from indexer.search.search_server import search_server
from indexer.search.understanding import understand

console = Terminal()


def register(app: typer.Typer, crawl: Crawl) -> None:
    """Add these commands to an application. crawl: what the crawler tells them."""
    hand_in(app, crawl)
    for command in (index, search, doctor):
        app.command()(command)
    cli_care.register(app)
    cli_alerts.register(app)


def index(
    context: typer.Context,
    *,
    follow_on: Annotated[
        bool, typer.Option("--follow", help="Go on until stopped, as new documents come.")
    ] = False,
    metrics: Annotated[
        str, typer.Option(help="With --follow: where Prometheus reads, HOST:PORT, or off.")
    ] = "off",
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Fill a new index from the ledger and swap it in.")
    ] = False,
    quarantine: Annotated[
        str | None,
        typer.Option(help="Of documents the server refused: list, retry or drop them."),
    ] = None,
) -> None:
    """Send the documents that wait in the outbox to the search server."""
    config = load()
    config.make_home()
    memory = crawl_of(context).memory() if quarantine == "drop" else None
    with state_database(config.database_url) as engine:
        outbox = Outbox(engine)
        if quarantine is not None:
            _quarantine(outbox, quarantine, memory)
            if quarantine != "retry":
                return
        if rebuild:
            with search_server(config) as server, sole_sender(config, engine) as right:
                pusher = Pusher(server, outbox, config, may_send=right.is_sure)
                pusher.rebuild(on_progress=console.print)
        if follow_on:
            report = follow_watched(
                config,
                outbox,
                metrics=None if metrics == "off" else metrics,
                on_progress=lambda round_: console.print(push_words(round_), soft_wrap=True),
            )
        else:
            report = push_once(config, outbox)
    console.print(push_words(report), soft_wrap=True)
    if report.error or report.refused:
        raise typer.Exit(1)


@dataclass(frozen=True, kw_only=True)
class SearchOptions(DateOptions, FacetOptions):
    """How to search and what to show."""

    limit: Annotated[int, typer.Option(min=1, max=1000)] = 10
    newest: Annotated[bool, typer.Option(help="Newest first instead of best first.")] = False
    copies: Annotated[bool, typer.Option(help="Every copy of a story, not one.")] = False
    facets: Annotated[bool, typer.Option(help="Count topics, regions, sources ...")] = False
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False


@folded
def search(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="What to look for; empty lists everything.")] = "",
    *,
    asked: SearchOptions,
) -> None:
    """Search the index: words, narrowed by topic, region, source, date and more.

    An option given twice means either; different options must all hold. Names are whole names, in
    any case and many languages: UK, Deutschland, "Birmingham, UK", "AI > Models".

    Words may be a query: "a phrase", -not, this OR that, and topic: region: country: city:
    source: company: lang: stage: access: since: before: with a value, quoted where it has spaces,
    as in: chips -nvidia region:UK OR region:France since:7d. Behind -- it may begin with a -.
    """
    now = now_utc()
    config = load()
    since, until = asked.seconds(now)
    query = Query(
        limit=asked.limit,
        newest=asked.newest,
        copies=asked.copies,
        facets=asked.facets,
        since=since,
        until=until,
    )
    with search_server(config) as server:
        known = names_known(context, config, server)
        meanings = known.understood(names_typed(asked))
        text = understand(words, known, now=now)
        say_meanings({**meanings, "words": text.meanings})
        say_notes(text.notes)
        found = replace(query, names=meanings, alternatives=text.alternatives)
        answer = run(server, config.meili_index, found)
    if asked.as_json:
        print_json(answer, content=True)
    else:
        print_answer(console, answer, now=now)


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Check settings, data folder, database, search server, clock and disk; say what to do."""
    findings = list(examine(load()))
    if as_json:
        print_json([{name: getattr(f, name) for name in f.__slots__} for f in findings])
    else:
        for finding in findings:
            mark = "ok  " if finding.well else "FAIL" if finding.needed else "note"
            console.print(f"{mark} {finding.check}: {finding.words}", soft_wrap=True)
            if not finding.well and finding.advice:
                console.print(f"     {finding.advice}", soft_wrap=True)
    if not all(finding.well for finding in findings if finding.needed):
        raise typer.Exit(1)


def _quarantine(outbox: Outbox, what: str, memory: CrawlMemory | None) -> None:
    if what == "list":
        for row in outbox.quarantined():
            console.print(f"{row.document_id} {row.url}: {row.error}")
    elif what == "retry":
        console.print(f"{outbox.release()} documents go back into the outbox")
    elif what == "drop":
        console.print(f"{outbox.drop_quarantined(memory)} documents forgotten")
    else:
        raise typer.BadParameter(f"{what!r}: write list, retry or drop", param_hint="--quarantine")
