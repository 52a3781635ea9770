"""The commands that care for the index: audit, keys, export."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from indexer.cli.names import crawl_of, errors, names_known, say_meanings
from indexer.cli.options import DateOptions, folded, names_typed
from indexer.delivery.audit import audit as audit_index
from indexer.delivery.audit import repair as queue_repairs
from indexer.delivery.following import sole_sender
from indexer.delivery.outbox import Outbox
from indexer.delivery.pusher import Pusher, push_words
from indexer.foundation.config import load
from indexer.foundation.database import state_database
from indexer.foundation.rights import as_asked
from indexer.foundation.terminal import Terminal, print_json
from indexer.foundation.times import now_utc
from indexer.search.export import export as export_documents
from indexer.search.keys import list_keys, search_key, tenant_token
from indexer.search.query import Query
from indexer.search.search_server import search_server

console = Terminal()
keys_app = typer.Typer(
    no_args_is_help=True, help="Make and list keys for pages, scripts and partners."
)

Region = Annotated[list[str] | None, typer.Option(help="Only these places.")]
Topic = Annotated[list[str] | None, typer.Option(help="Only these topics.")]
Days = Annotated[int | None, typer.Option("--days", min=1, help="Ends after so many days.")]


def register(app: typer.Typer) -> None:
    """Add these commands to an application."""
    app.command()(audit)
    app.command()(export)
    app.add_typer(keys_app, name="keys")


def audit(
    context: typer.Context,
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Send what is wrong again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Compare what was crawled with what the index holds; exit 1 where they differ."""
    config = load()
    config.make_home()
    memory = crawl_of(context).memory() if repair else None  # it may bring tables along
    with state_database(config.database_url) as engine, search_server(config) as server:
        found = audit_index(server, engine, config)
        if repair and not found.clean:
            with sole_sender(config, engine) as right:
                pusher = Pusher(server, Outbox(engine), config, may_send=right.is_sure)
                pusher.prepare()
                queue_repairs(engine, found, may_send=right.is_sure, memory=memory)
                report = pusher.push_pending()
            (errors if as_json else console).print(push_words(report), soft_wrap=True)
            found = audit_index(server, engine, config)
    if as_json:
        print_json({name: getattr(found, name) for name in (*found.__slots__, "clean")})
    else:
        waiting = f", {found.waiting} waiting in the outbox" if found.waiting else ""
        console.print(f"{found.documents} documents, {len(found.missing)} lost{waiting}")
        for name in ("missing", "stale", "extra"):
            ids = getattr(found, name)
            if ids:
                more = " ..." if len(ids) > 5 else ""
                console.print(f"{name} {len(ids)}: {' '.join(ids[:5])}{more}", soft_wrap=True)
        if not found.clean and not repair:
            console.print("`techwire audit --repair` sends them again")
    if not found.clean:
        raise typer.Exit(1)


@dataclass(frozen=True, kw_only=True)
class ExportOptions(DateOptions):
    """Which documents to write."""

    region: Region = None
    topic: Topic = None
    source: Annotated[list[str] | None, typer.Option(help="Only these sources.")] = None
    language: Annotated[list[str] | None, typer.Option(help="Only these languages.")] = None


@folded
def export(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="A name ending in .jsonl or .parquet.")],
    *,
    asked: ExportOptions,
) -> None:
    """Write documents to a file, all of them or by facets and dates."""
    config = load()
    since, until = asked.seconds(now_utc())
    query = Query(since=since, until=until)
    with search_server(config) as server:
        meanings = names_known(context, config, server).understood(names_typed(asked))
        say_meanings(meanings)
        found = replace(query, names=meanings)
        with as_asked():
            written = export_documents(server, config.meili_index, found, target)
    console.print(f"{written} documents written to {target}", soft_wrap=True)


@keys_app.command("list")
def list_all() -> None:
    """List the search server's keys."""
    with search_server(load()) as server:
        for key in list_keys(server):
            may = ", ".join(key.actions)
            ends = key.expires or "never ends"
            line = f"{key.name or '(no name)'}: {key.key} may {may} in {', '.join(key.indexes)}"
            console.print(f"{line}; {ends}", soft_wrap=True)


@keys_app.command("search")
def make_search_key(
    name: Annotated[str, typer.Argument(help="What it is for.")], *, days: Days = None
) -> None:
    """Make a key that may search the news and nothing else."""
    config = load()
    with search_server(config) as server:
        made = search_key(server, config.meili_index, name=name, expires=_end(days))
    console.print(made, soft_wrap=True)


@keys_app.command("tenant")
def make_tenant_token(
    context: typer.Context, *, region: Region = None, topic: Topic = None, days: Days = 365
) -> None:
    """Make a token that sees only some regions or topics, for a partner's page.

    A name that may mean several things is refused: write the one that is meant with its steps.
    """
    if not (region or topic):
        raise typer.BadParameter(
            "name a --region or a --topic; `techwire keys search` makes keys that see everything"
        )
    config = load()
    typed = {"region": region or (), "topic": topic or ()}
    with search_server(config) as server:
        names = names_known(context, config, server).understood(typed, exactly=True)
        made = tenant_token(server, config.meili_index, names, expires=_end(days))
    sees = [" or ".join(v for one in several for _, v in one.values) for several in names.values()]
    errors.print(f"the token sees {', and of these only '.join(sees)}", soft_wrap=True)
    console.print(made, soft_wrap=True)


def _end(days: int | None) -> datetime | None:
    return None if days is None else now_utc() + timedelta(days=days)
