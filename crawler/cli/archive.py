"""The commands that need no network: ingesting archives, and reading archived pages again."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from crawler.offline.keeping import Keeping
from indexer.delivery.following import push_once, refill
from indexer.delivery.outbox import Outbox
from indexer.delivery.pusher import PushReport, push_words
from indexer.foundation.config import load
from indexer.foundation.database import state_database
from indexer.foundation.terminal import Terminal, print_json
from indexer.foundation.times import moment, now_utc

console = Terminal()
errors = Terminal(stderr=True)


def register(app: typer.Typer) -> None:
    """Add these commands to an application; ingesting is `techwire crawl --archive`."""
    app.command()(replay)


def ingest_archive(
    path: Path,
    keeping: Keeping,
    *,
    sources_file: Path | None,
    index: bool,
    as_json: bool,
) -> int:
    """Extract, store and index the pages of an archive. Returns: exit code."""
    from crawler.offline.archives import ingest
    from crawler.sources.registry import sources_at

    config = load()
    config.make_home()
    with state_database(config.database_url) as engine:
        done = ingest(
            engine,
            sources_at(config.home, *([sources_file] if sources_file else [])),
            path,
            workers=config.workers,
            keeping=replace(keeping, refused=config.rights_refuse),
            on_progress=errors.print,
        )
        report = push_once(config, Outbox(engine)) if index else PushReport()
    if as_json:
        counts = {name: getattr(done, name) for name in done.__slots__}
        print_json(counts | {"indexed": report.done, "waiting": report.kept})
    else:
        console.print(f"{done.pages} pages: {done.stored} stored, {done.known} seen before")
        if done.dropped:
            words = ", ".join(f"{reason} {n}" for reason, n in done.dropped.items())
            console.print(f"dropped {sum(done.dropped.values())}: {words}", soft_wrap=True)
        for line in done.damaged:
            console.print(f"problem: {line}", soft_wrap=True)
        console.print(push_words(report), soft_wrap=True)
    return 1 if report.error or report.refused or done.damaged else 0


def replay(
    *,
    since: Annotated[str | None, typer.Option(help="Only pages fetched since.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only these sources.")] = None,
    enrich_only: Annotated[
        bool, typer.Option("--enrich-only", help="Stored texts through enrichment alone.")
    ] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Make it so, in one swap.")] = False,
    all_topics: Annotated[
        bool, typer.Option("--all-topics", help="Keep off-topic stories too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Read archived pages again by today's rules, without a fetch; a dry run unless --apply."""
    from crawler.cli import reports
    from crawler.offline import replaying
    from crawler.sources.registry import sources_at

    asked = replaying.Rereading(
        since=moment(since, now=now_utc(), option="--since"),
        sources=tuple(source or ()),
        enrich_only=enrich_only,
        all_topics=all_topics,
    )
    config = load()
    config.make_home()
    with state_database(config.database_url) as engine:
        report = replaying.replay(
            config,
            engine,
            sources_at(config.home),
            asked,
            apply=apply,
            on_progress=errors.print,
        )
        if as_json:
            print_json(report.as_json())
        else:
            reports.print_replay(console, report, applied=apply)
        if apply:
            pushed = refill(config, Outbox(engine), errors.print)
            console.print(push_words(pushed), soft_wrap=True)
