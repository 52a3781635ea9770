"""Companies that no list has, learnt from the ledger's documents."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from indexer.delivery import ledger
from indexer.foundation.config import load
from indexer.foundation.database import begin, state_database
from indexer.foundation.terminal import Terminal, print_json
from indexer.vocabulary.learnt import FILE, LearntCompany, read, write

console = Terminal()
companies_app = typer.Typer(no_args_is_help=True, help="Companies learnt from what was crawled.")
_AT_ONCE = 500  # documents


def register(app: typer.Typer) -> None:
    """Add these commands to an application."""
    app.add_typer(companies_app, name="companies")


@companies_app.command()
def learn(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, only tell.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What is learnt, as JSON.")] = False,
) -> None:
    """Learn names that two publishers and more introduce as companies, each in a story of its own.

    They stand in companies-learnt.toml in the data folder, which enrichment reads as it reads
    vocabulary.toml. What was learnt before stays; a name under `refused` there is never learnt.
    """
    from crawler.enrichment.companies.learning import Learning

    config = load()
    file = config.make_home() / FILE
    known, learning, count = read(file), Learning(), 0
    with state_database(config.database_url) as engine:
        for record in _documents(engine):
            count += 1
            learning.read(
                record["title"],
                record["text"],
                source=record.get("publisher") or record["source"],
                story=record["story_id"],
                url=record["url"],
                at=record["published_at"] or record["crawled_at"],
            )
    before = {one.name for one in known.companies}
    new = [one for one in learning.learnt(known.refused) if one.name not in before]
    if new and not dry_run:
        kept = tuple(one for one in known.companies if one.name not in known.refused)
        after = tuple(sorted((*kept, *new), key=lambda one: one.name))
        write(file, replace(known, version=known.version + 1, companies=after))
    if as_json:
        print_json([_as_json(one) for one in new])
        return
    for one in new:
        witnesses = "; ".join(f'{told.source}: "{told.phrase}"' for told in one.evidence)
        console.print(f"{', '.join((one.name, *one.aliases))} ({witnesses})", soft_wrap=True)
    verb = "would be learnt" if dry_run else "learnt"
    console.print(
        f"{len(new)} companies {verb} from {count:,} documents, {len(before)} known from before; "
        f"{learning.single} names wait for a second publisher",
        soft_wrap=True,
    )
    if new and not dry_run:
        console.print(
            f"{file} is at version {known.version + 1}; a crawl reads it when it starts, and "
            "`techwire replay --enrich-only --apply` tags what is stored",
            soft_wrap=True,
        )


def _documents(engine: Engine) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        with begin(engine) as connection:
            records = ledger.records(connection, after=after, limit=_AT_ONCE)
        yield from records
        if len(records) < _AT_ONCE:
            return
        after = records[-1]["id"]


def _as_json(one: LearntCompany) -> dict[str, Any]:
    return {
        "name": one.name,
        "aliases": list(one.aliases),
        "first_seen": one.first_seen,
        "evidence": [
            {"source": told.source, "url": told.url, "phrase": told.phrase} for told in one.evidence
        ],
    }
